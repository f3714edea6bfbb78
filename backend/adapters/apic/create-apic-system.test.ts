import assert from 'node:assert/strict';
import { formatMark } from '../../model/ownership-mark.ts';
import type { IpPrefix } from '../../model/ip.ts';
import { mo } from '../../../lab/fabric/seed.ts';
import {
  add,
  create,
  dnOf,
  erase,
  key,
  mark,
  relation,
  remove,
  startWorld,
  subnet,
  until,
  update,
  type World,
} from './testing/world.ts';

const web = 'k8s/calico/web';
const signal = new AbortController().signal;

describe('a fabric as a System', () => {
  let world: World;

  afterEach(() => world.stop());

  it('reads what is there, writes an EPG with its marks, and shows it at once', async () => {
    world = await startWorld();
    assert.equal(world.object(web).exists, false);

    const outcome = await world.write(
      create(web),
      add(web, relation('provides', 'web')),
      add(web, subnet('10.1.0.1')),
    );

    assert.deepEqual(outcome, { result: 'accepted' });
    assert.deepEqual(world.onFabric(web), ['extsubnet-[10.1.0.1/32]', 'rsprov-web']);
    for (const child of ['', '/extsubnet-[10.1.0.1/32]', '/rsprov-web'])
      assert.equal(world.fabric.get(dnOf(web) + child)?.attributes['annotation'], formatMark(mark));
    const object = world.object(web);
    assert.deepEqual(object.mark, mark);
    assert.deepEqual([...object.items.keys()], ['provides:web', 'subnet:10.1.0.1/32']);
    assert.equal(object.reachability, 'contract');
  });

  it('takes the echo of its own writes for nothing new', async () => {
    world = await startWorld();

    await world.write(create(web), add(web, relation('provides', 'web')), add(web, subnet('fd00::1')));
    await until(() => world.system.counters.echoes >= 5, 'the echoes');
    const reads = world.system.counters.reads;
    await world.system.refresh([key(web)], signal);

    assert.deepEqual(world.drifted(), []);
    assert.equal(world.system.counters.reads, reads);
  });

  it('finds when it reads everything exactly what it wrote before', async () => {
    world = await startWorld({ system: { resyncMs: 300 } });
    await world.write(create(web), add(web, subnet('10.1.0.1', 'shared-security,import-security')));
    const before = world.object(web);
    const { resyncs } = world.system.counters;

    await until(() => world.system.counters.resyncs >= resyncs + 2, 'a read of everything');

    assert.deepEqual(world.object(web).mark, before.mark);
    assert.deepEqual([...world.object(web).items.keys()], [...before.items.keys()]);
    assert.equal(
      world.object(web).items.values().next().value?.attributes['scope'],
      'import-security,shared-security',
    );
    assert.equal(world.system.counters.missedChanges, 0);
  });

  it("tells of somebody else's delete, and knows the truth after one read", async () => {
    world = await startWorld();
    await world.write(create(web), add(web, subnet('10.1.0.1')), add(web, subnet('10.1.0.2')));

    world.fabric.remove(`${dnOf(web)}/extsubnet-[10.1.0.1/32]`);
    await world.awaitDrift(web);
    const reads = world.system.counters.reads;
    await world.system.refresh([key(web)], signal);

    assert.deepEqual([...world.object(web).items.keys()], ['subnet:10.1.0.2/32']);
    assert.equal(world.system.counters.reads, reads + 1);
  });

  it('never makes an L3Out or tenant on the way to an EPG', async () => {
    world = await startWorld({ containers: ['k8s/calico', 'k8s/other', 'nowhere/calico'] });

    const inNoL3Out = await world.write(create('k8s/other/web'));
    const inNoTenant = await world.write(create('nowhere/calico/web'));

    for (const outcome of [inNoL3Out, inNoTenant]) {
      assert.equal(outcome.result, 'refused');
      assert.match(outcome.problem.detail, /^102: /);
    }
    assert.equal(world.fabric.get('uni/tn-k8s/out-other'), undefined);
    assert.equal(world.fabric.get('uni/tn-nowhere'), undefined);
  });

  it('does not know of absence where the L3Out is missing', async () => {
    world = await startWorld({ containers: ['k8s/other'] });

    const answer = world.system.view.get(key('k8s/other/web'));

    assert.ok('code' in answer);
    assert.equal(answer.code, 'fabric.sentinel');
    assert.match(answer.detail, /L3Out other of tenant k8s/);
  });

  it('holds what it knows for unknown when the L3Out disappears, and knows again when it is back', async () => {
    world = await startWorld();
    await world.write(create(web), add(web, subnet('10.1.0.1')));

    world.fabric.remove('uni/tn-k8s/out-calico');
    await world.awaitDrift(web);
    await world.system.refresh([key(web)], signal);
    const gone = world.system.view.get(key(web));
    world.fabric.seed(
      mo('fvTenant', { name: 'k8s' }, [
        mo('l3extOut', { name: 'calico' }, [mo('l3extRsEctx', { tnFvCtxName: 'prod' })]),
      ]),
    );
    await until(() => !('code' in world.system.view.get(key(web))), 'an answer for the key');

    assert.ok('code' in gone && gone.code === 'fabric.sentinel');
    assert.equal(world.object(web).exists, false);
  });

  it('refuses to take over an EPG that somebody made meanwhile', async () => {
    world = await startWorld();
    world.fabric.faults.set({ notificationsLost: {} });
    world.fabric.seed(mo('l3extInstP', { dn: dnOf(web) }));

    const outcome = await world.write(create(web), add(web, subnet('10.1.0.1')));

    assert.equal(outcome.result, 'refused');
    assert.match(outcome.problem.detail, /^103: .*already exists/);
    assert.deepEqual(world.onFabric(web), []);
  });

  it('refuses to take over a subnet that somebody made meanwhile, and shows it as theirs after the next look', async () => {
    world = await startWorld();
    const theirs = subnet('10.1.0.1');
    await world.write(create(web));
    world.fabric.faults.set({ notificationsLost: {} });
    world.fabric.seed(mo('l3extSubnet', { dn: `${dnOf(web)}/extsubnet-[10.1.0.1/32]` }));

    const outcome = await world.write(add(web, theirs));
    const drifted = world.drifted();
    await world.system.refresh([key(web)], signal);

    assert.equal(outcome.result, 'refused');
    assert.match(outcome.problem.detail, /^103: /);
    assert.equal(world.fabric.get(`${dnOf(web)}/extsubnet-[10.1.0.1/32]`)?.attributes['annotation'], '');
    assert.ok(drifted.includes(web), 'a round is asked to look at it');
    assert.deepEqual([...world.object(web).items.keys()], [theirs.id]);
    assert.equal(world.object(web).items.get(theirs.id)?.mark, undefined);
  });

  it('finds what is its own already after one refusal', async () => {
    world = await startWorld();
    const ours = subnet('10.1.0.1');
    await world.write(create(web));
    world.fabric.faults.set({ notificationsLost: {} });
    const annotation = formatMark(mark);
    world.fabric.seed(mo('l3extSubnet', { dn: `${dnOf(web)}/extsubnet-[10.1.0.1/32]`, annotation }));

    const outcome = await world.write(add(web, ours));
    await world.system.refresh([key(web)], signal);

    assert.equal(outcome.result, 'refused');
    assert.deepEqual(world.object(web).items.get(ours.id)?.mark, mark);
  });

  it('removes an item with one look and one write, and an EPG with everything in it', async () => {
    world = await startWorld();
    const first = subnet('10.1.0.1');
    await world.write(
      create(web),
      add(web, first),
      add(web, subnet('10.1.0.2')),
      add(web, relation('consumes', 'web')),
    );
    world.fabric.resetStats();

    const item = await world.write(remove(web, first));
    const requests = world.fabric.stats().requests;
    const object = await world.write(erase(web));

    assert.deepEqual([item.result, object.result], ['accepted', 'accepted']);
    assert.equal(requests, 2);
    assert.equal(world.fabric.get(dnOf(web)), undefined);
    assert.equal(world.object(web).exists, false);
  });

  it('does not remove what lost its mark just before, though no notification told', async () => {
    world = await startWorld();
    const first = subnet('10.1.0.1');
    await world.write(create(web), add(web, first));
    world.fabric.faults.set({ notificationsLost: {} });
    world.fabric.seed(
      mo('l3extSubnet', { dn: `${dnOf(web)}/extsubnet-[10.1.0.1/32]`, annotation: 'orchestrator:me' }),
    );

    const alone = await world.write(remove(web, first));
    const together = await world.write(remove(web, first), add(web, subnet('10.1.0.2')));
    await world.system.refresh([key(web)], signal);

    for (const outcome of [alone, together]) {
      assert.equal(outcome.result, 'refused');
      assert.equal(outcome.problem.code, 'mark.lost');
    }
    assert.deepEqual(world.onFabric(web), ['extsubnet-[10.1.0.1/32]']);
    assert.equal(world.object(web).items.get(first.id)?.mark, undefined);
  });

  it('counts as done what is gone already, and sends the rest', async () => {
    world = await startWorld();
    const first = subnet('10.1.0.1');
    await world.write(create(web), add(web, first));
    world.fabric.faults.set({ notificationsLost: {} });
    world.fabric.remove(`${dnOf(web)}/extsubnet-[10.1.0.1/32]`);

    const outcome = await world.write(remove(web, first), add(web, subnet('10.1.0.2')));

    assert.equal(outcome.result, 'accepted');
    assert.deepEqual(world.onFabric(web), ['extsubnet-[10.1.0.2/32]']);
    assert.deepEqual([...world.object(web).items.keys()], ['subnet:10.1.0.2/32']);
  });

  it('does not delete an EPG with a subnet of somebody else in it', async () => {
    world = await startWorld();
    await world.write(create(web), add(web, subnet('10.1.0.1')));
    world.fabric.faults.set({ notificationsLost: {} });
    world.fabric.seed(mo('l3extSubnet', { dn: `${dnOf(web)}/extsubnet-[10.9.0.0/16]` }));

    const outcome = await world.write(erase(web));

    assert.equal(outcome.result, 'refused');
    assert.equal(outcome.problem.code, 'object.in-use');
    assert.notEqual(world.fabric.get(dnOf(web)), undefined);
  });

  it('does not delete an EPG that another one inherits from', async () => {
    world = await startWorld();
    await world.write(create(web), create('k8s/calico/heir'));
    await world.write(add('k8s/calico/heir', relation('inherits', 'web')));

    const outcome = await world.write(erase(web));

    assert.equal(outcome.result, 'refused');
    assert.equal(outcome.problem.code, 'object.in-use');
    assert.equal(world.object(web).foreignChildren, 1);
  });

  it('knows a subnet by its address, however it is spelled, and names it as it stands there', async () => {
    const spelled = `${dnOf(web)}/extsubnet-[2001:DB8::7/128]`;
    const annotation = formatMark(mark);
    world = await startWorld({
      seed: (fabric) =>
        fabric.seed(
          mo('l3extInstP', { dn: dnOf(web), annotation }, [
            mo('l3extSubnet', { ip: '2001:DB8::7/128', annotation }),
          ]),
        ),
    });
    const item = subnet('2001:db8::7');
    const updated = subnet('2001:db8::7', 'import-security,shared-security');

    const known = [...world.object(web).items.keys()];
    const holders = world.system.view.holders(key('k8s/calico/other'), item.name as IpPrefix);
    const change = await world.write(update(web, updated));
    const scope = world.fabric.get(spelled)?.attributes['scope'];
    const removal = await world.write(remove(web, item));

    assert.deepEqual(known, [item.id]);
    assert.deepEqual(holders, [{ key: key(web), ours: true }]);
    assert.deepEqual([change.result, removal.result], ['accepted', 'accepted']);
    assert.equal(scope, 'import-security,shared-security');
    assert.equal(world.fabric.get(spelled), undefined);
    assert.equal(world.object(web).items.size, 0);
  });

  it('moves an address between EPGs in one write', async () => {
    world = await startWorld();
    const moved = subnet('10.1.0.1');
    const other = 'k8s/calico/other';
    await world.write(create(web), create(other), add(web, moved));
    world.fabric.resetStats();

    await world.write(remove(web, moved), add(other, moved));

    assert.equal(world.fabric.stats().writes, 1);
    assert.deepEqual(world.onFabric(web), []);
    assert.deepEqual(world.onFabric(other), ['extsubnet-[10.1.0.1/32]']);
    assert.deepEqual(world.system.view.holders(key(web), '10.1.0.1/32' as IpPrefix), [
      { key: key(other), ours: true },
    ]);
  });

  it('describes what it made, for people', async () => {
    world = await startWorld();

    await world.write(create(web));
    await until(
      () => world.fabric.get(`${dnOf(web)}/annotationKey-[aci-kube-sync:7f3a]`) !== undefined,
      'a description',
    );

    assert.equal(world.object(web).foreignChildren, 0);
  });

  it('does not describe while writing is paused, neither then nor when it stops', async () => {
    let mayWrite = true;
    world = await startWorld({ system: { mayWrite: () => mayWrite } });
    await world.write(create(web));
    const { writes } = world.fabric.stats();

    mayWrite = false;
    await world.letGo();

    assert.equal(world.fabric.stats().writes, writes);
    assert.equal(world.fabric.get(`${dnOf(web)}/annotationKey-[aci-kube-sync:7f3a]`), undefined);
  });

  it('describes the others when one of them is gone', async () => {
    world = await startWorld();
    const gone = 'k8s/calico/gone';
    await world.write(create(web), create(gone));
    const { writes } = world.system.counters;
    world.fabric.remove(dnOf(gone));

    await world.letGo();

    assert.notEqual(world.fabric.get(`${dnOf(web)}/annotationKey-[aci-kube-sync:7f3a]`), undefined);
    assert.equal(world.fabric.get(dnOf(gone)), undefined);
    assert.equal(world.system.counters.writes, writes + 3);
  });

  it('uses few subscriptions and one login', async () => {
    world = await startWorld();

    const { subscriptions, logins } = world.fabric.stats();

    assert.ok(subscriptions <= 3);
    assert.equal(logins, 1);
  });
});
