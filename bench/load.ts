/**
 * 10,000 pods stand in 1,000 external EPGs, and single pods come: how long each takes to the fabric while nobody asks anything, and
 * while pages ask 200 times a second. Both in turns, so that what else the machine does falls on both alike.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Agent, request } from 'undici';
import type { Product } from '../lab/demo/product.ts';
import type { CallersFigures, CallersOrder } from './callers.ts';
import { inStep, load, openWorld, podAddresses, quantile, residentMemory, type World } from './world.ts';

const deployments = 1000;
const pods = 10;
const perSecond = 200;
const turns = 3;
const podsPerTurn = 40;
const pauseMs = 300;

export async function underLoad(): Promise<Record<string, unknown>> {
  const world = await openWorld({ anonymous: 'admin' });
  try {
    await load(world.cluster, deployments, pods);
    const product = await world.startProduct();
    await inStep(world);
    await sleep(3000);
    const arrivals = await watchArrivals(world);
    const order = orderOf(world, product, await mappingOf(product));
    const idle: number[] = [];
    const loaded: number[] = [];
    const asked: CallersFigures[] = [];
    // What is made when it is first asked for is there before anything is measured.
    await askForAWhile(order);
    await addPods(world, arrivals, 10);
    const byTurn: unknown[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const quiet = await addPods(world, arrivals, podsPerTurn);
      const callers = startCallers(order);
      await sleep(1000);
      const asking = await addPods(world, arrivals, podsPerTurn);
      asked.push(await callers.stop());
      idle.push(...quiet);
      loaded.push(...asking);
      byTurn.push({ idle: spread(quiet), underRequests: spread(asking) });
    }
    arrivals.close();
    return {
      load: { deployments, podsEach: pods, requestsPerSecond: perSecond, turns, podsPerTurn },
      notificationToFabricMs: { idle: spread(idle), underRequests: spread(loaded) },
      ratio: {
        p50: ratio(loaded, idle, 0.5),
        p95: ratio(loaded, idle, 0.95),
        p99: ratio(loaded, idle, 0.99),
      },
      byTurn,
      requests: asked,
      residentMemoryMb: residentMemory(product.pid),
    };
  } finally {
    await world.close();
  }
}

async function askForAWhile(order: CallersOrder): Promise<void> {
  const callers = startCallers(order);
  await sleep(10_000);
  await callers.stop();
}

function spread(values: readonly number[]): Record<string, number> {
  const at = (share: number): number => quantile(values, share);
  return { count: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function ratio(one: readonly number[], other: readonly number[], share: number): number {
  return Math.round((quantile(one, share) / quantile(other, share)) * 100) / 100;
}

async function mappingOf(product: Product): Promise<object> {
  const { entry } = (await product.get('api/v1/mappings/load')) as { entry: object };
  return entry;
}

function orderOf({ cluster }: World, { url }: Product, mapping: object): CallersOrder {
  const keys = Array.from(
    { length: deployments },
    (_, index) => `f|externalEpg|k8s/calico/c_load_app-${index}`,
  );
  const addresses = podAddresses(cluster).map((each) => each.replace('/32', ''));
  return { url, perSecond, keys, addresses, mapping };
}

function startCallers(order: CallersOrder): { stop(): Promise<CallersFigures> } {
  const thread = new Worker(new URL('./callers.ts', import.meta.url), { workerData: order });
  return {
    async stop() {
      thread.postMessage('stop');
      const [figures] = (await once(thread, 'message')) as [CallersFigures];
      await once(thread, 'exit');
      return figures;
    },
  };
}

interface Arrivals {
  /** When each address was first told by the cluster, to whoever watches. */
  readonly toldAt: ReadonlyMap<string, number>;
  readonly writtenAt: ReadonlyMap<string, number>;
  close(): void;
}

interface PodEvent {
  readonly object?: { readonly status?: { readonly podIP?: string } };
}

/** Watches as the product does, so that what the cluster itself needs is no part of the figures. */
async function watchArrivals({ cluster, fabric, caPem }: World): Promise<Arrivals> {
  const dispatcher = new Agent({ connect: { ca: caPem }, bodyTimeout: 0 });
  const headers = { authorization: `Bearer ${cluster.tokens.reader}` };
  const path = `${cluster.url}/api/v1/namespaces/load/pods`;
  const list = await request(`${path}?limit=1`, { dispatcher, headers });
  const { metadata } = (await list.body.json()) as { metadata: { resourceVersion: string } };
  const from = `watch=1&resourceVersion=${metadata.resourceVersion}`;
  const watch = await request(`${path}?${from}`, { dispatcher, headers });
  const toldAt = new Map<string, number>();
  const writtenAt = new Map<string, number>();
  let rest = '';
  watch.body.on('data', (chunk: Buffer) => {
    const at = performance.now();
    const lines = `${rest}${chunk.toString()}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const address = (JSON.parse(line) as PodEvent).object?.status?.podIP;
      if (address !== undefined && !toldAt.has(address)) toldAt.set(address, at);
    }
  });
  watch.body.on('error', () => undefined);
  fabric.onCommit(({ changes }) => {
    const at = performance.now();
    for (const { mo } of changes) {
      const address = /extsubnet-\[([^/\]]+)/.exec(mo.dn)?.[1];
      if (address !== undefined && !writtenAt.has(address)) writtenAt.set(address, at);
    }
  });
  return { toldAt, writtenAt, close: () => void dispatcher.destroy() };
}

let grown = 0;

/** One pod after the other, each in another Deployment; resolves to how long each took from its notification to the fabric. */
async function addPods({ cluster }: World, arrivals: Arrivals, count: number): Promise<number[]> {
  const known = new Set(arrivals.toldAt.keys());
  for (let index = 0; index < count; index += 1) {
    cluster.scale('load', `app-${grown % deployments}`, pods + 1 + Math.floor(grown / deployments));
    grown += 1;
    // Not in step with anything that has a period of its own.
    await sleep(pauseMs + ((index * 61) % 100));
  }
  await sleep(3000);
  const fresh = [...arrivals.toldAt].filter(([address]) => !known.has(address));
  return fresh.map(([address, at]) => (arrivals.writtenAt.get(address) ?? Infinity) - at);
}
