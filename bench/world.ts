/**
 * What a benchmark runs against: a simulated fabric and cluster in this process, the product in one of its own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority, type Authority } from '../lab/authority.ts';
import { startCluster, type Cluster, type ClusterOptions } from '../lab/cluster/cluster.ts';
import { startProduct, type Product } from '../lab/demo/product.ts';
import { startFabric, type Fabric, type FabricOptions } from '../lab/fabric/fabric.ts';
import { baseFabric, insideFabric } from '../lab/fabric/seed.ts';

export interface World {
  readonly fabric: Fabric;
  readonly cluster: Cluster;
  readonly caPem: string;
  startProduct(): Promise<Product>;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** The document's mappings, and load balancers if any, as YAML. */
  readonly document?: string;
  /** More files that it names. */
  readonly files?: Readonly<Record<string, string>>;
  readonly fabric?: Partial<FabricOptions>;
  readonly cluster?: Partial<ClusterOptions>;
  /** What whoever asks the product may do. */
  readonly anonymous?: 'viewer' | 'operator' | 'admin';
}

/** Each Deployment of the namespace `load` has an external EPG with the IPv4 addresses of its pods. */
export const externalEpgs = `
mappings:
  - name: load
    mode: full
    firstContact: apply
    from: { kind: workload, clusters: [c], namespaces: { names: [load] }, groupBy: workload }
    to:
      externalEpg:
        tenant: k8s
        l3out: calico
        name: "{cluster}_{namespace}_{workload}"
        families: [ipv4]
        contracts: { provide: [web] }
`;

function configuration(fabric: Fabric, cluster: Cluster, document: string): string {
  return `
version: 1
instance: bench
clusters:
  - name: c
    server: ${cluster.url}
    ca: file:ca.pem
    credentials: { token: file:token }
    ranges: { pods: [10.0.0.0/8, 127.0.0.0/8], nodes: [10.0.0.0/8] }
fabrics:
  - name: f
    controllers: [${fabric.url}]
    ca: file:ca.pem
    credentials: { username: ${fabric.username}, password: file:password }
${document}`;
}

export async function openWorld(options: WorldOptions = {}, shared?: Authority): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-bench-'));
  const authority = shared ?? (await createAuthority());
  const fabric = await startFabric({ authority, loginThrottle: false, ...options.fabric });
  const cluster = await startCluster({
    authority,
    nodes: 100,
    podCidrs: { v4: '10.128.0.0/9', v6: 'fd00:10:244::/48' },
    ...options.cluster,
  });
  fabric.seed([...baseFabric(), ...insideFabric()]);
  const config = join(folder, 'config.yaml');
  const files = {
    'ca.pem': authority.caPem,
    token: cluster.tokens.reader,
    password: fabric.password,
    'config.yaml': configuration(fabric, cluster, options.document ?? externalEpgs),
    ...options.files,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const products = new Set<Product>();
  return {
    fabric,
    cluster,
    caPem: authority.caPem,
    async startProduct() {
      const product = await startProduct({
        config,
        dataDir: join(folder, 'data'),
        listen: '127.0.0.1:0',
        logFile: join(folder, 'product.log'),
        anonymous: options.anonymous ?? 'viewer',
      });
      products.add(product);
      return product;
    },
    async close() {
      for (const product of products) await product.stop();
      await Promise.all([fabric.close(), cluster.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when it holds; looks every few milliseconds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patienceMs = 120_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${patienceMs / 1000} s: ${what}`);
    await sleep(5);
  }
}

/** Makes `deployments` Deployments of `pods` pods each, and waits until all are Ready. */
export async function load(cluster: Cluster, deployments: number, pods: number): Promise<void> {
  for (let index = 0; index < deployments; index += 1) cluster.deployment('load', `app-${index}`, pods);
  await cluster.settled();
}

export function subnets(fabric: Fabric): string[] {
  return fabric
    .subtree('uni/tn-k8s/out-calico', 'l3extSubnet')
    .map(({ attributes }) => attributes['ip'] ?? '');
}

interface PodShape {
  readonly status?: { readonly podIP?: string };
}

/** IPv4 addresses of the pods that are there, as host prefixes. */
export function podAddresses(cluster: Cluster): string[] {
  return (cluster.list('Pod', 'load') as unknown as PodShape[]).flatMap(({ status }) =>
    status?.podIP === undefined ? [] : [`${status.podIP}/32`],
  );
}

/** Resolves when the fabric holds exactly the addresses of the pods. */
export async function inStep({ fabric, cluster }: World, patienceMs = 120_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const wanted = podAddresses(cluster);
    const present = new Set(subnets(fabric));
    if (wanted.length === present.size && wanted.every((address) => present.has(address))) return;
    if (performance.now() > deadline)
      throw new Error(
        `not in step after ${patienceMs / 1000} s: ${wanted.length} wanted, ${present.size} present`,
      );
    await sleep(20);
  }
}

/** Resident memory of a process now and at its peak, MB; undefined where the system does not tell. */
export function residentMemory(pid: number): { now: number; peak: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
    return { now: Math.round(kilobytes('VmRSS') / 1024), peak: Math.round(kilobytes('VmHWM') / 1024) };
  } catch {
    return undefined;
  }
}

/** The value below which `share` of the sorted values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN) * 10) / 10
  );
}
