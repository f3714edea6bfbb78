/**
 * Where the story of an administrator is played: a fabric, a cluster and a BIG-IP over TLS, and the product as somebody starts it
 * for the first time: a process with an empty data directory and no configuration.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority, type Authority } from '../../../lab/authority.ts';
import { startBigip, type Bigip } from '../../../lab/bigip/bigip.ts';
import { startCluster, type Cluster } from '../../../lab/cluster/cluster.ts';
import { startProduct, type Product } from '../../../lab/demo/product.ts';
import { startFabric, type Fabric } from '../../../lab/fabric/fabric.ts';
import { peopleOfLab } from '../../../lab/fabric/people.ts';
import { baseFabric, insideFabric } from '../../../lab/fabric/seed.ts';

const l3out = 'uni/tn-k8s/out-calico';
/** How long anything may take to come true; no promise of speed. */
const patienceMs = 30_000;

export interface AdminStage {
  readonly fabric: Fabric;
  readonly cluster: Cluster;
  readonly bigip: Bigip;
  readonly product: Product;
  /** Whose certificates they all have. */
  readonly authority: Authority;
  /** What the product wrote to its log when nobody could sign in yet. */
  claimCode(): Promise<string>;
  /** Prefixes in an external EPG of the lab's L3Out, sorted; none when there is no such EPG. */
  prefixes(epg: string): string[];
  /** Names of the members of a pool in the lab's partition, sorted; none when there is no such pool. */
  members(pool: string): string[];
  /** Addresses of pods, IPv4, sorted. */
  podAddresses(namespace: string, prefix: string): string[];
  /** DNs and paths that anybody has deleted since the stage was opened. */
  readonly deleted: readonly string[];
  close(): Promise<void>;
}

export interface AdminStageOptions {
  /** How many times as fast as we do everything lives. Default 1. */
  readonly clockRate?: number;
  /** From the mark of deletion to a pod's end, at most; its own grace may be shorter. Default 200. */
  readonly terminationMs?: number;
}

export async function openAdminStage({
  clockRate = 1,
  terminationMs = 200,
}: AdminStageOptions = {}): Promise<AdminStage> {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-admin-'));
  const authority = await createAuthority();
  const fabric = await startFabric({ authority, clockRate });
  fabric.seed([...baseFabric(), ...insideFabric(), ...peopleOfLab()]);
  const cluster = await startCluster({ authority, clockRate, terminationMs, name: 'prod-a' });
  const bigip = await startBigip({ authority, clockRate });
  bigip.device.seed({ partitions: [{ name: 'k8s' }] });
  const logFile = join(folder, 'product.log');
  const product = await startProduct({
    dataDir: join(folder, 'data'),
    listen: '127.0.0.1:0',
    logFile,
    anonymous: 'nobody',
    options: clockRate === 1 ? [] : ['--clock-rate', String(clockRate)],
  });
  return {
    fabric,
    cluster,
    bigip,
    product,
    authority,
    claimCode: () => codeIn(logFile),
    prefixes: (epg) => prefixesIn(fabric, epg),
    members: (pool) => membersOf(bigip, pool),
    podAddresses: (namespace, prefix) => podAddresses(cluster, namespace, prefix),
    deleted: deletions(fabric, bigip),
    async close() {
      await product.stop();
      await Promise.all([fabric.close(), cluster.close(), bigip.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function codeIn(logFile: string): Promise<string> {
  let code: string | undefined;
  await until('a one-time code in the log', () => {
    code = /"code":"([^"]+)"/.exec(readFileSync(logFile, 'utf8'))?.[1];
    return code !== undefined;
  });
  return code ?? '';
}

function deletions(fabric: Fabric, bigip: Bigip): string[] {
  const deleted: string[] = [];
  fabric.onCommit(({ changes }) => {
    for (const { kind, mo } of changes) if (kind === 'deleted') deleted.push(mo.dn);
  });
  bigip.onCommit(({ changes }) => {
    for (const { action, path } of changes) if (action === 'deleted') deleted.push(path);
  });
  return deleted;
}

function prefixesIn(fabric: Fabric, epg: string): string[] {
  const dn = `${l3out}/instP-${epg}`;
  if (fabric.get(dn) === undefined) return [];
  return fabric
    .subtree(dn, 'l3extSubnet')
    .map(({ attributes }) => attributes['ip'] ?? '')
    .sort();
}

function membersOf({ device }: Bigip, pool: string): string[] {
  const path = `/k8s/${pool}`;
  if (device.object('pool', path) === undefined) return [];
  return device
    .objects('member', path)
    .map(({ name }) => name)
    .sort();
}

interface PodShape {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly podIP?: string };
}

function podAddresses(cluster: Cluster, namespace: string, prefix: string): string[] {
  const pods = cluster.list('Pod', namespace) as unknown as PodShape[];
  return pods
    .filter(({ metadata }) => metadata.name.startsWith(prefix))
    .flatMap(({ status }) => status?.podIP ?? [])
    .sort();
}

export async function until(expectation: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came true: ${expectation}`);
    await sleep(30);
  }
}
