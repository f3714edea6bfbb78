import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import { keyText } from '../model/identity.ts';
import type { ObjectPath } from '../model/identity.ts';
import type { AtomId, Change } from '../model/plan.ts';
import { itemId } from '../model/target-object.ts';
import type { DesiredItem } from '../model/target-object.ts';
import { problem } from '../model/problems.ts';
import {
  FakeCluster,
  FakeFabric,
  accepted,
  add,
  backend,
  dc1,
  documentOf,
  drain,
  eepg,
  f5,
  held,
  mapping,
  mark,
  podAddress,
  policy,
  pool,
  poolTarget,
  refused,
  remove,
  removeBackend,
  there,
  verdict,
  wantedOf,
} from '../../test/support/report-world.ts';
import { createStatus } from './status.ts';
import type { Status } from './status.ts';

const shop = mapping('shop');
const web = eepg('prod-a_shop_web');

function arrange(): { fabric: FakeFabric; status: Status; cluster: FakeCluster } {
  const fabric = new FakeFabric();
  const cluster = new FakeCluster('prod-a');
  const status = createStatus({
    version: '1.2.3',
    clock: manualClock(5_000),
    document: documentOf([shop]),
    wanted: fabric,
    paused: () => false,
  });
  status.source(cluster);
  status.system(dc1, fabric);
  return { fabric, status, cluster };
}

describe('status', () => {
  it('counts only our own addresses as present', () => {
    const { fabric, status } = arrange();
    fabric.want(web, 'shop', [podAddress(1), podAddress(2)]);
    fabric.hold(web, 'shop', [podAddress(1)], [podAddress(9)]);

    status.report(fabric.run({ mappings: [shop] }));

    const [row] = status.status().targets;
    assert.deepEqual([row?.wanted, row?.present, row?.state], [2, 1, 'due']);
  });

  it('calls a target in step when what is wanted is there and nothing is pending', () => {
    const { fabric, status } = arrange();
    const change = add(web, 'shop', podAddress(1));
    fabric.want(web, 'shop', [podAddress(1)]);
    fabric.hold(web, 'shop', [podAddress(1)]);

    status.report(fabric.run({ changes: [change], outcomes: accepted([change]), mappings: [shop] }));

    assert.equal(status.status().targets[0]?.state, 'inStep');
    assert.equal(status.plan(10).due, 0);
  });

  it('shows what the fabric answered on the change and on its target', () => {
    const { fabric, status } = arrange();
    const change = add(web, 'shop', podAddress(1));
    fabric.want(web, 'shop', [podAddress(1)]);

    status.report(
      fabric.run({ changes: [change], outcomes: [refused(change, 'invalid name')], mappings: [shop] }),
    );

    const model = status.status();
    assert.equal(model.targets[0]?.state, 'problem');
    assert.equal(model.targets[0].problems[0]?.detail, 'invalid name');
    assert.equal(status.plan(10).mappings[0]?.groups[0]?.changes[0]?.problem?.code, 'fabric.refused');
  });

  it('sums held changes by reason and names the command that approves them', () => {
    const { fabric, status } = arrange();
    fabric.want(web, 'shop', []);
    fabric.hold(web, 'shop', [podAddress(1), podAddress(2)]);
    const changes = [1, 2].map((n) =>
      remove(web, podAddress(n), { of: 'shop', explanation: 'unexplained', hold: 'guard' }),
    );

    status.report(fabric.run({ changes, mappings: [shop] }));

    assert.deepEqual(status.status().mappings[0]?.held, [{ reason: 'guard', count: 2 }]);
    assert.equal(status.plan(10).mappings[0]?.approve, 'aci-kube-sync approve shop c0ffee12');
  });

  it('names the command that lets a first plan be carried out', () => {
    const { fabric, status } = arrange();

    status.report(
      fabric.run({ changes: [add(web, 'shop', podAddress(1), 'first-contact')], mappings: [shop] }),
    );

    const [planned] = status.plan(10).mappings;
    assert.deepEqual([planned?.fingerprint, planned?.approve], [null, 'aci-kube-sync approve shop']);
  });

  it('keeps the whole count of a group when its list is cut', () => {
    const { fabric, status } = arrange();
    const changes = [1, 2, 3].map((n) => add(web, 'shop', podAddress(n), 'report-mode'));

    status.report(fabric.run({ changes, mappings: [shop] }));

    const group = status.plan(2).mappings[0]?.groups[0];
    assert.deepEqual([group?.count, group?.changes.length], [3, 2]);
  });

  it('keeps the last plan when a round stopped before planning', () => {
    const { fabric, status } = arrange();
    fabric.want(web, 'shop', [podAddress(1)]);
    const waits = add(web, 'shop', podAddress(1), 'isolated');
    status.report(fabric.run({ changes: [waits], mappings: [shop] }));

    status.report(fabric.run({ problem: problem('fabric.unreachable', 'no route') }));

    assert.equal(status.plan(10).held, 1);
    assert.equal(status.runs(10)[0]?.problem?.code, 'fabric.unreachable');
  });

  it('shows every target of a lost fabric as unknown, and as it was once it is back', () => {
    const { fabric, status } = arrange();
    fabric.want(web, 'shop', [podAddress(1)]);
    fabric.hold(web, 'shop', [podAddress(1)]);
    status.report(fabric.run({ mappings: [shop] }));

    fabric.problem = problem('fabric.unreachable', 'no route');
    status.system(dc1, fabric);
    const lost = status.status();
    fabric.problem = undefined;
    status.system(dc1, fabric);

    assert.deepEqual([lost.targets[0]?.state, lost.targets[0]?.present], ['unknown', null]);
    assert.equal(lost.systems[0]?.freshness, 'stale');
    assert.equal(status.status().targets[0]?.state, 'inStep');
  });

  it('says per kind what cannot be believed', () => {
    const { status, cluster } = arrange();
    cluster.set('Pod', {
      freshness: 'stale',
      count: 12,
      lastContact: 400,
      problem: problem('cluster.silent', '30 s'),
    });

    status.source(cluster);

    const [model] = status.status().sources;
    const pods = model?.kinds.find(({ kind }) => kind === 'Pod');
    assert.deepEqual(
      [model?.freshness, model?.lastContact, pods?.problem?.code],
      ['stale', 400, 'cluster.silent'],
    );
  });
});

