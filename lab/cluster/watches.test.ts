import assert from 'node:assert/strict';
import { createAuthority, type Authority } from '../authority.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { clientOf, type Client, type Event } from './test-support/client.ts';
import type { KubeObject } from './objects.ts';

const pods = '/api/v1/namespaces/shop/pods';

function configMap(name: string, labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name, labels } };
}

function named(name: string, type?: string): (event: Event) => boolean {
  return (event) => event.object.metadata['name'] === name && (type === undefined || event.type === type);
}

describe('lists and watches of the cluster simulator', () => {
  let authority: Authority;
  let cluster: Cluster;
  let client: Client;

  before(async () => {
    authority = await createAuthority();
  });

  beforeEach(async () => {
    cluster = await startCluster({ authority, podReadyMs: 10, terminationMs: 10, bookmarkMs: 100 });
    client = clientOf(cluster);
    cluster.apply(configMap('first'));
  });

  afterEach(async () => {
    await client.close();
    await cluster.close();
  });

  const maps = '/api/v1/namespaces/shop/configmaps';

  async function revision(): Promise<string> {
    return (await client.get(maps))['metadata']!['resourceVersion' as never];
  }

  it('tells what happens after the revision of a list', async () => {
    const watch = client.watch(`${maps}?watch=1&resourceVersion=${await revision()}`);
    cluster.apply(configMap('second'));
    cluster.remove('configmap', 'shop', 'first');

    await watch.until(named('first', 'DELETED'));

    assert.deepEqual(
      watch.events.map(({ type, object }) => `${type} ${String(object.metadata['name'])}`),
      ['ADDED second', 'DELETED first'],
    );
    watch.stop();
  });

  it('tells what is there first when no revision is given', async () => {
    const watch = client.watch(`${maps}?watch=1`);

    await watch.until(named('first', 'ADDED'));
    watch.stop();
  });

  it('tells an object that enters or leaves a selector as added or deleted', async () => {
    const watch = client.watch(`${maps}?watch=1&labelSelector=a%3D1&resourceVersion=${await revision()}`);
    cluster.apply(configMap('first', { a: '1' }));
    cluster.apply(configMap('first', { a: '1', b: '1' }));
    cluster.apply(configMap('first', { b: '1' }));

    await watch.until(named('first', 'DELETED'));

    assert.deepEqual(
      watch.events.map(({ type }) => type),
      ['ADDED', 'MODIFIED', 'DELETED'],
    );
    watch.stop();
  });

  it('sends bookmarks that carry the newest revision', async () => {
    const watch = client.watch(
      `${maps}?watch=1&allowWatchBookmarks=true&resourceVersion=${await revision()}`,
    );
    cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } });

    const bookmark = await watch.until(({ type }) => type === 'BOOKMARK');

    assert.ok(Number(bookmark.object.metadata['resourceVersion']) > Number(await revision()) - 5);
    watch.stop();
  });

  it('lists by watching, and marks the end of what was there', async () => {
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const watch = client.watch(`${maps}?${query}`);

    const mark = await watch.until(({ type }) => type === 'BOOKMARK');
    cluster.apply(configMap('second'));
    await watch.until(named('second', 'ADDED'));

    assert.deepEqual(mark.object.metadata['annotations'], { 'k8s.io/initial-events-end': 'true' });
    assert.deepEqual(watch.events.map(({ type }) => type).slice(0, 2), ['ADDED', 'BOOKMARK']);
    watch.stop();
  });

  it('refuses to list by watching when it plays an old server', async () => {
    const old = await startCluster({ authority, streamingList: false });
    const other = clientOf(old);

    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const reply = await other.ask(`/api/v1/pods?${query}`);

    assert.equal(reply.status, 422);
    assert.match(String(reply.json['message']), /sendInitialEvents is forbidden for watch/);
    await other.close();
    await old.close();
  });

  it('answers 410 inside the stream when the revision is forgotten', async () => {
    const old = await revision();
    cluster.apply(configMap('second'));
    cluster.compact();

    const watch = client.watch(`${maps}?watch=1&resourceVersion=${old}`);
    await watch.ended;

    assert.deepEqual(
      watch.events.map(({ type, object }) => [type, object['code'], object['reason']]),
      [['ERROR', 410, 'Expired']],
    );
  });

  it('ends a watch when its time is over', async () => {
    const watch = client.watch(`${maps}?watch=1&timeoutSeconds=1&resourceVersion=${await revision()}`);

    assert.equal(await watch.ended, 'end');
  });

  it('gives pages that together are the list at the revision of the first, whatever happens meanwhile', async () => {
    for (let index = 0; index < 10; index += 1) cluster.apply(configMap(`m${index}`));
    const whole = (await client.get(maps))['items'] as KubeObject[];
    const found: KubeObject[] = [];
    let next = '';

    do {
      const page = await client.get(`${maps}?limit=3${next === '' ? '' : `&continue=${next}`}`);
      found.push(...(page['items'] as KubeObject[]));
      next = (page['metadata'] as { continue?: string }).continue ?? '';
      cluster.remove('configmap', 'shop', `m${found.length}`);
      cluster.apply(configMap(`z${found.length}`));
    } while (next !== '');

    assert.deepEqual(found, whole);
  });

  it('offers the inconsistent rest when the revision of a page is forgotten', async () => {
    for (let index = 0; index < 4; index += 1) cluster.apply(configMap(`m${index}`));
    const first = (await client.get(`${maps}?limit=2`))['metadata'] as { continue: string };
    cluster.apply(configMap('n'));
    cluster.compact();

    const refused = await client.ask(`${maps}?limit=2&continue=${first.continue}`);
    const { continue: offered } = refused.json['metadata'] as { continue: string };
    const rest = await client.get(`${maps}?continue=${offered}`);

    assert.equal(refused.status, 410);
    assert.equal((rest['items'] as unknown[]).length, 4);
  });

  it('says that a revision it has not reached is too large', async () => {
    const reply = await client.ask(`${pods}?resourceVersion=99999999999`);

    assert.equal(reply.status, 504);
    assert.match(String(reply.json['message']), /Too large resource version/);
  });

  it('counts what is asked and what is open', async () => {
    cluster.resetStats();
    const watch = client.watch(`${maps}?watch=1`);
    await watch.until(named('first'));
    await client.get(maps);

    const { lists, watches, requests, byPath } = cluster.stats();

    assert.deepEqual({ lists, watches, requests }, { lists: 1, watches: 1, requests: 2 });
    assert.equal(byPath[`GET ${maps}`], 2);
    watch.stop();
  });
});
