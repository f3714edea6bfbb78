/**
 * 10,000 pods stand; single pods come and go, then 1,000 pods are restarted while everything else stands.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { writeOnePerAddress } from './baseline.ts';
import {
  inStep,
  load,
  openWorld,
  podAddresses,
  quantile,
  residentMemory,
  subnets,
  type World,
} from './world.ts';
import type { Product } from '../lab/demo/product.ts';

const deployments = 200;
const pods = 50;
const restarted = 20;
const singles = 100;
const idleMs = 400;

export async function churn(): Promise<Record<string, unknown>> {
  const world = await openWorld();
  try {
    await load(world.cluster, deployments, pods);
    const product = await world.startProduct();
    await inStep(world);
    await sleep(3000);
    const idle = await singlePods(world, product);
    const rolling = await rollingRestart(world, product);
    return { load: { deployments, podsEach: pods }, idleOnePodAtATime: idle, ...rolling };
  } finally {
    await world.close();
  }
}

interface RunShape {
  readonly run: number;
  readonly reactionMs: number | null;
}

async function reactions(product: Product, after: number): Promise<RunShape[]> {
  const { runs } = (await product.get('api/v1/runs?limit=30')) as { runs: RunShape[] };
  return runs.filter(({ run, reactionMs }) => run > after && reactionMs !== null);
}

/** One pod is added to an idle system, again and again: from the notification that carries its address to the accepted write. */
async function singlePods(world: World, product: Product): Promise<Record<string, unknown>> {
  const { cluster, fabric } = world;
  const measured: number[] = [];
  let last = (await reactions(product, 0))[0]?.run ?? 0;
  for (let index = 0; index < singles; index += 1) {
    await sleep(idleMs);
    const name = `app-${index % deployments}`;
    const before = new Set(podAddresses(cluster));
    cluster.scale('load', name, pods + 1);
    const address = await newAddress(world, before);
    while (fabric.get(`uni/tn-k8s/out-calico/instP-c_load_${name}/extsubnet-[${address}]`) === undefined)
      await sleep(1);
    await sleep(100);
    for (const { run, reactionMs } of await reactions(product, last)) {
      measured.push(reactionMs ?? NaN);
      last = Math.max(last, run);
    }
  }
  return {
    pods: singles,
    notificationToAcceptedMs: {
      p50: quantile(measured, 0.5),
      p99: quantile(measured, 0.99),
      count: measured.length,
    },
  };
}

async function newAddress({ cluster }: World, before: ReadonlySet<string>): Promise<string> {
  for (;;) {
    const address = podAddresses(cluster).find((each) => !before.has(each));
    if (address !== undefined) return address;
    await sleep(1);
  }
}

async function rollingRestart(world: World, product: Product): Promise<Record<string, unknown>> {
  const { cluster, fabric } = world;
  const before = new Set(subnets(fabric));
  fabric.resetStats();
  const startedAt = performance.now();
  for (let index = 0; index < restarted; index += 1)
    cluster.rolloutRestart('load', `app-${deployments - 1 - index}`);
  await cluster.settled();
  const settledAt = performance.now();
  await inStep(world);
  const inStepAt = performance.now();
  const { writes, deletes, objectsWritten } = fabric.stats();
  const after = new Set(subnets(fabric));
  const added = [...after].filter((each) => !before.has(each)).map((each) => each.replace(/^10\./, '11.'));
  const baseline = await writeOnePerAddress(fabric, world.caPem, { added, removed: added });
  const requests = writes + deletes;
  return {
    rollingRestart: {
      pods: restarted * pods,
      seconds: Math.round(inStepAt - startedAt) / 1000,
      behindClusterSeconds: Math.round(inStepAt - settledAt) / 1000,
      writeRequests: requests,
      objectsPerWrite: Math.round((objectsWritten / requests) * 10) / 10,
      residentMemoryMb: residentMemory(product.pid),
    },
    baselineOnePerAddress: {
      writeRequests: baseline.requests,
      seconds: Math.round(baseline.seconds * 100) / 100,
    },
    ratio: { writeRequests: Math.round((baseline.requests / requests) * 10) / 10 },
  };
}