describe('clusters in the status', () => {
  it('show only the kinds that are followed of them', () => {
    const fabric = new FakeFabric();
    const status = createStatus({
      version: '1.2.3',
      clock: manualClock(),
      document: documentOf([]),
      wanted: fabric,
      paused: () => false,
      kinds: () => ['Pod'],
    });
    const cluster = new FakeCluster('prod-a');
    cluster.set('Job', { freshness: 'unknown' });

    status.source(cluster);

    const [model] = status.status().sources;
    assert.deepEqual([model?.freshness, model?.kinds.map(({ kind }) => kind)], ['synced', ['Pod']]);
  });
});

describe('differences of the status', () => {
  it('give everything to whoever has nothing', () => {
    const { fabric, status } = arrange();
    fabric.want(web, 'shop', []);
    status.report(fabric.run({ mappings: [shop] }));

    const first = status.since(undefined);

    assert.equal(first.complete, true);
    assert.equal(first.targets.put.length, 1);
  });

  it('give only the rows that changed', () => {
    const { fabric, status } = arrange();
    const api = eepg('prod-a_shop_api');
    fabric.want(web, 'shop', [podAddress(1)]);
    fabric.want(api, 'shop', [podAddress(2)]);
    status.report(fabric.run({ mappings: [shop] }));
    const { cursor } = status.since(undefined);

    fabric.hold(api, 'shop', [podAddress(2)]);
    status.report(fabric.run({ mappings: [shop] }));
    const next = status.since(cursor);

    assert.equal(next.complete, false);
    assert.deepEqual(
      next.targets.put.map(({ key }) => key),
      [keyText(api)],
    );
  });

  it('are empty when nothing changed, and keep the cursor', () => {
    const { fabric, status } = arrange();
    status.report(fabric.run({ mappings: [shop] }));
    const { cursor } = status.since(undefined);

    status.system(dc1, fabric);
    const next = status.since(cursor);

    assert.deepEqual([next.cursor, next.summary, next.runs], [cursor, null, null]);
  });

  it('tell which rows went', () => {
    const { fabric, status } = arrange();
    fabric.want(web, 'shop', []);
    status.report(fabric.run({ mappings: [shop] }));
    const { cursor } = status.since(undefined);

    fabric.unwant(web);
    status.report(fabric.run({ keys: [keyText(web)], mappings: [shop] }));

    assert.deepEqual(status.since(cursor).targets.gone, [keyText(web)]);
  });

  it('are everything again for a cursor of another process', () => {
    const { status } = arrange();

    const answers = ['xyz.1', 'nonsense', `${(5_000).toString(36)}.99`].map(
      (cursor) => status.since(cursor).complete,
    );

    assert.deepEqual(answers, [true, true, true]);
  });

  it('wake the listeners until they stop listening', () => {
    const { fabric, status } = arrange();
    let woken = 0;
    const stop = status.onChange(() => (woken += 1));

    status.report(fabric.run({}));
    stop();
    status.report(fabric.run({}));

    assert.equal(woken, 1);
  });
});

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

