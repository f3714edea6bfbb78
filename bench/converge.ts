/**
 * From nothing to 10,000 subnets in 200 external EPGs; then a restart with nothing changed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { writeOnePerAddress } from './baseline.ts';
import { inStep, load, openWorld, podAddresses, residentMemory } from './world.ts';

const deployments = 200;
const pods = 50;
const quietMs = 3000;

export async function converge(): Promise<Record<string, unknown>> {
  const world = await openWorld();
  const { fabric, cluster } = world;
  try {
    await load(cluster, deployments, pods);
    fabric.resetStats();
    const startedAt = performance.now();
    const product = await world.startProduct();
    const listeningAt = performance.now();
    await inStep(world);
    const inStepAt = performance.now();
    await sleep(quietMs);
    const { writes, deletes, objectsWritten, reads, subscriptions } = fabric.stats();
    const memory = residentMemory(product.pid);
    await product.stop();
    fabric.resetStats();
    const again = await world.startProduct();
    await ready(again);
    await sleep(quietMs);
    const restart = fabric.stats();
    await again.stop();
    const baseline = await writeOnePerAddress(fabric, world.caPem, {
      added: podAddresses(cluster).map(other),
      removed: [],
    });
    return {
      load: { deployments, podsEach: pods, subnets: deployments * pods, externalEpgs: deployments },
      secondsFromProcessStart: round((inStepAt - startedAt) / 1000),
      secondsFromListening: round((inStepAt - listeningAt) / 1000),
      writeRequests: writes + deletes,
      readRequests: reads,
      objectsPerWrite: round(objectsWritten / (writes + deletes)),
      subscriptions,
      residentMemoryMb: memory,
      restartWithNothingChanged: {
        writeRequests: restart.writes + restart.deletes,
        readRequests: restart.reads,
      },
      baselineOnePerAddress: { writeRequests: baseline.requests, seconds: round(baseline.seconds) },
      ratio: { writeRequests: round(baseline.requests / (writes + deletes)) },
    };
  } finally {
    await world.close();
  }
}

/** The same number of other addresses, so that the baseline collides with nothing. */
function other(address: string): string {
  return address.replace(/^10\./, '11.');
}

async function ready(product: { get(path: string): Promise<unknown> }): Promise<void> {
  while (((await product.get('readyz')) as { ready?: boolean }).ready !== true) await sleep(50);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
