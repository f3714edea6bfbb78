import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import { keyText } from '../model/identity.ts';
import type { AtomId, Change } from '../model/plan.ts';
import type { DesiredItem } from '../model/target-object.ts';
import { arrange, shop } from '../../test/support/report-stage.ts';
import {
  FakeFabric,
  add,
  documentOf,
  eepg,
  f5,
  mark,
  podAddress,
  verdict,
} from '../../test/support/report-world.ts';
import {
  backend,
  drain,
  held,
  policy,
  pool,
  poolTarget,
  removeBackend,
  there,
} from '../../test/support/traffic-world.ts';
import { createStatus } from './status.ts';
import type { Status } from './status.ts';

const web = eepg('prod-a_shop_web');

describe('one target', () => {
  it('has wanted and present items side by side, with why', () => {
    const { fabric, status } = arrange();
    fabric.want(web, 'shop', [podAddress(1)]);
    fabric.hold(web, 'shop', [podAddress(2)], [podAddress(3)]);
    status.report(fabric.run({ changes: [add(web, 'shop', podAddress(1), 'conflict')], mappings: [shop] }));

    const items = status.target(keyText(web), 10)?.items ?? [];

    assert.deepEqual(
      items.map(({ name, wanted, present, ours, pending }) => [
        name,
        wanted,
        present,
        ours,
        pending?.hold ?? null,
      ]),
      [
        ['10.244.0.1/32', true, false, true, 'conflict'],
        ['10.244.0.2/32', false, true, true, null],
        ['10.244.0.3/32', false, true, false, null],
      ],
    );
    assert.equal(items[0]?.reasons[0]?.origin.kind, 'Pod');
  });

  it('is undefined for a key that nothing is known of', () => {
    const { status } = arrange();

    assert.equal(status.target(keyText(eepg('nobody')), 10), undefined);
  });
});

describe('what carries traffic', () => {
  const webPool = pool('Common/web');
  const member = (n: number, over: Partial<DesiredItem> = {}): DesiredItem =>
    backend(webPool, 'shop', podAddress(n), over);
  const pooled = { ...shop, to: [poolTarget(f5)] };

  function arrangePool(): { balancer: FakeFabric; status: Status } {
    const balancer = new FakeFabric(f5);
    const draining = `${keyText(webPool)} member:10.244.0.2:8080`;
    const status = createStatus({
      version: '1.2.3',
      clock: manualClock(5_000),
      document: documentOf([pooled]),
      wanted: balancer,
      paused: () => false,
      drainingSince: (item) => (item === draining ? 4_000 : undefined),
    });
    status.system(f5, balancer);
    balancer.wantItems(webPool, 'shop', [member(1), member(2, { leaving: true })]);
    const state = { attributes: { state: 'drain', weight: '1' }, connections: 3 };
    balancer.holdItems(webPool, 'shop', [
      there(member(1)),
      there(member(2), state),
      there(member(9), { mark: undefined }),
    ]);
    return { balancer, status };
  }

  const leaving = removeBackend(webPool, member(2), 'shop', {
    verdict: verdict('draining', '12 s left, 3 connections open'),
  });

  it('is draining while nothing is left but to wait, and wants only what is to stay', () => {
    const { balancer, status } = arrangePool();

    status.report(balancer.run({ changes: [leaving], mappings: [pooled] }));

    const [row] = status.status().targets;
    assert.deepEqual([row?.state, row?.wanted, row?.present], ['draining', 1, 2]);
  });

  it('is held when anything else holds it, and due when something is', () => {
    const { balancer, status } = arrangePool();
    const kept = held(drain(webPool, 'shop', member(1)), 'min-healthy', '1 of 2 in service, 1 must stay');
    const states = [
      [leaving, kept],
      [leaving, drain(webPool, 'shop', member(1))],
    ].map((changes) => {
      status.report(balancer.run({ changes, mappings: [pooled] }));
      return status.status().targets[0]?.state;
    });

    assert.deepEqual(states, ['held', 'due']);
  });

  it('shows of each member how it stands, and of foreign ones how many there are', () => {
    const { balancer, status } = arrangePool();
    status.report(balancer.run({ changes: [leaving], mappings: [pooled] }));

    const target = status.target(keyText(webPool), 10);

    assert.equal(target?.foreign, 1);
    const [first] = target.items;
    assert.deepEqual(
      [first?.name, first?.wanted, first?.leaving, first?.connections, first?.drainingSince],
      ['10.244.0.2:8080', false, true, 3, 4_000],
    );
    assert.equal(first?.attributes['state'], 'drain');
    assert.deepEqual(first.pending, {
      type: 'removeItem',
      because: 'seen deleted',
      step: '',
      leaving: false,
      detail: '12 s left, 3 connections open',
      hold: 'draining',
    });
  });

  it('tells in the plan how it leaves', () => {
    const { balancer, status } = arrangePool();
    const changes = [
      drain(webPool, 'shop', member(1)),
      removeBackend(webPool, member(3), 'shop', { explanation: 'aged-out', cut: true }),
    ];

    status.report(balancer.run({ changes, mappings: [pooled] }));

    const told = status.plan(10).mappings[0]?.groups[0]?.changes ?? [];
    assert.deepEqual(
      told.map(({ leaving: first, step, because }) => [first, step, because]),
      [
        [true, 'drain (30 s, then leave)', ''],
        [false, 'connections cut', 'aged out of the fabric'],
      ],
    );
  });

  it('names the mapping of what is left over', () => {
    const { balancer, status } = arrangePool();
    const group = { ...policy('10_244_0_1'), kind: 'redirectHealthGroup' as const, system: f5 };
    const atom = 'a' as AtomId;
    const mapping = shop.name;
    const change: Change = {
      type: 'deleteObject',
      key: group,
      mapping,
      mark: mark('shop'),
      verdict: verdict(),
      atom,
    };

    status.report(balancer.run({ changes: [change], mappings: [pooled] }));

    const row = status.status().targets.find(({ kind }) => kind === 'redirectHealthGroup');
    assert.deepEqual([row?.mapping, row?.state], ['shop', 'due']);
  });
});
