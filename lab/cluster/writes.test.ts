import assert from 'node:assert/strict';
import { createAuthority } from '../authority.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { at, type KubeObject } from './objects.ts';
import { clientOf, type Client, type Reply } from './test-support/client.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';

function deployment(name: string, extra: Record<string, unknown> = {}): Record<string, unknown> {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'app:1' }] } };
  return { metadata: { name, ...extra }, spec: { replicas: 1, selector: { matchLabels: labels }, template } };
}

describe('writes to the cluster simulator', () => {
  let cluster: Cluster;
  let client: Client;

  before(async () => {
    cluster = await startCluster({ authority: await createAuthority(), podReadyMs: 10, terminationMs: 10 });
    client = clientOf(cluster);
  });

  after(async () => {
    await client.close();
    await cluster.close();
  });

  const post = (path: string, body: unknown, contentType?: string): Promise<Reply> =>
    client.ask(path, { method: 'POST', body, ...(contentType === undefined ? {} : { contentType }) });
  const remove = (path: string, body?: unknown): Promise<Reply> =>
    client.ask(path, { method: 'DELETE', body });
  const put = (path: string, body: unknown): Promise<Reply> => client.ask(path, { method: 'PUT', body });

  it('make a name out of generateName', async () => {
    const reply = await post(maps, { metadata: { generateName: 'note-' } });

    assert.equal(reply.status, 201);
    assert.match(String(at(reply.json, 'metadata.name')), /^note-[a-z0-9]{5}$/);
  });

  it('take YAML', async () => {
    const reply = await post(maps, 'metadata: {name: from-yaml}\ndata: {a: "1"}\n', 'application/yaml');

    assert.equal(reply.status, 201);
    assert.equal(at(reply.json, 'data.a'), '1');
  });

  it('refuse a namespace that is not there, a body of another kind, and a format nobody knows', async () => {
    const nowhere = await post('/api/v1/namespaces/nowhere/configmaps', { metadata: { name: 'a' } });
    const other = await post(maps, { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'a' } });
    const format = await post(maps, '<a/>', 'application/xml');

    assert.deepEqual([nowhere.status, other.status, format.status], [404, 400, 415]);
    assert.equal(nowhere.json['message'], 'namespaces "nowhere" not found');
  });

  it('refuse a workload without selector, or with one that its own pods do not meet', async () => {
    const bad = deployment('bad');
    const none = await post(deployments, {
      ...bad,
      spec: { ...(bad['spec'] as object), selector: undefined },
    });
    const other = await post(deployments, {
      ...bad,
      spec: { ...(bad['spec'] as object), selector: { matchLabels: { app: 'x' } } },
    });

    assert.deepEqual([none.status, other.status], [422, 422]);
    assert.match(
      String(none.json['message']),
      /^Deployment\.apps "bad" is invalid: spec\.selector: Required value$/,
    );
    assert.match(String(other.json['message']), /`selector` does not match template `labels`/);
  });

  it('are answered with 406 to a client that takes no JSON', async () => {
    const reply = await client.ask(maps, { accept: 'text/html' });

    assert.equal(reply.status, 406);
  });

  it('leave an object that would not change as it is', async () => {
    const { json: first } = await post(maps, { metadata: { name: 'same' }, data: { a: '1' } });
    const { json: second } = await put(`${maps}/same`, {
      metadata: { name: 'same', creationTimestamp: null },
      data: { a: '1' },
    });

    assert.equal(at(second, 'metadata.resourceVersion'), at(first, 'metadata.resourceVersion'));
  });

  it('count generations of spec, not of metadata or status', async () => {
    await post(deployments, deployment('counted'));
    const patch = (body: unknown): Promise<Reply> =>
      client.ask(`${deployments}/counted`, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body,
      });
    const labelled = await patch({ metadata: { labels: { a: '1' } } });
    const scaled = await patch({ spec: { replicas: 2 } });
    const status = await patch({ status: { replicas: 99 } });

    assert.equal(at(labelled.json, 'metadata.generation'), 1);
    assert.equal(at(scaled.json, 'metadata.generation'), 2);
    assert.equal(at(status.json, 'metadata.generation'), 2);
    assert.notEqual(at(status.json, 'status.replicas'), 99);
  });

  it('change status alone through its subresource', async () => {
    const path = '/api/v1/nodes/node-3';
    const node = await client.get(path);
    const status = { ...(node['status'] as object), phase: 'odd' };
    await put(`${path}/status`, { ...node, status, spec: { unschedulable: true } });

    const after = await client.get(path);
    assert.equal(at(after, 'status.phase'), 'odd');
    assert.equal(at(after, 'spec.unschedulable'), undefined);
  });

  it('try and keep nothing when asked for a dry run', async () => {
    const created = await post(`${maps}?dryRun=All`, { metadata: { name: 'dry' } });
    await post(maps, { metadata: { name: 'wet' } });
    const removed = await remove(`${maps}/wet?dryRun=All`);

    assert.deepEqual([created.status, removed.status], [201, 200]);
    assert.equal((await client.ask(`${maps}/dry`)).status, 404);
    assert.equal((await client.ask(`${maps}/wet`)).status, 200);
  });

  it('wait with the end of an object until its finalizers are gone', async () => {
    await post(maps, { metadata: { name: 'held', finalizers: ['lab/hold'] } });
    await remove(`${maps}/held`);
    const held = await client.get(`${maps}/held`);
    await put(`${maps}/held`, { ...held, metadata: { ...(held['metadata'] as object), finalizers: [] } });

    assert.notEqual(at(held, 'metadata.deletionTimestamp'), undefined);
    assert.equal((await client.ask(`${maps}/held`)).status, 404);
  });

  it('leave dependents alone when told to orphan them', async () => {
    await post(deployments, deployment('parent'));
    await cluster.settled();
    await remove(`${deployments}/parent`, { propagationPolicy: 'Orphan' });
    await cluster.settled();

    const sets = cluster
      .list('replicasets', 'default')
      .filter(({ metadata }) => metadata.labels?.['app'] === 'parent');
    assert.equal(sets.length, 1);
    assert.deepEqual(sets[0]!.metadata.ownerReferences, []);
  });

  it('end dependents before their owner in the foreground', async () => {
    await post(deployments, deployment('front'));
    await cluster.settled();
    await remove(`${deployments}/front`, { propagationPolicy: 'Foreground' });
    const owner = cluster.get('deployment', 'default', 'front');
    while (cluster.get('deployment', 'default', 'front') !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }

    const left = cluster
      .list('pods', 'default')
      .filter(({ metadata }) => metadata.labels?.['app'] === 'front');
    assert.deepEqual(owner?.metadata.finalizers, ['foregroundDeletion']);
    assert.deepEqual(left, []);
  });

  it('delete only what the precondition names', async () => {
    await post(maps, { metadata: { name: 'exact' } });

    const reply = await remove(`${maps}/exact`, { preconditions: { uid: 'another' } });

    assert.equal(reply.status, 409);
    assert.match(String(reply.json['message']), /Precondition failed: UID in precondition: another/);
  });

  it('delete a collection by its labels', async () => {
    for (const name of ['l1', 'l2']) await post(maps, { metadata: { name, labels: { set: 'l' } } });
    await remove(`${maps}?labelSelector=set%3Dl`);

    const left = cluster.list('configmap', 'default').map(({ metadata }) => metadata.name);
    assert.ok(!left.includes('l1') && !left.includes('l2') && left.length > 0);
  });

  it('end a pod at once when no grace is given', async () => {
    await post('/api/v1/namespaces/default/pods', {
      metadata: { name: 'bare' },
      spec: { containers: [{ name: 'main', image: 'app:1' }] },
    });
    await cluster.settled();
    await remove('/api/v1/namespaces/default/pods/bare', { gracePeriodSeconds: 0 });

    assert.equal((await client.ask('/api/v1/namespaces/default/pods/bare')).status, 404);
  });

  it('keep the addresses of a Service that is replaced', async () => {
    const path = '/api/v1/namespaces/default/services';
    const spec = { type: 'NodePort', ports: [{ port: 80 }], selector: { app: 'x' } };
    const { json: first } = await post(path, { metadata: { name: 'kept' }, spec });
    const { json: second } = await put(`${path}/kept`, {
      metadata: { name: 'kept' },
      spec: { ...spec, ports: [{ port: 81 }] },
    });

    assert.equal(at(second, 'spec.clusterIP'), at(first, 'spec.clusterIP'));
    assert.equal(
      at((at(second, 'spec.ports') as unknown[])[0], 'nodePort'),
      at((at(first, 'spec.ports') as unknown[])[0], 'nodePort'),
    );
  });

  it('take no new objects into a namespace that is ending', async () => {
    await post('/api/v1/namespaces', { metadata: { name: 'ending' } });
    await post('/api/v1/namespaces/ending/configmaps', {
      metadata: { name: 'held', finalizers: ['lab/hold'] },
    });
    await remove('/api/v1/namespaces/ending');

    const reply = await post('/api/v1/namespaces/ending/configmaps', { metadata: { name: 'late' } });

    assert.equal(reply.status, 403);
    assert.match(String(reply.json['message']), /because it is being terminated/);
  });

  describe('and reads, by who asks', () => {
    const allowed: readonly [string, boolean][] = [
      ['/api/v1/pods', true],
      ['/apis/apps/v1/deployments', true],
      ['/apis/discovery.k8s.io/v1/endpointslices?watch=1&timeoutSeconds=1', true],
      ['/api/v1/nodes', true],
      ['/api/v1/secrets', false],
      ['/api/v1/namespaces/default/configmaps', false],
      ['/apis/coordination.k8s.io/v1/leases', false],
    ];
    for (const [path, yes] of allowed) {
      it(`${yes ? 'let' : 'do not let'} the reader read ${path}`, async () => {
        assert.equal((await client.ask(path, { token: cluster.tokens.reader })).status, yes ? 200 : 403);
      });
    }

    it('let the denied user ask what it may do, which is nothing', async () => {
      const token = cluster.tokens.denied;
      const list = await client.ask('/api/v1/namespaces/shop/pods', { token });
      const review = await client.ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        method: 'POST',
        token,
        body: { spec: { resourceAttributes: { verb: 'list', resource: 'pods' } } },
      });

      assert.equal(
        list.json['message'],
        'pods is forbidden: User "denied" cannot list resource "pods" in API group "" in the namespace "shop"',
      );
      assert.deepEqual(review.json['status'], { allowed: false });
    });
  });
});

