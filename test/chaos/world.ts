/**
 * Where chaos is played: a fabric and clusters in this process, the product as a process of its own, so that killing it is real.
 * It knows the simulators and the command line; it imports nothing of the product.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, type Authority } from '../../lab/authority.ts';
import { startCluster, type Cluster } from '../../lab/cluster/cluster.ts';
import { startProduct, type Product } from '../../lab/demo/product.ts';
import { startFabric, type Fabric } from '../../lab/fabric/fabric.ts';
import { baseFabric } from '../../lab/fabric/seed.ts';
import { readDocument, type DocumentText } from '../oracle/document.ts';
import type { RawCluster } from '../oracle/kubernetes.ts';
import { wishes, type EpgWish } from '../oracle/oracle.ts';
import { configYaml } from './config.ts';

/** The product and the simulators live this many times as fast as we do. */
export const clockRate = 20;

export interface World {
  readonly fabric: Fabric;
  readonly clusters: readonly Cluster[];
  readonly folder: string;
  readonly logFile: string;
  /** Mappings left out of the document since the last restart. */
  without: ReadonlySet<string>;
  product: Product;
  /** As the product was started with. */
  document(): DocumentText;
  /** What the fabric should hold, by DN, as of now. */
  wishes(): Map<string, EpgWish>;
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
  fabric.seed(baseFabric());
  const clusters = await Promise.all(
    Array.from({ length: clusterCount }, (_, index) => openCluster(authority, index)),
  );
  writeFiles(folder, { authority, fabric, clusters });
  const logFile = join(folder, 'product.log');
  let document = readDocument('{}');
  const start = (): Promise<Product> => {
    const places = clusters.map(({ name, url }) => ({ name, url }));
    const yaml = configYaml({ fabricUrl: fabric.url, clusters: places, without: world.without });
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
    clusters,
    folder,
    logFile,
    without: new Set(),
    document: () => document,
    wishes: () => wishes(document, new Map(clusters.map((cluster) => [cluster.name, remembering(cluster)]))),
    async restart(signal) {
      await world.product?.stop(signal);
      world.product = await start();
    },
    async close({ keep }) {
      await world.product?.stop('SIGKILL');
      await Promise.all([fabric.close(), ...clusters.map((cluster) => cluster.close())]);
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
  readonly clusters: readonly Cluster[];
}

function writeFiles(folder: string, { authority, fabric, clusters }: Parts): void {
  const files: [string, string][] = [
    ['ca.pem', authority.caPem],
    ['fabric-password', fabric.password],
    ...clusters.map(({ name, tokens }): [string, string] => [`${name}-token`, tokens.reader]),
  ];
  for (const [name, text] of files) writeFileSync(join(folder, name), text, { mode: 0o600 });
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
