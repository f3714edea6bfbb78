import assert from 'node:assert/strict';
import { createAuthority, type Authority } from '../authority.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { clientOf, type Client } from './test-support/client.ts';
import type { KubeObject } from './objects.ts';

const maps = '/api/v1/namespaces/shop/configmaps';
const initial = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

function configMap(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name } };
}

describe('a simulated cluster that misbehaves', () => {
  let authority: Authority;
  let cluster: Cluster;
  let client: Client;

  before(async () => {
    authority = await createAuthority();
  });

  beforeEach(async () => {
    cluster = await startCluster({ authority, podReadyMs: 10, bookmarkMs: 50 });
    client = clientOf(cluster);
    for (const name of ['a', 'b', 'c', 'd']) cluster.apply(configMap(name));
  });

  afterEach(async () => {
    await client.close();
    await cluster.close();
  });

  async function names(): Promise<string[]> {
    return ((await client.get(maps))['items'] as KubeObject[]).map(({ metadata }) => metadata.name);
  }

  async function revisionOf(path: string): Promise<number> {
    return Number(((await client.get(path))['metadata'] as { resourceVersion: string }).resourceVersion);
  }

  async function stays(promise: Promise<unknown>): Promise<boolean> {
    const settled = promise.then(() => false).catch(() => false);
    return Promise.race([settled, new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 150))]);
  }

  it('answers with an error on what it is told to, and is well again afterwards', async () => {
    cluster.faults.set({ errorCode: 503, errorOn: 'lists' });
    const list = await client.ask(maps);
    const one = await client.ask(`${maps}/a`);
    cluster.faults.clear();
    const again = await client.ask(maps);

    assert.deepEqual([list.status, one.status, again.status], [503, 200, 200]);
    assert.equal(list.json['reason'], 'ServiceUnavailable');
  });

  it('goes silent on lists and watches without closing them', async () => {
    cluster.faults.set({ silentLists: true, silentWatches: true });
    const abort = new AbortController();

    const list = client.ask(maps, { signal: abort.signal });
    const watch = client.watch(`${maps}?watch=1`);

    assert.ok(await stays(list));
    assert.ok(await stays(watch.ended));
    assert.deepEqual(watch.events, []);
    abort.abort();
    watch.stop();
  });

  it('silences open watches for good', async () => {
    const watch = client.watch(`${maps}?watch=1&allowWatchBookmarks=true`);
    await watch.until(({ object }) => object.metadata['name'] === 'd');
    cluster.faults.set({ silentWatches: true });
    cluster.faults.clear();
    const before = watch.events.length;

    cluster.apply(configMap('e'));

    assert.ok(await stays(watch.ended));
    assert.equal(watch.events.length, before);
    watch.stop();
  });

  it('ends watches at once', async () => {
    cluster.faults.set({ endWatches: true });

    const watch = client.watch(`${maps}?watch=1`);

    assert.equal(await watch.ended, 'end');
  });

  it('breaks connections, those of open watches too', async () => {
    const watch = client.watch(`${maps}?watch=1`);
    await watch.until(({ type }) => type === 'ADDED');
    cluster.faults.set({ reset: 'watches' });

    assert.equal(await watch.ended, 'broken');
    assert.equal(await client.watch(`${maps}?watch=1`).ended, 'broken');
    assert.equal((await client.ask(maps)).status, 200);
  });

  it('cuts a list in the middle of its text, ending it properly or not', async () => {
    cluster.faults.set({ cutLists: 'clean' });
    const clean = await client.ask(maps);
    cluster.faults.set({ cutLists: 'reset' });

    assert.equal(clean.status, 200);
    assert.throws(() => JSON.parse(clean.text) as unknown, SyntaxError);
    await assert.rejects(client.ask(maps));
  });

  it('cuts a list by watching before its end is marked', async () => {
    cluster.faults.set({ cutLists: 'clean' });

    const watch = client.watch(`${maps}?${initial}`);

    assert.equal(await watch.ended, 'end');
    assert.deepEqual(
      watch.events.map(({ type }) => type),
      ['ADDED', 'ADDED'],
    );
  });

  it('lies about a list being complete, whole or by pages or by watching', async () => {
    cluster.faults.set({ shortLists: 0.5 });
    const page = await client.get(`${maps}?limit=3`);
    const watch = client.watch(`${maps}?${initial}`);
    await watch.until(({ type }) => type === 'BOOKMARK');

    assert.deepEqual(await names(), ['a', 'b']);
    assert.equal((page['items'] as unknown[]).length, 1);
    assert.equal((page['metadata'] as { continue?: string }).continue, undefined);
    assert.equal(watch.events.filter(({ type }) => type === 'ADDED').length, 2);
    watch.stop();
  });

  it('comes back empty, of one resource or of all', async () => {
    cluster.faults.set({ emptyLists: true, onlyResources: ['pods'] });
    const others = await names();
    cluster.faults.set({ onlyResources: [] });

    assert.equal(others.length, 4);
    assert.deepEqual(await names(), []);
  });

  it('comes back as another cluster, and as itself again', async () => {
    const identity = async (): Promise<unknown> =>
      ((await client.get('/api/v1/namespaces/kube-system'))['metadata'] as { uid: string }).uid;
    const own = await identity();
    cluster.faults.set({ otherCluster: true });
    const other = await identity();
    const list = await names();
    cluster.faults.clear();

    assert.equal(own, cluster.uid);
    assert.notEqual(other, own);
    assert.deepEqual(list, []);
    assert.equal(await identity(), own);
    assert.equal((await names()).length, 4);
  });

  it('shows lower resourceVersions than before', async () => {
    const before = await revisionOf(maps);
    cluster.faults.set({ revisionsBack: 1000 });

    assert.equal(await revisionOf(maps), before - 1000);
    const watch = client.watch(`${maps}?watch=1&resourceVersion=${before - 1000}`);
    cluster.apply(configMap('e'));
    const event = await watch.until(({ type }) => type === 'ADDED');
    assert.ok(Number(event.object.metadata['resourceVersion']) < before);
    watch.stop();
  });

  it('refuses a watch with 410, as a status or inside the stream', async () => {
    const path = `${maps}?watch=1&resourceVersion=${await revisionOf(maps)}`;
    cluster.faults.set({ goneWatches: 'status' });
    const status = await client.ask(path);
    cluster.faults.set({ goneWatches: 'frame' });
    const frame = await client.ask(path);

    assert.equal(status.status, 410);
    assert.equal(frame.status, 200);
    assert.match(frame.text, /^\{"type":"ERROR","object":\{"kind":"Status".*"code":410\}\}\n$/);
  });

  it('knows no token any more, or refuses a kind', async () => {
    cluster.faults.set({ expiredTokens: true });
    const expired = await client.ask(maps);
    cluster.faults.clear();
    cluster.faults.set({ deniedResources: ['configmaps'] });
    const denied = await client.ask(maps);

    assert.equal(expired.status, 401);
    assert.equal(denied.status, 403);
    assert.match(
      String(denied.json['message']),
      /configmaps is forbidden: User "kubernetes-admin" cannot list/,
    );
  });

  it('is slow', async () => {
    cluster.faults.set({ delayMs: 400 });

    assert.ok(await stays(client.ask(maps)));
  });

  it('doubles events', async () => {
    const watch = client.watch(`${maps}?watch=1&resourceVersion=${await revisionOf(maps)}`);
    cluster.faults.set({ duplicateEvents: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    cluster.apply(configMap('e'));
    cluster.apply(configMap('f'));
    await watch.until(({ object }) => object.metadata['name'] === 'f');

    assert.deepEqual(watch.events.map(({ object }) => object.metadata['name']).slice(0, 3), ['e', 'e', 'f']);
    watch.stop();
  });

  it('lets events of different objects overtake each other, never those of the same object', async () => {
    const watch = client.watch(`${maps}?watch=1&resourceVersion=${await revisionOf(maps)}`);
    cluster.faults.set({ reorderEvents: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    cluster.apply(configMap('e'));
    cluster.apply(configMap('f'));
    cluster.remove('configmap', 'shop', 'f');
    await watch.until(({ type }) => type === 'DELETED');

    assert.deepEqual(
      watch.events.map(({ type, object }) => `${type} ${String(object.metadata['name'])}`),
      ['ADDED f', 'ADDED e', 'DELETED f'],
    );
    watch.stop();
  });

  it('loses events', async () => {
    const watch = client.watch(
      `${maps}?watch=1&allowWatchBookmarks=true&resourceVersion=${await revisionOf(maps)}`,
    );
    cluster.faults.set({ loseEvents: 1 });
    cluster.apply(configMap('e'));
    await watch.until(({ type }) => type === 'BOOKMARK');

    assert.deepEqual(
      watch.events.filter(({ type }) => type === 'ADDED'),
      [],
    );
    watch.stop();
  });
});