describe('control of the cluster simulator over HTTP', () => {
  let cluster: Cluster;
  let client: Client;

  before(async () => {
    cluster = await startCluster({ authority: await createAuthority(), podReadyMs: 10, nodes: 1 });
    client = clientOf(cluster);
  });

  after(async () => {
    await client.close();
    await cluster.close();
  });

  const podsIn = (namespace: string): KubeObject[] => cluster.list('pods', namespace);

  it('loads many pods at once, with the nodes that they need', async () => {
    const reply = await client.lab('POST', '/lab/load', {
      deployments: 5,
      pods: 100,
      services: 'LoadBalancer',
      wait: true,
    });

    assert.equal(reply.status, 200);
    assert.deepEqual(reply.json, { deployments: 5, pods: 500, nodes: 3 });
    assert.equal(podsIn('load').length, 500);
  });

  it('applies, scales, restarts and removes', async () => {
    await client.lab('POST', '/lab/deployment', { namespace: 'shop', name: 'cart', replicas: 1 });
    await client.lab('POST', '/lab/scale', { namespace: 'shop', name: 'cart', replicas: 3 });
    await client.lab('POST', '/lab/restart', { namespace: 'shop', name: 'cart' });
    await client.lab('POST', '/lab/settled');
    const grown = podsIn('shop').length;
    await client.lab('POST', '/lab/remove', { kind: 'deployment', namespace: 'shop', name: 'cart' });
    await client.lab('POST', '/lab/settled');
    const seed = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'a' } };
    await client.lab('POST', '/lab/seed', [seed]);

    assert.equal(grown, 3);
    assert.deepEqual(cluster.list('deployment', 'shop'), []);
    assert.notEqual(cluster.get('configmap', 'shop', 'a'), undefined);
  });

  it('sets and clears faults', async () => {
    const set = await client.lab('POST', '/lab/faults', { emptyLists: true });
    const empty = (await client.get('/api/v1/pods'))['items'];
    await client.lab('DELETE', '/lab/faults');
    const full = (await client.get('/api/v1/pods'))['items'];

    assert.equal(set.json['emptyLists'], true);
    assert.deepEqual(empty, []);
    assert.notDeepEqual(full, []);
  });

  it('counts, and starts counting anew', async () => {
    await client.get('/api/v1/pods');
    const before = await client.lab('GET', '/lab/stats');
    const after = await client.lab('DELETE', '/lab/stats');

    assert.ok(Number(before.json['lists']) > 0);
    assert.equal(after.json['lists'], 0);
  });

  it('moves its clock', async () => {
    const before = await client.lab('GET', '/lab/clock');
    const after = await client.lab('POST', '/lab/clock', { advanceMs: 3_600_000 });

    const passed = Date.parse(String(after.json['now'])) - Date.parse(String(before.json['now']));
    assert.ok(passed >= 3_600_000);
  });

  const refused: readonly [string, string, unknown, number, RegExp][] = [
    ['POST', '/lab/faults', { nonsense: true }, 400, /nonsense/],
    ['POST', '/lab/load', { deployments: -1, pods: 1 }, 400, /deployments/],
    ['POST', '/lab/scale', { namespace: 'shop', name: 'none', replicas: 1 }, 400, /no Deployment shop\/none/],
    ['POST', '/lab/seed', '{"a":', 400, /YAML/],
    [
      'POST',
      '/lab/seed',
      { apiVersion: 'v9', kind: 'Odd', metadata: { name: 'a' } },
      400,
      /serves no Odd of v9/,
    ],
    ['GET', '/lab/nothing', undefined, 404, /there are: .*\/lab\/load/],
  ];
  for (const [method, path, body, status, text] of refused) {
    it(`refuses ${method} ${path} with ${JSON.stringify(body)} in plain words`, async () => {
      const reply = await client.lab(method, path, body);

      assert.equal(reply.status, status);
      assert.match(String(reply.json['message']), text);
    });
  }
});