describe('a mapping with targets on several systems', () => {
  const both = { ...shop, to: [...shop.to, poolTarget(f5)] };

  function arrangeBoth(): { fabric: FakeFabric; balancer: FakeFabric; status: Status } {
    const [fabric, balancer] = [new FakeFabric(), new FakeFabric(f5)];
    const status = createStatus({
      version: '1.2.3',
      clock: manualClock(5_000),
      document: documentOf([both]),
      wanted: wantedOf([fabric, balancer]),
      paused: () => false,
    });
    status.system(dc1, fabric);
    status.system(f5, balancer);
    return { fabric, balancer, status };
  }

  it('names them all, each of its kind', () => {
    const { status } = arrangeBoth();

    const { systems, mappings } = status.status();

    assert.deepEqual(
      systems.map(({ name, kind }) => [name, kind]),
      [
        ['dc1', 'fabric'],
        ['f5-edge', 'bigip'],
      ],
    );
    assert.deepEqual(mappings[0]?.systems, ['dc1', 'f5-edge']);
  });

  it('is in first contact as long as it is with one of them', () => {
    const { fabric, balancer, status } = arrangeBoth();
    status.report(fabric.run({ mappings: [both] }));
    const first = balancer.run({ mappings: [both] });
    const planned = first.plan.mappings.map((one) => ({
      ...one,
      mode: 'report' as const,
      firstContact: true,
    }));

    status.report({ ...first, plan: { ...first.plan, mappings: planned } });

    const [model] = status.status().mappings;
    assert.deepEqual([model?.mode, model?.firstContact], ['report', true]);
  });

  it('has a plan on each', () => {
    const { fabric, balancer, status } = arrangeBoth();
    const webPool = pool('Common/web');

    status.report(fabric.run({ changes: [add(web, 'shop', podAddress(1), 'isolated')], mappings: [both] }));
    status.report(
      balancer.run({
        changes: [drain(webPool, 'shop', backend(webPool, 'shop', podAddress(1)))],
        mappings: [both],
      }),
    );

    assert.deepEqual(
      status.plan(10).mappings.map(({ system, due, held: waits }) => [system, due, waits]),
      [
        ['dc1', 0, 1],
        ['f5-edge', 1, 0],
      ],
    );
  });

  it('explains an address once, wherever it is wanted and whatever the item is called there', () => {
    const { fabric, balancer, status } = arrangeBoth();
    const webPool = pool('Common/web');
    const item = backend(webPool, 'shop', podAddress(1));
    const other = { ...item, id: itemId('member', '10.244.0.1:9090'), name: '10.244.0.1:9090' };
    fabric.want(web, 'shop', [podAddress(1)]);
    balancer.wantItems(webPool, 'shop', [item, other]);
    balancer.holdItems(webPool, 'shop', [there(item), there(other, { mark: undefined })]);

    const { reasons, wantedIn, presentIn } = status.explain(podAddress(1));

    assert.equal(reasons.length, 1);
    assert.deepEqual(
      wantedIn.map(({ key, items }) => [key.kind, items]),
      [
        ['externalEpg', ['10.244.0.1/32']],
        ['pool', ['10.244.0.1:8080', '10.244.0.1:9090']],
      ],
    );
    assert.deepEqual(
      presentIn.map(({ key, ours, items }) => [key.kind, ours, items]),
      [['pool', true, ['10.244.0.1:8080', '10.244.0.1:9090']]],
    );
  });
});

describe('a fabric as a source', () => {
  function follow(status: Status): void {
    const learned = new FakeCluster('dc1');
    learned.set('LearnedEndpoint', { count: 7 });
    learned.records.push({
      kind: 'LearnedEndpoint',
      uid: 'uni/tn-k8s/ap-shop/epg-web/cep-1',
      path: 'k8s/shop/web/10.244.0.9' as ObjectPath,
      namespace: 'k8s/shop/web',
      name: '10.244.0.9',
      labels: {},
      resourceVersion: '',
      address: podAddress(9),
      mac: '00:50:56:AA:00:09',
      nodes: ['101'],
      absentSince: 4_000,
    });
    status.source(learned);
  }

  it('shows what it learned, beside the system of that name', () => {
    const { status } = arrange();

    follow(status);

    const { sources, systems } = status.status();
    assert.deepEqual(
      sources.map(({ name, kind, objects, kinds }) => [name, kind, objects, kinds.length]),
      [
        ['prod-a', 'cluster', 0, 10],
        ['dc1', 'fabric', 7, 1],
      ],
    );
    assert.deepEqual(
      systems.map(({ name }) => name),
      ['dc1'],
    );
  });

  it('explains an endpoint that no mapping selects', () => {
    const { status } = arrange();
    follow(status);

    const [reason] = status.explain(podAddress(9)).reasons;

    assert.deepEqual(
      [reason?.origin.path, reason?.addressKind, reason?.state, reason?.mac],
      ['k8s/shop/web/10.244.0.9', 'learned', 'absent', '00:50:56:AA:00:09'],
    );
  });
});

describe('explain', () => {
  it('names the pod that has the address, where it is wanted, where it is, and what is pending', () => {
    const { fabric, status } = arrange();
    fabric.want(web, 'shop', [podAddress(1)]);
    fabric.hold(eepg('old'), 'shop', [podAddress(1)]);
    status.report(fabric.run({ changes: [add(web, 'shop', podAddress(1), 'conflict')], mappings: [shop] }));

    const chain = status.explain(podAddress(1));

    assert.equal(chain.reasons[0]?.origin.path, 'shop/pod-10.244.0.1');
    assert.deepEqual(
      chain.wantedIn.map(({ key }) => key.name),
      ['k8s/calico/prod-a_shop_web'],
    );
    assert.deepEqual(
      chain.presentIn.map(({ key, ours }) => [key.name, ours]),
      [['k8s/calico/old', true]],
    );
    assert.equal(chain.changes.length, 1);
  });
});
