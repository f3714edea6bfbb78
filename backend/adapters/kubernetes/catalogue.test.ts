import assert from 'node:assert/strict';
import { createAuthority, type Authority } from '../../../lab/authority.ts';
import { startCluster, type Cluster } from '../../../lab/cluster/cluster.ts';
import { eventually } from '../../../test/support/eventually.ts';
import {
  followCluster,
  type FollowedCluster,
  type FollowOptions,
} from '../../../test/support/followed-cluster.ts';
import { manualClock, type ManualClock } from '../../model/clock.ts';
import type { ClusterKind } from '../../model/cluster-records.ts';
import type { ObjectPath } from '../../model/identity.ts';

const kinds: readonly ClusterKind[] = ['Pod', 'Namespace', 'Deployment', 'ReplicaSet', 'Service'];
/** Time passes, and whatever was begun gets its answer meanwhile. */
async function passed(clock: ManualClock, ms: number): Promise<void> {
  await clock.advance(ms);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const poll = { mode: 'poll', everyMs: 60_000 } as const;

describe('catalogue of a Kubernetes cluster', () => {
  let authority: Authority;
  let cluster: Cluster;
  const followers: FollowedCluster[] = [];
  const follow = (options: Partial<FollowOptions> = {}): FollowedCluster => {
    const { url: server, caPem, tokens } = cluster;
    const followed = followCluster({ server, caPem, token: tokens.reader, kinds, ...options });
    followers.push(followed);
    return followed;
  };
  const podNames = ({ source }: FollowedCluster): string[] =>
    [...source.view.all('Pod')].map(({ name }) => name);
  const isSynced = ({ source }: FollowedCluster): boolean => source.view.freshness(kinds) === 'synced';

  before(async () => {
    authority = await createAuthority();
  });
  beforeEach(async () => {
    cluster = await startCluster({ authority, podReadyMs: 0, terminationMs: 20 });
    cluster.deployment('shop', 'web', 3);
    await cluster.settled();
  });
  afterEach(async () => {
    for (const followed of followers.splice(0)) await followed.stop();
    await cluster.close();
  });

  it('follows what comes and goes, and sees each deletion', async () => {
    const followed = follow();
    await followed.settled();
    const before = podNames(followed);

    cluster.scale('shop', 'web', 1);
    await cluster.settled();
    await eventually('two pods are gone', () => podNames(followed).length === 1);

    assert.equal(before.length, 3);
    await eventually(
      'all is told',
      () => followed.sightings.filter((each) => each.startsWith('deleted')).length === 2,
    );
    assert.ok(!followed.sightings.some((each) => each.startsWith('missing')));
    assert.equal(followed.source.view.identity, cluster.uid);
  });

  it('ends the same when events come twice and overtake each other', async () => {
    const followed = follow();
    await followed.settled();
    cluster.faults.set({ duplicateEvents: true, reorderEvents: true });

    cluster.rolloutRestart('shop', 'web');
    cluster.scale('shop', 'web', 5);
    await cluster.settled();
    cluster.faults.clear();
    cluster.service('shop', 'web', { selector: { app: 'web' } });

    const wanted = (): string[] => cluster.list('Pod', 'shop').map(({ metadata }) => metadata.name);
    await eventually(
      'the view is the truth',
      () => podNames(followed).sort().join() === wanted().sort().join(),
    );
  });

  it('finds by listing what the watch lost', async () => {
    const followed = follow();
    await followed.settled();
    await eventually('the watches are open', () => cluster.stats().watches === kinds.length);
    cluster.faults.set({ loseEvents: 1 });
    cluster.scale('shop', 'web', 1);
    await cluster.settled();
    cluster.faults.clear();

    followed.source.resync();
    await eventually('two pods are gone', () => podNames(followed).length === 1);

    await eventually(
      'all is told',
      () => followed.sightings.filter((each) => each.startsWith('missing')).length === 2,
    );
    assert.ok((followed.catalogue.counters.get('Pod')?.listMisses ?? 0) >= 2);
  });

  it('leaves the other kinds alone when one is denied', async () => {
    cluster.faults.set({ deniedResources: ['services'] });

    const followed = follow();
    await followed.settled();

    const { view } = followed.source;
    assert.equal(view.kind('Service').freshness, 'unknown');
    assert.equal(view.kind('Service').problem?.code, 'cluster.forbidden');
    assert.match(view.kind('Service').problem?.detail ?? '', /services is forbidden/);
    assert.equal(view.freshness(kinds.filter((kind) => kind !== 'Service')), 'synced');
    assert.equal(view.problem, undefined);
  });

  it('says so when the cluster knows our token no more, and keeps what it had', async () => {
    const followed = follow();
    await followed.settled();
    await eventually('the watches are open', () => cluster.stats().watches === kinds.length);

    cluster.faults.set({ expiredTokens: true });
    cluster.dropConnections();
    const { view } = followed.source;
    await eventually('it is noticed', () => view.kind('Pod').problem?.code === 'cluster.unauthorized');

    assert.equal(view.problem?.code, 'cluster.unauthorized');
    assert.equal(view.kind('Pod').freshness, 'stale');
    assert.equal(podNames(followed).length, 3);
  });

  it('says so when the certificate is of another CA', async () => {
    const stranger = await createAuthority('stranger');

    const followed = follow({ caPem: stranger.caPem });
    await followed.settled();

    assert.equal(followed.source.view.problem?.code, 'cluster.untrusted');
    assert.equal(followed.source.view.kind('Pod').problem?.code, 'cluster.untrusted');
  });

  it('says so when the CA is no certificate, or the server is not spoken to by TLS', async () => {
    const noCertificate = follow({ trust: { pinPem: 'nonsense' } });
    const noTls = follow({ server: cluster.url.replace('https', 'http') });
    await noCertificate.settled();
    await noTls.settled();

    assert.equal(noCertificate.source.view.problem?.code, 'cluster.untrusted');
    assert.equal(noTls.source.view.problem?.code, 'cluster.untrusted');
  });

  it('says so when nobody is there', async () => {
    const followed = follow({ server: 'https://127.0.0.1:1' });
    await followed.settled();

    assert.equal(followed.source.view.problem?.code, 'cluster.unreachable');
    assert.equal(followed.source.view.freshness(kinds), 'unknown');
  });

  for (const observe of [{ mode: 'watch' }, poll] as const)
    it(`tries every kind soon after one has reached a cluster that was away (${observe.mode})`, async () => {
      const clock = manualClock();
      let draws = 0;
      const followed = follow({ clock, observe, random: () => ((draws += 1) * 0.37) % 1 });
      const synced = (): number =>
        kinds.filter((kind) => followed.source.view.freshness([kind]) === 'synced').length;
      await eventually('all is synced', () => isSynced(followed));
      cluster.faults.set({ errorCode: 503, reset: 'watches' });
      cluster.dropConnections();
      for (let seconds = 0; seconds < 120; seconds += 1) await passed(clock, 1000);
      const during = synced();
      cluster.faults.clear();

      while (synced() === 0) await passed(clock, 100);
      await clock.advance(500);

      await eventually('all is synced', () => isSynced(followed));
      assert.equal(during, 0);
    });

  it('is soon taken up again when it stumbles as it comes back from being long away', async () => {
    const clock = manualClock();
    const followed = follow({ clock, random: () => 0.9 });
    await eventually('all is synced', () => isSynced(followed));
    cluster.faults.set({ errorCode: 503, reset: 'watches' });
    cluster.dropConnections();
    for (let seconds = 0; seconds < 120; seconds += 1) await passed(clock, 1000);
    cluster.faults.clear();
    while (!isSynced(followed)) await passed(clock, 100);

    cluster.compact();
    cluster.dropConnections();
    await eventually('it is lost', () => !isSynced(followed));
    for (let passedMs = 0; passedMs < 5_000; passedMs += 100) await passed(clock, 100);

    await eventually('all is synced', () => isSynced(followed));
  });

  for (const observe of [{ mode: 'watch' }, poll] as const)
    it(`tries soon when told to read again, where it waits after a failure (${observe.mode})`, async () => {
      const clock = manualClock();
      const followed = follow({ clock, observe, random: () => 0.9 });
      await eventually('all is synced', () => isSynced(followed));
      cluster.faults.set({ errorCode: 503, reset: 'watches' });
      cluster.dropConnections();
      for (let seconds = 0; seconds < 120; seconds += 1) await passed(clock, 1000);
      const during = isSynced(followed);
      cluster.faults.clear();

      followed.catalogue.relist();
      for (let passedMs = 0; passedMs < 2_000; passedMs += 100) await passed(clock, 100);

      await eventually('all is synced', () => isSynced(followed));
      assert.equal(during, false);
    });

  it('believes nothing of another cluster that answers at the address, until the first is back', async () => {
    const followed = follow();
    await followed.settled();
    await eventually('the first list is told', () => followed.sightings.length > 0);
    const told = followed.sightings.length;

    cluster.faults.set({ otherCluster: true });
    await eventually('it is noticed', () => followed.source.view.problem?.code === 'cluster.identity');
    const during = followed.source.view.freshness(kinds);
    const pods = podNames(followed).length;
    const toldThen = followed.sightings.length;
    cluster.faults.clear();
    await eventually('all is synced', () => isSynced(followed));

    assert.equal(during, 'unknown');
    assert.deepEqual([pods, toldThen], [3, told]);
    assert.equal(podNames(followed).length, 3);
    assert.equal(followed.source.view.problem, undefined);
    assert.ok(!followed.sightings.some((each) => each.startsWith('missing')));
  });

  it('takes another cluster for the right one once a person has confirmed it', async () => {
    const followed = follow();
    await followed.settled();
    cluster.faults.set({ otherCluster: true });
    await eventually('it is noticed', () => followed.source.view.problem?.code === 'cluster.identity');

    followed.remembered.identity = followed.source.view.identity;
    followed.remembered.resourceVersion = '0';
    await eventually('all is synced', () => isSynced(followed));

    assert.deepEqual(podNames(followed), []);
    await eventually(
      'all is told',
      () => followed.sightings.filter((each) => /missing shop\/web-.*-/.test(each)).length === 3,
    );
  });

  it('believes nothing of another cluster than the one remembered from before', async () => {
    const followed = follow({ remembered: { identity: 'another', resourceVersion: undefined } });
    await followed.settled();

    assert.equal(followed.source.view.problem?.code, 'cluster.identity');
    assert.equal(followed.source.view.freshness(kinds), 'unknown');
    assert.equal(followed.source.view.kind('Pod').count, 0);
    assert.equal(cluster.stats().byPath['/api/v1/pods'], undefined);
  });

  it('believes nothing of a cluster that went back in time', async () => {
    const followed = follow();
    await followed.settled();
    const { resourceVersion } = followed.remembered;

    cluster.faults.set({ revisionsBack: 1_000, emptyLists: true, onlyResources: ['pods'] });
    cluster.dropConnections();
    await eventually('it is noticed', () => followed.source.view.problem?.code === 'cluster.rewound');
    const pods = podNames(followed).length;
    cluster.faults.clear();
    await eventually('all is synced', () => isSynced(followed));

    assert.ok(Number(resourceVersion) > 0);
    assert.equal(pods, 3);
    assert.equal(podNames(followed).length, 3);
  });

  it('follows a restored cluster once a person has confirmed it, and sees what goes there', async () => {
    const followed = follow();
    await followed.settled();
    cluster.faults.set({ revisionsBack: 5 });
    cluster.dropConnections();
    await eventually('it is noticed', () => followed.source.view.problem?.code === 'cluster.rewound');

    followed.remembered.identity = followed.source.view.identity;
    followed.remembered.resourceVersion = '0';
    await eventually('all is synced', () => isSynced(followed));
    const pods = podNames(followed).length;
    cluster.scale('shop', 'web', 1);
    await eventually('two pods are gone', () => podNames(followed).length === 1);

    assert.equal(pods, 3);
    assert.equal(followed.source.view.problem, undefined);
  });

  it('polls at its interval, and tells what is gone as missing', async () => {
    const clock = manualClock(1_000);
    const followed = follow({ clock, observe: poll });
    await followed.settled();
    cluster.scale('shop', 'web', 1);
    await cluster.settled();
    const between = podNames(followed).length;

    await clock.advance(60_000);
    await eventually('two pods are gone', () => podNames(followed).length === 1);

    assert.equal(between, 3);
    assert.equal(followed.source.view.freshness(kinds), 'synced');
    assert.equal(cluster.stats().watchRequests, 0);
    await eventually(
      'all is told',
      () => followed.sightings.filter((each) => each.startsWith('missing')).length === 2,
    );
  });

  it('is stale from a failed poll until the next one that succeeds', async () => {
    const clock = manualClock(1_000);
    const followed = follow({ clock, observe: poll });
    await followed.settled();

    cluster.faults.set({ errorCode: 503, errorOn: 'lists', onlyResources: ['pods'] });
    await clock.advance(60_000);
    await eventually('pods are stale', () => followed.source.view.kind('Pod').freshness === 'stale');
    cluster.faults.clear();
    const retry = setInterval(() => void clock.advance(1_000), 10);
    await eventually('pods are synced', () => followed.source.view.kind('Pod').freshness === 'synced');

    clearInterval(retry);
    assert.deepEqual(followed.freshnesses, ['unknown', 'synced', 'stale', 'synced']);
  });

  it('polls when a clock-shaped schedule says so', async () => {
    const clock = manualClock(Date.parse('2026-11-22T05:58:30Z'));
    const observe = { mode: 'poll', cron: '0 7 * * *', zone: 'Europe/Berlin' } as const;
    const followed = follow({ clock, observe, kinds: ['Pod'] });
    await followed.settled();
    const lists = (): number => followed.catalogue.counters.get('Pod')?.lists ?? 0;

    await clock.advance(30_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const early = lists();
    await clock.advance(60_000);
    await eventually('it has listed again', () => lists() === 2);

    assert.equal(early, 1);
  });

  it('answers whether an object is gone, apart from what it holds', async () => {
    const followed = follow();
    await followed.settled();
    const [pod] = followed.source.view.all('Pod');
    const { path, uid } = pod!;
    const ask = (kind: string, at: ObjectPath, id: string): Promise<string> =>
      followed.source.isGone({ kind, path: at, uid: id }, followed.signal);

    const answers = {
      present: await ask('Pod', path, uid),
      replaced: await ask('Pod', path, 'another'),
      absent: await ask('Pod', 'shop/none' as ObjectPath, uid),
      unknownKind: await ask('Rollout', path, uid),
    };
    cluster.faults.set({ otherCluster: true });
    const elsewhere = await ask('Pod', path, uid);
    cluster.faults.set({ otherCluster: false, errorCode: 500, errorOn: 'everything' });
    const failing = await ask('Pod', path, uid);

    assert.deepEqual(answers, {
      present: 'present',
      replaced: 'gone',
      absent: 'gone',
      unknownKind: 'unknown',
    });
    assert.deepEqual([elsewhere, failing], ['unknown', 'unknown']);
  });
});
