import assert from 'node:assert/strict';
import { keyText } from '../model/identity.ts';
import { problem } from '../model/problems.ts';
import { codes, have, key, mapping, planOf, want } from './plan.fixture.ts';
import * as world from '../../test/support/report-world.ts';
import * as traffic from '../../test/support/traffic-world.ts';
import { renderPlan, summarise } from './render-text.ts';

const base = { mappings: [mapping('web')], wants: [], haves: [] };

describe('a plan as text', () => {
  it('says so when there is nothing to do', () => {
    const text = renderPlan(planOf(base));

    assert.equal(text, 'mapping web (full): 0 addresses wanted, 0 present\n\nNothing to do.');
  });

  it('lists by mapping and key what is due, where it comes from, and what is held with its next step', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'] })];
    const haves = [
      have(key('web'), { addresses: ['10.0.0.1'] }),
      have(key('db'), { addresses: ['10.0.0.2'] }),
    ];
    const attributes = { description: 'new' };

    const text = renderPlan(planOf({ ...base, wants: [{ ...wants[0]!, attributes }], haves }));

    const [title, ...rest] = text.split('\n');
    assert.equal(title, 'mapping web (full): 1 addresses wanted, 2 present');
    assert.deepEqual(rest.slice(0, 4), [
      '  external EPG k8s/calico/db',
      '    - subnet 10.0.0.2/32  (unexplained)   [last-item: all 1 addresses of k8s/calico/db would be gone]',
      '  external EPG k8s/calico/web',
      '    ~ set description – → new',
    ]);
    assert.match(text, /held, last-item: It would empty the object.* approve/);
    assert.match(text, /waits for a person: approve web [0-9a-f]{12}/);
    assert.ok(text.endsWith('1 change is due, 1 held (last-item 1)'));
  });

  it('counts what it does not list', () => {
    const addresses = Array.from({ length: 15 }, (_, index) => `10.0.0.${index + 1}`);

    const text = renderPlan(planOf({ ...base, wants: [want(key('web'), { addresses })] }), { limit: 3 });

    assert.match(text, /\+ subnet 10\.0\.0\.1\/32 {3}prod-a Pod shop\/web-1\n/);
    assert.match(text, /\+ and 12 more alike/);
  });

  it('tells what is known of keys beside their changes, each thing once', () => {
    const unknown = new Map([[keyText(key('db')), problem('fabric.sentinel', 'L3Out calico')]]);
    const trouble = problem('address.hostname-only', 'shop/web');
    const wants = [want(key('web'), { problems: [trouble, trouble] }), want(key('db'))];

    const text = renderPlan(planOf({ ...base, wants, unknown, fullyChecked: false }));

    assert.equal(text.match(/address\.hostname-only/g)?.length, 1);
    assert.match(text, /k8s\/calico\/db: A tenant, VRF, L3Out or EPG/);
    assert.match(text, /dc1: Conflicts could not be checked fully/);
    assert.equal(summarise(planOf({ ...base, wants, unknown })), '1 change is due; 1 keys unknown');
  });

  it('tells how traffic is taken off, how far that is, and what explains the end', () => {
    const shop = { ...world.mapping('shop'), to: [traffic.poolTarget(world.f5), traffic.policyTarget] };
    const pool = traffic.pool('Common/web');
    const member = (n: number) => traffic.backend(pool, 'shop', world.podAddress(n));
    const back = { ...member(4), attributes: { state: 'enabled', weight: '2' } };
    const gone = traffic.removeBackend(pool, member(3), 'shop', { explanation: 'aged-out', cut: true });
    const changes = [
      traffic.drain(pool, 'shop', member(1)),
      traffic.held(
        traffic.removeBackend(pool, member(2), 'shop'),
        'draining',
        '12 s left, 3 connections open',
      ),
      gone,
      { ...traffic.drain(pool, 'shop', back), item: back, before: { state: 'drain', weight: '1' } },
      traffic.removeBackend(
        traffic.policy('web'),
        traffic.backend(traffic.policy('web'), 'shop', world.podAddress(1)),
        'shop',
        { cut: true },
      ),
    ];

    const text = renderPlan(world.planOf(changes, [shop]), { mappings: [shop] });

    assert.deepEqual(text.split('\n').slice(1, 8), [
      '  pool Common/web',
      '    ~ member 10.244.0.1:8080  drain (30 s, then leave)',
      '    ~ member 10.244.0.4:8080  back in service, set weight 1 → 2',
      '    - member 10.244.0.2:8080  (seen deleted)   [draining: 12 s left, 3 connections open]',
      '    - member 10.244.0.3:8080  (aged out of the fabric, connections cut)',
      '  redirect policy k8s/web',
      '    - destination 10.244.0.1  (seen deleted)',
    ]);
    assert.match(text, /held, draining: It finishes what it has begun\./);
  });

  it('keeps apart what only has its name in common', () => {
    const shop = world.mapping('shop');
    const policy = traffic.policy('web');
    const changes = [policy, { ...policy, kind: 'redirectHealthGroup' as const }].map((at) =>
      traffic.removeBackend(at, traffic.backend(at, 'shop', world.podAddress(1)), 'shop'),
    );

    const text = renderPlan(world.planOf(changes, [shop]));

    assert.match(text, /^ {2}redirect policy k8s\/web\n.*\n {2}health group k8s\/web$/m);
  });

  it('tells what is known of a mapping as a whole', () => {
    const problems = { web: [problem('mapping.empty', 'mapping web selects nothing in prod-a')] };

    const plan = planOf({ ...base, problems });

    assert.deepEqual(codes(plan), ['mapping.empty']);
    assert.match(renderPlan(plan), /^ {2}mapping web: .*selects nothing in prod-a/m);
  });
});
