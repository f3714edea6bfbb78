/**
 * Where chaos is played: a fabric, a BIG-IP and clusters in this process, the product as a process of its own, so that killing it is real.
 * It knows the simulators and the command line; it imports nothing of the product.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, type Authority } from '../../lab/authority.ts';
import { startBigip, type Bigip } from '../../lab/bigip/bigip.ts';
import { startCluster, type Cluster } from '../../lab/cluster/cluster.ts';
import { startProduct, type Product } from '../../lab/demo/product.ts';
import { startFabric, type Fabric } from '../../lab/fabric/fabric.ts';
import { baseFabric, insideFabric } from '../../lab/fabric/seed.ts';
import { readDocument, type DocumentText } from '../oracle/document.ts';
import type { RawCluster } from '../oracle/kubernetes.ts';
import { wishes, type EpgWish } from '../oracle/oracle.ts';
import { trafficWishes, type TrafficWish } from '../oracle/traffic.ts';
import { configYaml, machines, partition } from './config.ts';

/** The product and the simulators live this many times as fast as we do. */
export const clockRate = 20;

/** A machine in the EPG, whether or not a leaf reports it at the moment. */
export interface Machine {
  readonly address: string;
  readonly mac: string;
}

export interface World {
  readonly fabric: Fabric;
  readonly balancer: Bigip;
  readonly clusters: readonly Cluster[];
  readonly folder: string;
  readonly logFile: string;
  /** Machines that are there, by address. */
  readonly machines: Map<string, Machine>;
  /** Mappings left out of the document since the last restart. */
  without: ReadonlySet<string>;
  product: Product;
  /** As the product was started with. */
  document(): DocumentText;
  /** What the fabric should hold, by DN, as of now. */
  wishes(): Map<string, EpgWish>;
  /** Redirect policies by DN and pools by path, as of now. */
  trafficWishes(): Map<string, TrafficWish>;
  /** Ends the product as told and starts it again, with the document as `without` has it now. */
  restart(signal: NodeJS.Signals): Promise<void>;
  /** Kept for people to look at when something was wrong. */
  close(options: { readonly keep: boolean }): Promise<void>;
}

export async function openWorld(clusterCount: number): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-chaos-'));
  const authority = await createAuthority();
  const fabric = await startFabric({
    authority,
    clockRate,
    notificationDelayMs: 100,
    leafDelayMs: 400,
  });
  fabric.seed([...baseFabric(), ...insideFabric()]);
  const balancer = await startBigip({ authority, clockRate });
  balancer.device.seed({ partitions: [{ name: partition }] });
  const clusters = await Promise.all(
    Array.from({ length: clusterCount }, (_, index) => openCluster(authority, index)),
  );
  writeFiles(folder, { authority, fabric, balancer, clusters });
  const logFile = join(folder, 'product.log');
  let document = readDocument('{}');
  const start = (): Promise<Product> => {
    const places = clusters.map(({ name, url }) => ({ name, url }));
    const { without } = world;
    const yaml = configYaml({ fabricUrl: fabric.url, balancerUrl: balancer.url, clusters: places, without });
    writeFileSync(join(folder, 'config.yaml'), yaml);
    document = readDocument(yaml);
    return startProduct({
      config: join(folder, 'config.yaml'),
      dataDir: join(folder, 'data'),
      listen: '127.0.0.1:0',
      logFile,
      options: ['--clock-rate', String(clockRate)],
    });
  };
  const world: Omit<World, 'product'> & { product?: Product } = {
    fabric,
    balancer,
    clusters,
    folder,
    logFile,
    machines: new Map(),
    without: new Set(),
    document: () => document,
    wishes: () => wishes(document, lookAt(clusters)),
    trafficWishes: () =>
      trafficWishes(document, {
        clusters: lookAt(clusters),
        fabric: { learned: (epg) => (epg === machines ? [...world.machines.values()] : []) },
      }),
    async restart(signal) {
      await world.product?.stop(signal);
      world.product = await start();
    },
    async close({ keep }) {
      await world.product?.stop('SIGKILL');
      await Promise.all([fabric.close(), balancer.close(), ...clusters.map((cluster) => cluster.close())]);
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
  world.product = await start();
  return world as World;
}

function openCluster(authority: Authority, index: number): Promise<Cluster> {
  return startCluster({
    authority,
    name: `c${index + 1}`,
    nodes: 3,
    podCidrs: { v4: `10.${244 + index}.0.0/16`, v6: `fd00:10:${244 + index}::/56` },
    nodeCidr: `10.${1 + index}.0.0/16`,
    loadBalancerPool: [`192.168.${5 + index}.0/24`],
    podReadyMs: 1000,
    terminationMs: 3000,
    clockRate,
  });
}

interface Parts {
  readonly authority: Authority;
  readonly fabric: Fabric;
  readonly balancer: Bigip;
  readonly clusters: readonly Cluster[];
}

function writeFiles(folder: string, { authority, fabric, balancer, clusters }: Parts): void {
  const files: [string, string][] = [
    ['ca.pem', authority.caPem],
    ['fabric-password', fabric.password],
    ['balancer-password', balancer.password],
    ...clusters.map(({ name, tokens }): [string, string] => [`${name}-token`, tokens.reader]),
  ];
  for (const [name, text] of files) writeFileSync(join(folder, name), text, { mode: 0o600 });
}

function lookAt(clusters: readonly Cluster[]): Map<string, RawCluster> {
  return new Map(clusters.map((cluster) => [cluster.name, remembering(cluster)]));
}

/** Each kind is listed once, however often it is asked for: one look at one moment. */
function remembering(cluster: Cluster): RawCluster {
  const lists = new Map<string, readonly unknown[]>();
  return {
    list(kind) {
      const known = lists.get(kind) ?? cluster.list(kind);
      lists.set(kind, known);
      return known;
    },
  };
}
