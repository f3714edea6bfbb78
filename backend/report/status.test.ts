import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import { keyText } from '../model/identity.ts';
import { problem } from '../model/problems.ts';
import { arrange, shop } from '../../test/support/report-stage.ts';
import {
  FakeCluster,
  FakeFabric,
  accepted,
  add,
  dc1,
  documentOf,
  eepg,
  podAddress,
  refused,
  remove,
} from '../../test/support/report-world.ts';
import { createStatus } from './status.ts';

const web = eepg('prod-a_shop_web');

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
