import assert from 'node:assert/strict';
import { problem } from '../model/problems.ts';
import type { KeyText } from '../model/identity.ts';
import {
  FakeCluster,
  FakeFabric,
  accepted,
  add,
  dc1,
  documentOf,
  eepg,
  f5,
  mapping,
  podAddress,
  refused,
  remove,
  verdict,
} from '../../test/support/report-world.ts';
import { backend, pool, poolTarget, removeBackend } from '../../test/support/traffic-world.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';

const shop = mapping('shop');
const web = eepg('web');

interface Arranged {
  readonly metrics: Metrics;
  readonly fabric: FakeFabric;
  /** The value of a series; undefined when it is not there. */
  readonly read: (series: string) => Promise<number | undefined>;
}

function arrange(): Arranged {
  const metrics = createMetrics({ version: '1.2.3', paused: () => true });
  const fabric = new FakeFabric();
  metrics.document(documentOf([shop]));
  metrics.system(dc1, fabric);
  return {
    metrics,
    fabric,
    read: async (series) => {
      const { body } = await metrics.render();
      const line = body.split('\n').find((one) => one.startsWith(`kubesync_${series} `));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    },
  };
}

describe('metrics', () => {
  it('begin at zero for what can happen', async () => {
    const { read } = arrange();

    assert.equal(await read('changes_total{system="dc1",type="addItem",result="refused"}'), 0);
    assert.equal(await read('drift_total{system="dc1"}'), 0);
    assert.equal(await read('guard_held{system="dc1",mapping="shop"}'), 0);
  });

  it('count changes by what became of them, and requests', async () => {
    const { metrics, fabric, read } = arrange();
    const good = add(web, 'shop', podAddress(1));
    const bad = add(web, 'shop', podAddress(2));

    metrics.report(
      fabric.run({
        changes: [good, bad],
        outcomes: [...accepted([good]), refused(bad, 'no')],
        requests: 3,
        causedAt: 900,
        mappings: [shop],
      }),
    );

    assert.equal(await read('changes_total{system="dc1",type="addItem",result="accepted"}'), 1);
    assert.equal(await read('changes_total{system="dc1",type="addItem",result="refused"}'), 1);
    assert.equal(await read('requests_total{system="dc1"}'), 3);
    assert.equal(await read('reaction_seconds_sum{system="dc1"}'), 0.14);
  });

  it('count a removal with what explained it only when it was accepted', async () => {
    const { metrics, fabric, read } = arrange();
    const done = remove(web, podAddress(1), { of: 'shop', explanation: 'deleted' });
    const denied = remove(web, podAddress(2), { of: 'shop', explanation: 'deleted' });

    metrics.report(fabric.run({ outcomes: [...accepted([done]), refused(denied, 'no')], mappings: [shop] }));

    assert.equal(await read('removals_total{mapping="shop",explanation="deleted"}'), 1);
  });

  it('count the addresses that are there after the round, not before it', async () => {
    const { metrics, fabric, read } = arrange();
    const changes = [
      add(web, 'shop', podAddress(1)),
      add(web, 'shop', podAddress(2)),
      remove(web, podAddress(3), { of: 'shop' }),
    ];

    metrics.report(fabric.run({ changes, outcomes: accepted(changes), mappings: [shop] }));

    assert.equal(await read('addresses{system="dc1",mapping="shop",which="present"}'), 1);
  });

  it('fall back to zero when nothing is held any more', async () => {
    const { metrics, fabric, read } = arrange();
    const held = remove(web, podAddress(1), { of: 'shop', explanation: 'unexplained', hold: 'guard' });
    metrics.report(fabric.run({ changes: [held], mappings: [shop] }));
    const before = await read('waiting_for_approval{system="dc1",mapping="shop"}');

    metrics.report(fabric.run({ mappings: [shop] }));

    assert.equal(before, 1);
    assert.equal(await read('waiting_for_approval{system="dc1",mapping="shop"}'), 0);
    assert.equal(await read('held_changes{system="dc1",mapping="shop",reason="guard"}'), 0);
  });

  it('keep what is held while rounds stop before planning', async () => {
    const { metrics, fabric, read } = arrange();
    const held = add(web, 'shop', podAddress(1), 'isolated');
    metrics.report(fabric.run({ changes: [held], mappings: [shop] }));

    metrics.report(fabric.run({ problem: problem('fabric.unreachable', 'no route') }));

    assert.equal(await read('held_changes{system="dc1",mapping="shop",reason="isolated"}'), 1);
    assert.equal(await read('rounds_total{system="dc1",result="stopped"}'), 1);
  });

  it('read freshness, contact and pause at the scrape', async () => {
    const { metrics, fabric, read } = arrange();
    const cluster = new FakeCluster('prod-a');
    metrics.source(cluster);
    cluster.set('Pod', { freshness: 'stale', count: 7, lastContact: 4_000 });
    fabric.problem = problem('fabric.unreachable', 'no route');

    assert.equal(await read('source_freshness{source="prod-a",kind="Pod",freshness="stale"}'), 1);
    assert.equal(await read('source_freshness{source="prod-a",kind="Pod",freshness="synced"}'), 0);
    assert.equal(await read('source_last_contact_seconds{source="prod-a",kind="Pod"}'), 4);
    assert.equal(await read('system_up{system="dc1"}'), 0);
    assert.equal(await read('paused'), 1);
  });

  it('keep the systems of one mapping apart', async () => {
    const { metrics, fabric, read } = arrange();
    const webPool = pool('Common/web');
    const member = backend(webPool, 'shop', podAddress(1));
    const both = { ...shop, to: [...shop.to, poolTarget(f5)] };
    metrics.document(documentOf([both]));

    metrics.report(fabric.run({ changes: [add(web, 'shop', podAddress(1), 'isolated')], mappings: [both] }));
    metrics.report(
      new FakeFabric(f5).run({
        changes: [removeBackend(webPool, member, 'shop', { verdict: verdict('draining') })],
        mappings: [both],
      }),
    );

    assert.equal(await read('held_changes{system="dc1",mapping="shop",reason="isolated"}'), 1);
    assert.equal(await read('held_changes{system="f5-edge",mapping="shop",reason="draining"}'), 1);
  });

  it('count what a fabric learned by its own kind', async () => {
    const { metrics, read } = arrange();
    const learned = new FakeCluster('dc1');
    learned.set('LearnedEndpoint', { count: 7 });

    metrics.source(learned);

    assert.equal(await read('source_objects{source="dc1",kind="LearnedEndpoint"}'), 7);
    assert.equal(await read('source_objects{source="dc1",kind="Pod"}'), undefined);
  });

  it('count drift by the objects that were named; a full read is none', async () => {
    const { metrics, read } = arrange();

    metrics.drift(dc1, ['a', 'b'] as KeyText[]);
    metrics.drift(dc1, 'all');

    assert.equal(await read('drift_total{system="dc1"}'), 2);
  });
});
