/**
 * Where the story is played: a fabric, a cluster, a BIG-IP and the product, with words for looking at what it writes.
 */
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../authority.ts';
import { startBigip, type Bigip } from '../bigip/bigip.ts';
import { startCluster, type Cluster } from '../cluster/cluster.ts';
import { startFabric, type Fabric } from '../fabric/fabric.ts';
import { baseFabric, insideFabric } from '../fabric/seed.ts';
import { startProduct, type Product } from './product.ts';

export interface Stage {
  readonly fabric: Fabric;
  readonly cluster: Cluster;
  readonly bigip: Bigip;
  product: Product;
  readonly folder: string;
  /** Addresses in an external EPG of the demo's L3Out, sorted; undefined when there is no such EPG. */
  addresses(epg: string): string[] | undefined;
  /** Addresses of the destinations of a redirect policy, sorted; undefined when there is no such policy. */
  destinations(policy: string): string[] | undefined;
  /** Names of the members of a pool in the demo's partition, sorted; undefined when there is no such pool. */
  members(pool: string): string[] | undefined;
  healthGroups(): number;
  /** IPv4 addresses of a namespace's pods that are not on their way out, by the beginning of their names. */
  stayingPods(namespace: string, prefix: string): string[];
  /** Write requests that were made to any of them. */
  writes(): number;
  /** When the last of them was made; milliseconds since the epoch. */
  lastWriteAt(): number;
  /** Pod addresses of a namespace's pods whose name starts with `prefix`, as host prefixes, sorted. */
  podAddresses(namespace: string, prefix: string): string[];
  restartProduct(signal: NodeJS.Signals): Promise<void>;
  /** `keep`: what it wrote to its folder stays, for people to look at. */
  close(options?: { readonly keep: boolean }): Promise<void>;
}

export const l3out = 'uni/tn-k8s/out-calico';
const redirects = 'uni/tn-k8s/svcCont';
export const partition = 'k8s';
const example = join(import.meta.dirname, '../../examples/lab.yaml');

export interface StageOptions {
  readonly listen: string;
  /** What is played with in place of the product of this checkout: its program and arguments; `{folder}` stands for the stage's folder. */
  readonly launcher?: readonly string[];
  /** Number of the user that it runs as, who is given the folder. Default: ours. */
  readonly user?: number;
}

export async function openStage({ listen, launcher, user }: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-demo-'));
  const authority = await createAuthority();
  const fabric = await startFabric({ authority });
  const cluster = await startCluster({ authority, terminationMs: 5000 });
  const bigip = await startBigip({ authority });
  fabric.seed([...baseFabric(), ...insideFabric()]);
  bigip.device.seed({ partitions: [{ name: partition }] });
  for (const [name, text] of [
    ['ca.pem', authority.caPem],
    ['cluster-token', cluster.tokens.reader],
    ['fabric-password', fabric.password],
    ['bigip-password', bigip.password],
    ['kubeconfig', cluster.kubeconfig('admin')],
  ] as const)
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  const config = join(folder, 'config.yaml');
  writeFileSync(config, configFor(readFileSync(example, 'utf8'), { fabric, cluster, bigip }));
  if (user !== undefined) give(folder, user);
  const start = (): Promise<Product> =>
    startProduct({
      ...{ config, dataDir: join(folder, 'data'), listen, logFile: join(folder, 'product.log') },
      ...(launcher && { launcher: launcher.map((word) => word.replaceAll('{folder}', folder)) }),
    });
  const stage: Stage = {
    fabric,
    cluster,
    bigip,
    folder,
    product: await start(),
    addresses: (epg) => addressesIn(fabric, epg),
    destinations: (policy) => destinationsOf(fabric, policy),
    members: (pool) => membersOf(bigip, pool),
    lastWriteAt: () =>
      Math.max(fabric.stats().lastWrites.at(-1)?.at ?? 0, bigip.device.stats().lastWrites.at(-1)?.at ?? 0),
    healthGroups: () => fabric.subtree(redirects, 'vnsRedirectHealthGroup').length,
    stayingPods: (namespace, prefix) => stayingPods(cluster, namespace, prefix),
    writes: () => fabric.stats().writes + bigip.device.stats().writes,
    podAddresses: (namespace, prefix) => podAddresses(cluster, namespace, prefix),
    async restartProduct(signal) {
      await stage.product.stop(signal);
      stage.product = await start();
    },
    async close({ keep } = { keep: false }) {
      await stage.product.stop();
      await Promise.all([fabric.close(), cluster.close(), bigip.close()]);
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

function give(folder: string, user: number): void {
  for (const path of [folder, ...readdirSync(folder).map((name) => join(folder, name))])
    chownSync(path, user, user);
}

interface Places {
  readonly fabric: Fabric;
  readonly cluster: Cluster;
  readonly bigip: Bigip;
}

/** The example's configuration, with this lab's addresses and files, and less patience. */
function configFor(text: string, { fabric, cluster, bigip }: Places): string {
  return text
    .replaceAll('https://127.0.0.1:8443', fabric.url)
    .replaceAll('https://127.0.0.1:6443', cluster.url)
    .replaceAll('https://127.0.0.1:9443', bigip.url)
    .replaceAll('file:../.lab/', 'file:')
    .replaceAll('emptyFor: 10s', 'emptyFor: 1s')
    .replace('absentFor: 20s', 'absentFor: 2s')
    .replace('resync: 5s', 'resync: 1s');
}

function addressesIn(fabric: Fabric, epg: string): string[] | undefined {
  const dn = `${l3out}/instP-${epg}`;
  if (fabric.get(dn) === undefined) return undefined;
  return fabric
    .subtree(dn, 'l3extSubnet')
    .map(({ attributes }) => attributes['ip'] ?? '')
    .sort();
}

function destinationsOf(fabric: Fabric, policy: string): string[] | undefined {
  const dn = `${redirects}/svcRedirectPol-${policy}`;
  if (fabric.get(dn) === undefined) return undefined;
  return fabric
    .subtree(dn, 'vnsRedirectDest')
    .map(({ attributes }) => attributes['ip'] ?? '')
    .sort();
}

function membersOf({ device }: Bigip, pool: string): string[] | undefined {
  const path = `/${partition}/${pool}`;
  if (device.object('pool', path) === undefined) return undefined;
  return device
    .objects('member', path)
    .map(({ name }) => name)
    .sort();
}

interface PodShape {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status?: { readonly podIPs?: readonly { readonly ip: string }[] };
}

function podsOf(cluster: Cluster, namespace: string, prefix: string): PodShape[] {
  const all = cluster.list('Pod', namespace) as unknown as PodShape[];
  return all.filter(({ metadata }) => metadata.name.startsWith(prefix));
}

function podAddresses(cluster: Cluster, namespace: string, prefix: string): string[] {
  return podsOf(cluster, namespace, prefix)
    .flatMap(({ status }) => (status?.podIPs ?? []).map(({ ip }) => `${ip}/${ip.includes(':') ? 128 : 32}`))
    .sort();
}

function stayingPods(cluster: Cluster, namespace: string, prefix: string): string[] {
  return podsOf(cluster, namespace, prefix).flatMap(({ metadata, status }) =>
    metadata.deletionTimestamp === undefined ? (status?.podIPs ?? []).slice(0, 1).map(({ ip }) => ip) : [],
  );
}
