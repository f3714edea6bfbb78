import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import type { ClusterKind, NamespaceRecord } from '../model/cluster-records.ts';
import type { SourceNotice } from '../model/source-view.ts';
import type { SourceName, ObjectPath } from '../model/identity.ts';
import { problem } from '../model/problems.ts';
import { createClusterSource } from './cluster-source.ts';
import type { CatalogueListener, CompleteList, Probe, Source } from './ports.ts';

interface Scene {
  readonly source: Source & Probe;
  /** What the catalogue under test control tells. */
  readonly told: CatalogueListener;
  readonly batches: string[][];
  readonly freshnesses: string[];
  readonly relists: () => number;
  readonly stop: () => void;
}

function setUp(kinds: readonly ClusterKind[] = ['Namespace', 'Service']): Scene {
  let told: CatalogueListener | undefined;
  let relists = 0;
  const ending = new AbortController();
  const source = createClusterSource({
    clock: manualClock(5_000),
    catalogue: {
      cluster: 'prod' as SourceName,
      kinds,
      follow: (listener) => {
        told = listener;
        return Promise.resolve();
      },
      relist: () => (relists += 1),
      isGone: () => Promise.resolve('present'),
    },
  });
  const batches: string[][] = [];
  const freshnesses: string[] = [];
  const describeNotice = ({ kind, path, sighting }: SourceNotice): string => `${sighting} ${kind} ${path}`;
  source.onNotices((notices) => void batches.push(notices.map(describeNotice)));
  source.onFreshness(() => void freshnesses.push(source.view.freshness(kinds)));
  source.start(ending.signal);
  assert.ok(told !== undefined);
  return {
    source,
    told,
    batches,
    freshnesses,
    relists: () => relists,
    stop: () => ending.abort(new Error('the end')),
  };
}

function recordOf(name: string, version: number): NamespaceRecord {
  const path = name as ObjectPath;
  const resourceVersion = String(version);
  return {
    kind: 'Namespace',
    uid: name,
    path,
    namespace: '',
    name,
    labels: {},
    resourceVersion,
    terminating: false,
  };
}

function listOf(version: number, ...records: readonly NamespaceRecord[]): CompleteList {
  return { records: new Map(records.map((each) => [each.path, each])), resourceVersion: String(version) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const lost = problem('cluster.unreachable', 'no route');

describe('cluster source', () => {
  it('tells what came in one turn together, and of equal sightings one', async () => {
    const { told, batches } = setUp();
    told.listed('Namespace', listOf(10, recordOf('a', 1)));
    batches.length = 0;

    told.watched(recordOf('a', 11));
    told.watched(recordOf('b', 12));
    told.watched(recordOf('a', 13));
    await turn();

    assert.deepEqual(batches, [['watched Namespace a', 'watched Namespace b']]);
  });

  it('keeps a deletion beside the return of the same name', async () => {
    const { told, batches } = setUp();
    told.listed('Namespace', listOf(10, recordOf('a', 1)));
    batches.length = 0;

    told.deleted(recordOf('a', 11));
    told.watched({ ...recordOf('a', 12), uid: 'another' });
    await turn();

    assert.deepEqual(batches, [['deleted Namespace a', 'watched Namespace a']]);
  });

  it('tells what a list has before anybody hears that its kind is synced', () => {
    const { source, told } = setUp(['Namespace']);
    const order: string[] = [];
    source.onNotices((notices) => void order.push(`${notices.length} notices`));
    source.onFreshness(() => void order.push(source.view.freshness(['Namespace'])));

    told.listed('Namespace', listOf(10, recordOf('a', 1), recordOf('b', 2)));

    assert.equal(order[0], '2 notices');
    assert.equal(order[1], 'synced');
  });

  it('has settled when every kind was listed or could not be', async () => {
    const { source, told } = setUp();
    let settled = false;
    const settling = source.settled(new AbortController().signal).then(() => (settled = true));

    told.listed('Namespace', listOf(10));
    await turn();
    const afterOne = settled;
    told.lost('Service', problem('cluster.forbidden', 'services'));
    await settling;

    assert.equal(afterOne, false);
    assert.equal(source.view.kind('Service').freshness, 'unknown');
    assert.equal(source.view.kind('Service').problem?.code, 'cluster.forbidden');
  });

  it('ends waiting for that with the signal', async () => {
    const { source } = setUp();
    const ending = new AbortController();

    const settling = source.settled(ending.signal);
    ending.abort(new Error('the end'));

    await assert.rejects(settling, /the end/);
  });

  it('is stale after a loss, keeps its records, and is synced again with the next contact', () => {
    const { source, told } = setUp(['Namespace']);
    told.listed('Namespace', listOf(10, recordOf('a', 1)));

    told.lost('Namespace', lost);
    const during = source.view.kind('Namespace');
    told.live('Namespace');

    assert.deepEqual([during.freshness, during.count, during.problem], ['stale', 1, lost]);
    assert.equal(source.view.kind('Namespace').freshness, 'synced');
    assert.equal(source.view.kind('Namespace').lastContact, 5_000);
  });

  it('is unknown while another cluster or another time answers, and afterwards until the next list', () => {
    const { source, told } = setUp(['Namespace']);
    told.listed('Namespace', listOf(10, recordOf('a', 1)));

    told.clusterProblem(problem('cluster.identity', 'another uid'));
    const during = source.view.freshness(['Namespace']);
    told.voided();
    told.clusterProblem(undefined);
    told.live('Namespace');
    const after = source.view.freshness(['Namespace']);
    told.listed('Namespace', listOf(3, recordOf('a', 1)));

    assert.deepEqual([during, after], ['unknown', 'unknown']);
    assert.equal(source.view.freshness(['Namespace']), 'synced');
  });

  it('speaks of freshness only when something changed', () => {
    const { told, freshnesses } = setUp(['Namespace']);
    told.listed('Namespace', listOf(10));
    freshnesses.length = 0;

    told.live('Namespace');
    told.clusterProblem(undefined);
    told.lost('Namespace', lost);
    told.lost('Namespace', lost);

    assert.deepEqual(freshnesses, ['stale']);
  });

  it('knows nothing of kinds that it does not follow', () => {
    const { source } = setUp(['Namespace']);

    assert.equal(source.view.freshness(['Namespace', 'Pod']), 'unknown');
    assert.deepEqual([...source.view.all('Pod')], []);
    assert.equal(source.view.get('Pod', 'shop/web' as ObjectPath), undefined);
  });

  it('says nothing after its end, and lists again when asked', async () => {
    const { source, told, batches, relists, stop } = setUp(['Namespace']);
    told.listed('Namespace', listOf(10));
    source.resync();

    told.watched(recordOf('a', 11));
    stop();
    await turn();
    await source.stopped();

    assert.deepEqual(batches, []);
    assert.equal(relists(), 1);
  });
});
