/** A small data centre with something of everything: in step, only reported, draining, held, not ours, lost. Entered by the API. */
import type { BrowserContext, Page } from 'playwright-core';
import { startCluster, type Cluster } from '../../../lab/cluster/cluster.ts';
import type { KubeObject } from '../../../lab/cluster/objects.ts';
import { mo } from '../../../lab/fabric/seed.ts';
import type { AdminStage } from '../../acceptance/admin-story/stage.ts';

export interface World {
  readonly west: Cluster;
  close(): Promise<void>;
}

export const password = 'a-password-for-pictures';

const workloads: readonly (readonly [namespace: string, name: string, replicas: number])[] = [
  ['shop', 'web', 6],
  ['shop', 'api', 4],
  ['shop', 'cart', 3],
  ['shop', 'images', 5],
  ['shop', 'search', 4],
  ['billing', 'invoices', 3],
  ['billing', 'ledger', 2],
  ['mail', 'imap', 3],
  ['mail', 'smtp', 2],
  ['monitoring', 'prometheus', 2],
];

/** What is there before anybody maps it. */
export async function populate(stage: AdminStage): Promise<World> {
  const { fabric, cluster, authority } = stage;
  const west = await startCluster({
    authority,
    name: 'prod-b',
    podCidrs: { v4: '10.245.0.0/16', v6: 'fd00:10:245::/56' },
  });
  for (const [namespace, name, replicas] of workloads) deploy(cluster, { namespace, name, replicas });
  for (const name of ['web', 'api']) cluster.service('shop', name, { type: 'LoadBalancer' });
  for (const name of ['trial', 'beta']) west.deployment('lab', name, 7);
  fabric.seed([
    mo('l3extInstP', {
      dn: 'uni/tn-k8s/out-calico/instP-prod-a_shop_cart',
      descr: 'kept by the network team',
    }),
    mo('vzBrCP', { dn: 'uni/tn-k8s/brc-ldap', name: 'ldap' }),
  ]);
  fabric.endpoints.learn(
    [1, 2, 3, 4].map((n) => ({
      epgDn: 'uni/tn-k8s/ap-apps/epg-vms',
      mac: `00:50:56:00:00:0${n}`,
      ips: [`10.9.0.${n}`],
      nodes: n % 2 === 0 ? [101] : [101, 102],
    })),
  );
  await Promise.all([cluster.settled(), west.settled()]);
  return { west, close: () => west.close() };
}

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
}

type DeploymentShape = KubeObject & { readonly spec: { readonly template: { readonly spec: object } } };

/** Pods end at once, but for those of the shop's front: they take their time, so that one can see them drain. */
function deploy(cluster: Cluster, { namespace, name, replicas }: Wanted): void {
  cluster.deployment(namespace, name, 0);
  const made = cluster.get('Deployment', namespace, name) as unknown as DeploymentShape;
  const { template } = made.spec;
  const terminationGracePeriodSeconds = name === 'web' ? 3600 : 1;
  const spec = {
    ...made.spec,
    replicas,
    template: { ...template, spec: { ...template.spec, terminationGracePeriodSeconds } },
  };
  cluster.apply({ ...made, spec });
}

/** Everything declared, the way the page does it. */
export async function declare(context: BrowserContext, stage: AdminStage, west: Cluster): Promise<void> {
  const { product, fabric, cluster, bigip } = stage;
  const put = async (collection: string, entry: { readonly name: string }): Promise<void> => {
    const url = new URL(`api/v1/${collection}/${entry.name}`, product.url).href;
    const headers = { 'If-None-Match': '*', Origin: new URL(product.url).origin };
    const response = await context.request.put(url, { headers, data: entry });
    if (!response.ok()) throw new Error(`${entry.name}: ${await response.text()}`);
  };
  const ca = fabric.caPem;
  const systemPassword = { secret: fabric.password };
  await put('fabrics', {
    ...{ name: 'dc1', controllers: [fabric.url], ca },
    ...{ credentials: { username: fabric.username, password: systemPassword } },
  });
  for (const [name, each, pods] of [
    ['prod-a', cluster, ['10.244.0.0/16', 'fd00:10:244::/56']],
    ['prod-b', west, ['10.245.0.0/16', 'fd00:10:245::/56']],
  ] as const)
    await put('clusters', {
      ...{ name, server: each.url, ca, credentials: { token: { secret: each.tokens.reader } } },
      ...{ ranges: { pods, loadBalancers: ['192.168.5.0/24'], nodes: ['10.1.0.0/16'] } },
    });
  await put('load-balancers', {
    ...{ kind: 'bigip', name: 'f5-edge', address: bigip.url, ca, resync: '30s' },
    ...{ credentials: { username: bigip.username, password: { secret: bigip.password } } },
  });
  for (const entry of mappings) await put('mappings', entry);
}

