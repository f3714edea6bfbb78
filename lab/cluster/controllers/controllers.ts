/** All controllers of a cluster, and the question whether they have come to rest. */
import { Loop, type Controller } from './loop.ts';
import { deployments } from './deployments.ts';
import { replicaSets } from './replicasets.ts';
import { statefulSets } from './statefulsets.ts';
import { daemonSets } from './daemonsets.ts';
import { jobs } from './jobs.ts';
import { scheduler } from './scheduler.ts';
import { kubelet } from './kubelet.ts';
import { garbage } from './garbage.ts';
import { namespaces } from './namespaces.ts';
import { tokens } from './tokens.ts';
import { endpointSlices } from './endpointslices.ts';
import { loadBalancers } from './loadbalancers.ts';
import { isSettled } from './settled.ts';
import type { World } from '../world.ts';

export interface ControllersOptions {
  readonly podReadyMs: number;
  readonly terminationMs: number;
  readonly tickMs: number;
  readonly loadBalancerPool: readonly string[];
  /** Given to accounts with their tokens. */
  readonly caPem: string;
}

export interface Controllers {
  settled(): Promise<void>;
  stop(): void;
}

export function startControllers(world: World, options: ControllersOptions): Controllers {
  const waiting = new Set<() => void>();
  const all: Controller[] = [
    garbage(world),
    namespaces(world),
    deployments(world),
    replicaSets(world),
    statefulSets(world),
    daemonSets(world),
    jobs(world),
    scheduler(world),
    kubelet(world, options),
    loadBalancers(world, options.loadBalancerPool),
    endpointSlices(world),
    tokens(world, options.caPem),
  ];
  const onIdle = (): void => {
    if (waiting.size === 0 || !isSettled(world)) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const loop = new Loop(world, all, { tickMs: options.tickMs, onIdle });
  return {
    settled: () =>
      new Promise((resolve) => {
        if (loop.idle && isSettled(world)) resolve();
        else waiting.add(resolve);
      }),
    stop: () => loop.stop(),
  };
}
