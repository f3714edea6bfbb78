import assert from 'node:assert/strict';
import { createAuthority, type Authority } from '../../authority.ts';
import { startCluster, type Cluster, type ClusterOptions } from '../cluster.ts';
import {
  isDeleting,
  isReady,
  type EndpointSlice,
  type KubeObject,
  type Pod,
  type Service,
} from '../objects.ts';

function workload(kind: string, name: string, spec: Record<string, unknown> = {}): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { namespace: 'shop', name },
    spec: {
      ...(kind === 'Job' ? {} : { selector: { matchLabels: labels } }),
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'app:1' }] } },
      ...spec,
    },
  };
}

function imageOf(pod: Pod): string {
  return pod.spec.containers[0]!.image;
}

function withImage(object: KubeObject, image: string): KubeObject {
  const text = JSON.stringify(object).replaceAll('app:1', image);
  return JSON.parse(text) as KubeObject;
}

describe('the controllers of a simulated cluster', () => {
  let authority: Authority;
  let cluster: Cluster;

  async function start(options: Partial<ClusterOptions> = {}): Promise<void> {
    cluster = await startCluster({ authority, podReadyMs: 10, terminationMs: 15, ...options });
  }

  before(async () => {
    authority = await createAuthority();
  });

  afterEach(() => cluster.close());

  function pods(): Pod[] {
    return cluster.list('pods', 'shop') as Pod[];
  }

  function addresses(): string[] {
    return pods().flatMap(({ status }) => (status.podIPs ?? []).map(({ ip }) => ip));
  }

  function slices(): EndpointSlice[] {
    return cluster.list('endpointslices', 'shop') as EndpointSlice[];
  }

  async function until(test: () => boolean): Promise<void> {
    while (!test()) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  describe('for Deployments', () => {
    it('make pods with one address of each family, each its own', async () => {
      await start();
      cluster.deployment('shop', 'cart', 20);
      await cluster.settled();

      assert.equal(new Set(addresses()).size, 40);
      assert.ok(pods().every(isReady));
    });

    it('never have more pods than the surge allows nor fewer ready than the least while they roll', async () => {
      await start();
      cluster.apply(workload('Deployment', 'cart', { replicas: 8 }));
      await cluster.settled();
      let most = 0;
      let least = 8;
      cluster.apply(withImage(workload('Deployment', 'cart', { replicas: 8 }), 'app:2'));
      const progress = { done: false };
      void cluster.settled().then(() => (progress.done = true));

      while (!progress.done) {
        const living = pods().filter((pod) => !isDeleting(pod));
        most = Math.max(most, living.length);
        least = Math.min(least, living.filter(isReady).length);
        await new Promise((resolve) => setImmediate(resolve));
      }

      assert.ok(most <= 10, `${most} pods`);
      assert.ok(least >= 6, `${least} ready`);
      assert.deepEqual([...new Set(pods().map(imageOf))], ['app:2']);
    });

    it('end all old pods before the first new one when told to recreate', async () => {
      await start();
      const recreate = { replicas: 3, strategy: { type: 'Recreate' } };
      cluster.apply(workload('Deployment', 'cart', recreate));
      await cluster.settled();
      cluster.apply(withImage(workload('Deployment', 'cart', recreate), 'app:2'));

      await until(() => pods().some((pod) => imageOf(pod) === 'app:2'));

      assert.ok(pods().every((pod) => imageOf(pod) === 'app:2'));
      await cluster.settled();
      assert.equal(pods().length, 3);
    });

    it('go back to an earlier ReplicaSet when its template comes back', async () => {
      await start();
      cluster.apply(workload('Deployment', 'cart', { replicas: 2 }));
      await cluster.settled();
      cluster.apply(withImage(workload('Deployment', 'cart', { replicas: 2 }), 'app:2'));
      await cluster.settled();
      cluster.apply(workload('Deployment', 'cart', { replicas: 2 }));
      await cluster.settled();

      assert.equal(cluster.list('replicasets', 'shop').length, 2);
      assert.deepEqual([...new Set(pods().map(imageOf))], ['app:1']);
      const { annotations } = cluster.get('deployment', 'shop', 'cart')!.metadata;
      assert.equal(annotations?.['deployment.kubernetes.io/revision'], '3');
    });

    it('follow scaling up and down, also while rolling', async () => {
      await start();
      cluster.deployment('shop', 'cart', 6);
      await cluster.settled();
      cluster.rolloutRestart('shop', 'cart');
      cluster.scale('shop', 'cart', 2);
      await cluster.settled();
      const few = pods().length;
      cluster.scale('shop', 'cart', 9);
      await cluster.settled();

      assert.deepEqual([few, pods().length], [2, 9]);
    });

    it('replace a pod that is deleted', async () => {
      await start();
      cluster.deployment('shop', 'cart', 2);
      await cluster.settled();
      const { name } = pods()[0]!.metadata;
      cluster.remove('pod', 'shop', name);
      await cluster.settled();

      assert.equal(pods().length, 2);
      assert.ok(pods().every(({ metadata }) => metadata.name !== name));
    });
  });

  describe('for StatefulSets', () => {
    it('make pods in order and end them from the highest', async () => {
      await start();
      const seen: string[] = [];
      cluster.apply(workload('StatefulSet', 'db', { replicas: 3 }));
      await until(() => {
        for (const pod of pods().filter(isReady))
          if (!seen.includes(pod.metadata.name)) seen.push(pod.metadata.name);
        return seen.length === 3;
      });
      cluster.apply(workload('StatefulSet', 'db', { replicas: 1 }));
      await cluster.settled();

      assert.deepEqual(seen, ['db-0', 'db-1', 'db-2']);
      assert.deepEqual(
        pods().map(({ metadata }) => metadata.name),
        ['db-0'],
      );
    });

    it('keep names and change addresses when they are updated', async () => {
      await start();
      cluster.apply(workload('StatefulSet', 'db', { replicas: 2 }));
      await cluster.settled();
      const before = addresses();
      cluster.apply(withImage(workload('StatefulSet', 'db', { replicas: 2 }), 'app:2'));
      await cluster.settled();

      assert.deepEqual(
        pods().map((pod) => `${pod.metadata.name} ${imageOf(pod)}`),
        ['db-0 app:2', 'db-1 app:2'],
      );
      assert.ok(addresses().every((address) => !before.includes(address)));
    });
  });

  it('run one pod of a DaemonSet on each node, and update them one by one', async () => {
    await start({ nodes: 4 });
    cluster.apply(workload('DaemonSet', 'agent'));
    await cluster.settled();
    const nodes = pods().map(({ spec }) => spec.nodeName);
    cluster.apply(withImage(workload('DaemonSet', 'agent'), 'app:2'));
    await cluster.settled();

    assert.deepEqual(nodes.sort(), ['node-1', 'node-2', 'node-3', 'node-4']);
    assert.deepEqual([...new Set(pods().map(imageOf))], ['app:2']);
    assert.equal(pods().length, 4);
  });

  it('run a Job until enough of its pods have succeeded', async () => {
    await start({ clockRate: 50 });
    cluster.apply(workload('Job', 'import', { completions: 3, parallelism: 2 }));
    await cluster.settled();

    const status = cluster.get('job', 'shop', 'import')!['status'] as { succeeded: number };
    assert.equal(status.succeeded, 3);
    assert.ok(pods().every((pod) => pod.status.phase === 'Succeeded'));
  });

  describe('for the life of a pod', () => {
    it('show it pending without an address, then with addresses and not ready, then ready', async () => {
      await start({ podReadyMs: 60 });
      const stages = new Set<string>();
      cluster.deployment('shop', 'cart', 1);
      await until(() => {
        for (const pod of pods()) {
          stages.add(
            `${pod.status.phase ?? ''} ${pod.status.podIP === undefined ? 'none' : 'address'} ${isReady(pod)}`,
          );
        }
        return stages.has('Running address true');
      });

      assert.deepEqual([...stages], ['Pending none false', 'Running address false', 'Running address true']);
    });

    it('keep the address of an ending pod until it is gone, and then leave it alone for a while', async () => {
      await start({ nodes: 1, terminationMs: 60 });
      cluster.deployment('shop', 'cart', 1);
      await cluster.settled();
      const [old] = pods();
      cluster.remove('pod', 'shop', old!.metadata.name);
      const ending = pods().find(isDeleting);
      await cluster.settled();

      assert.equal(ending?.status.podIP, old!.status.podIP);
      assert.notEqual(pods()[0]!.status.podIP, old!.status.podIP);
    });

    it('reuse addresses once the subnet has been gone through', async () => {
      await start({ nodes: 1, podReadyMs: 1, terminationMs: 1 });
      cluster.deployment('shop', 'cart', 100);
      await cluster.settled();
      const first = new Set(addresses());
      for (let round = 0; round < 2; round += 1) {
        cluster.rolloutRestart('shop', 'cart');
        await cluster.settled();
      }

      assert.ok(addresses().some((address) => first.has(address)));
      assert.equal(new Set(addresses()).size, 200);
    });

    it('leave pods pending that no node has an address for, and place them when there is room', async () => {
      await start({ nodes: 1 });
      cluster.deployment('shop', 'big', 255);
      await until(() => pods().filter(isReady).length === 253);
      const waiting = pods().filter(({ spec }) => spec.nodeName === undefined).length;
      cluster.scale('shop', 'big', 200);
      await cluster.settled();

      assert.equal(waiting, 2);
      assert.equal(pods().length, 200);
    });

    it('turn a pod unready and ready again on request', async () => {
      await start();
      cluster.deployment('shop', 'cart', 1);
      await cluster.settled();
      const [pod] = pods();
      cluster.apply({ ...pod!, metadata: { ...pod!.metadata, annotations: { 'lab/not-ready': 'true' } } });
      await until(() => !isReady(pods()[0]!));
      cluster.apply({
        ...pods()[0]!,
        metadata: { ...pod!.metadata, annotations: { 'lab/not-ready': 'false' } },
      });
      await until(() => isReady(pods()[0]!));

      assert.equal(pods()[0]!.status.podIP, pod!.status.podIP);
    });

    it('lose the pods of a node that is removed, and make them elsewhere', async () => {
      await start({ nodes: 2 });
      cluster.deployment('shop', 'cart', 4);
      await cluster.settled();
      cluster.remove('node', undefined, 'node-2');
      await until(() => pods().length === 4 && pods().every(({ spec }) => spec.nodeName === 'node-1'));
      await cluster.settled();

      assert.ok(pods().every(isReady));
    });
  });

  describe('for Services', () => {
    it('list the ready pods in slices of both families, and tell which are ending', async () => {
      await start({ terminationMs: 100 });
      cluster.deployment('shop', 'cart', 3);
      cluster.service('shop', 'cart', { spec: { ipFamilyPolicy: 'RequireDualStack' } });
      await cluster.settled();
      const whole = slices().map(({ addressType, endpoints }) => `${addressType} ${endpoints.length}`);
      cluster.remove('pod', 'shop', pods()[0]!.metadata.name);
      const conditions = (): unknown[] => slices()[0]!.endpoints.map((endpoint) => endpoint.conditions);
      await until(() =>
        conditions().some((condition) => (condition as { terminating: boolean }).terminating),
      );

      assert.deepEqual(whole.sort(), ['IPv4 3', 'IPv6 3']);
      assert.deepEqual(
        conditions().find((condition) => (condition as { terminating: boolean }).terminating),
        { ready: false, serving: true, terminating: true },
      );
      await cluster.settled();
    });

    it('put at most a hundred endpoints into a slice', async () => {
      await start();
      cluster.deployment('shop', 'cart', 250);
      cluster.service('shop', 'cart');
      await cluster.settled();

      const counts = slices().map(({ endpoints }) => endpoints.length);
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        250,
      );
      assert.ok(Math.max(...counts) <= 100);
    });

    it('follow a changed selector', async () => {
      await start();
      cluster.deployment('shop', 'cart', 2);
      cluster.deployment('shop', 'web', 3);
      cluster.service('shop', 'front', { selector: { app: 'cart' } });
      await cluster.settled();
      cluster.service('shop', 'front', { selector: { app: 'web' } });
      await cluster.settled();

      assert.equal(slices()[0]!.endpoints.length, 3);
    });

    it('give load balancers addresses while the pool lasts, and take them back', async () => {
      await start({ loadBalancerPool: ['192.168.5.0/30'] });
      const addressOf = (name: string): string | undefined =>
        (cluster.get('service', 'shop', name) as Service).status.loadBalancer.ingress?.[0]?.ip;
      for (const name of ['a', 'b', 'c', 'd']) cluster.service('shop', name, { type: 'LoadBalancer' });
      await cluster.settled();
      const full = ['a', 'b', 'c', 'd'].map(addressOf);
      cluster.remove('service', 'shop', 'b');
      await cluster.settled();

      assert.deepEqual(full, ['192.168.5.1', '192.168.5.2', '192.168.5.3', undefined]);
      assert.equal(addressOf('d'), '192.168.5.2');
    });

    it('give a name instead of an address when asked to, and nothing to a Service that is no load balancer', async () => {
      await start();
      const ingressOf = (name: string): unknown =>
        (cluster.get('service', 'shop', name) as Service).status.loadBalancer.ingress;
      cluster.service('shop', 'named', {
        type: 'LoadBalancer',
        annotations: { 'lab/hostname': 'lb.example' },
      });
      cluster.service('shop', 'turned', { type: 'LoadBalancer' });
      await cluster.settled();
      cluster.service('shop', 'turned', { type: 'ClusterIP' });
      await cluster.settled();

      assert.deepEqual(ingressOf('named'), [{ hostname: 'lb.example' }]);
      assert.equal(ingressOf('turned'), undefined);
    });
  });

  describe('for what is left behind', () => {
    it('remove all that a deleted owner owned', async () => {
      await start();
      cluster.deployment('shop', 'cart', 3);
      cluster.service('shop', 'cart');
      await cluster.settled();
      cluster.remove('deployment', 'shop', 'cart');
      cluster.remove('service', 'shop', 'cart');
      await until(() => pods().length === 0);
      await cluster.settled();

      assert.deepEqual([...cluster.list('replicasets', 'shop'), ...slices()], []);
    });

    it('empty a namespace before it goes', async () => {
      await start();
      cluster.deployment('shop', 'cart', 3);
      await cluster.settled();
      cluster.remove('namespace', undefined, 'shop');
      const marked = cluster.get('namespace', undefined, 'shop');
      await cluster.settled();

      assert.deepEqual(marked?.['status'], { phase: 'Terminating' });
      assert.equal(cluster.get('namespace', undefined, 'shop'), undefined);
      assert.deepEqual(pods(), []);
    });
  });
});
