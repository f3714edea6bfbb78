/**
 * Where the story is played: a fabric, a cluster and the product, with words for looking at the fabric.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../authority.ts';
import { startCluster, type Cluster } from '../cluster/cluster.ts';
import { startFabric, type Fabric } from '../fabric/fabric.ts';
import { baseFabric } from '../fabric/seed.ts';
import { startProduct, type Product } from './product.ts';

export interface Stage {
  readonly fabric: Fabric;
  readonly cluster: Cluster;
  product: Product;
  readonly folder: string;
  /** Addresses in an external EPG of the demo's L3Out, sorted; undefined when there is no such EPG. */
  addresses(epg: string): string[] | undefined;
  /** Pod addresses of a namespace's pods whose name starts with `prefix`, as host prefixes, sorted. */
  podAddresses(namespace: string, prefix: string): string[];
  restartProduct(signal: NodeJS.Signals): Promise<void>;
  close(): Promise<void>;
}

export const l3out = 'uni/tn-k8s/out-calico';
const example = join(import.meta.dirname, '../../examples/lab.yaml');

export interface StageOptions {
  readonly listen: string;
}

export async function openStage({ listen }: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-demo-'));
  const authority = await createAuthority();
  const fabric = await startFabric({ authority });
  const cluster = await startCluster({ authority });
  fabric.seed(baseFabric());
  for (const [name, text] of [
    ['ca.pem', authority.caPem],
    ['cluster-token', cluster.tokens.reader],
    ['fabric-password', fabric.password],
    ['kubeconfig', cluster.kubeconfig('admin')],
  ] as const)
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  const config = join(folder, 'config.yaml');
  writeFileSync(config, configFor(readFileSync(example, 'utf8'), fabric.url, cluster.url));
  const start = (): Promise<Product> =>
    startProduct({ config, dataDir: join(folder, 'data'), listen, logFile: join(folder, 'product.log') });
  const stage: Stage = {
    fabric,
    cluster,
    folder,
    product: await start(),
    addresses: (epg) => addressesIn(fabric, epg),
    podAddresses: (namespace, prefix) => podAddresses(cluster, namespace, prefix),
    async restartProduct(signal) {
      await stage.product.stop(signal);
      stage.product = await start();
    },
    async close() {
      await stage.product.stop();
      await Promise.all([fabric.close(), cluster.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

/** The example's configuration, with this lab's addresses and files. */
function configFor(text: string, fabricUrl: string, clusterUrl: string): string {
  return text
    .replace('https://127.0.0.1:8443', fabricUrl)
    .replace('https://127.0.0.1:6443', clusterUrl)
    .replaceAll('file:../.lab/', 'file:')
    .replaceAll('emptyFor: 10s', 'emptyFor: 1s');
}

function addressesIn(fabric: Fabric, epg: string): string[] | undefined {
  const dn = `${l3out}/instP-${epg}`;
  if (fabric.get(dn) === undefined) return undefined;
  return fabric
    .subtree(dn, 'l3extSubnet')
    .map(({ attributes }) => attributes['ip'] ?? '')
    .sort();
}

interface PodShape {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status?: { readonly podIPs?: readonly { readonly ip: string }[] };
}

function podAddresses(cluster: Cluster, namespace: string, prefix: string): string[] {
  return (cluster.list('Pod', namespace) as unknown as PodShape[])
    .filter(({ metadata }) => metadata.name.startsWith(prefix))
    .flatMap(({ status }) => (status?.podIPs ?? []).map(({ ip }) => `${ip}/${ip.includes(':') ? 128 : 32}`))
    .sort();
}