const byWorkload = { kind: 'workload', clusters: ['prod-a'] };
const epg = {
  tenant: 'k8s',
  l3out: 'calico',
  name: '{cluster}_{namespace}_{workload}',
  contracts: { provide: ['web'] },
};
const atOnce = { mode: 'full', firstContact: 'apply' };

const mappings: readonly { readonly name: string; readonly [field: string]: unknown }[] = [
  {
    name: 'shop',
    ...atOnce,
    from: { ...byWorkload, namespaces: { names: ['shop'] } },
    to: { externalEpg: epg },
  },
  {
    name: 'shop-pools',
    ...atOnce,
    from: { kind: 'service', clusters: ['prod-a'], namespaces: { names: ['shop'] } },
    to: {
      pool: {
        partition: 'k8s',
        name: '{namespace}_{service}',
        port: 8080,
        drain: { for: '15m', then: 'cut' },
      },
    },
  },
  {
    name: 'back-office',
    mode: 'add-only',
    firstContact: 'apply',
    from: { ...byWorkload, namespaces: { names: ['billing', 'mail'] } },
    to: { externalEpg: { ...epg, contracts: { provide: ['web'], consume: ['ldap'] } } },
  },
  { name: 'trials', ...atOnce, from: { kind: 'workload', clusters: ['prod-b'] }, to: { externalEpg: epg } },
  {
    name: 'machines',
    ...atOnce,
    from: { kind: 'aciEpg', fabric: 'dc1', epgs: ['k8s/apps/vms'] },
    to: { pool: { partition: 'k8s', name: 'vms', port: 80 } },
  },
  {
    name: 'inspect',
    mode: 'report',
    from: { kind: 'service', clusters: ['prod-a'], namespaces: { names: ['shop'] } },
    to: {
      redirectPolicy: {
        tenant: 'k8s',
        name: '{cluster}_{namespace}_{service}',
        destinations: 'node',
        families: ['ipv4'],
        ipSla: 'tcp80',
      },
    },
  },
  {
    name: 'metrics',
    mode: 'full',
    from: { ...byWorkload, namespaces: { names: ['monitoring'] } },
    to: { externalEpg: epg },
  },
];

/** A day's events, and what leaves something held and something draining behind. */
export async function live(stage: AdminStage, west: Cluster, page: Page): Promise<void> {
  const { cluster, bigip } = stage;
  cluster.scale('shop', 'search', 8);
  cluster.rolloutRestart('billing', 'invoices');
  await cluster.settled();
  await quiet();
  // What leaves finishes what it has begun.
  for (const member of stage.members('shop_web'))
    bigip.device.setConnections({ pool: '/k8s/shop_web', member }, 12);
  cluster.scale('shop', 'web', 4);
  cluster.scale('mail', 'imap', 2);
  // Comes back from a backup without most of its pods: nothing explains that.
  west.faults.set({ reset: 'everything' });
  await page.getByRole('row', { name: /^Cluster prod-b (Stale|Unknown)/ }).waitFor();
  // Whoever was away when something happened has to read everything again.
  west.scale('lab', 'beta', 8);
  await west.settled();
  west.compact();
  west.faults.set({ reset: null, emptyLists: true, onlyResources: ['pods'] });
}

/** Long enough for what was done to be rounds of their own in the history. */
async function quiet(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3000));
}
