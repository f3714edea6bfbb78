/** The client library that Kubernetes publishes for Node takes the simulator's kubeconfig as it is. */
import assert from 'node:assert/strict';
import { AppsV1Api, CoreV1Api, KubeConfig, V1Deployment } from '@kubernetes/client-node';
import { createAuthority } from '../authority.ts';
import { startCluster, type Cluster } from './cluster.ts';

describe('the Kubernetes client library for Node against the simulator', () => {
  let cluster: Cluster;
  let config: KubeConfig;

  before(async () => {
    cluster = await startCluster({ authority: await createAuthority(), podReadyMs: 10 });
    cluster.deployment('shop', 'cart', 2);
    await cluster.settled();
    config = new KubeConfig();
    config.loadFromString(cluster.kubeconfig());
  });

  after(() => cluster.close());

  it('lists pods', async () => {
    const list = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: 'shop' });

    assert.equal(list.items.length, 2);
    assert.match(list.items[0]?.status?.podIP ?? '', /^10\.244\./);
  });

  it('creates and deletes', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
    const body = Object.assign(new V1Deployment(), {
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: labels }, template },
    });

    const created = await apps.createNamespacedDeployment({ namespace: 'shop', body });
    await apps.deleteNamespacedDeployment({ namespace: 'shop', name: 'web' });

    assert.equal(created.spec?.replicas, 1);
    assert.equal(cluster.get('deployment', 'shop', 'web'), undefined);
  });
});
