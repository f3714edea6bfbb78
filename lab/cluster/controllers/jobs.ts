/** Jobs: pods until enough of them have succeeded. */
import { isDeleting, isFinished, type Job, type Pod } from '../objects.ts';
import { createPod, podsOf } from './pods.ts';
import { ownersOf } from './replicasets.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

function statusOf(job: Job, pods: readonly Pod[], stamp: string): Job['status'] {
  const succeeded = pods.filter((pod) => pod.status.phase === 'Succeeded').length;
  const active = pods.filter((pod) => !isFinished(pod) && !isDeleting(pod)).length;
  const done = succeeded >= (job.spec.completions ?? 1);
  const complete = { type: 'Complete', status: 'True', lastProbeTime: stamp, lastTransitionTime: stamp };
  return {
    startTime: job.status['startTime'] ?? stamp,
    ...(active > 0 ? { active } : {}),
    ...(succeeded > 0 ? { succeeded } : {}),
    ready: active,
    terminating: pods.filter(isDeleting).length,
    uncountedTerminatedPods: {},
    ...(done
      ? {
          completionTime: job.status['completionTime'] ?? stamp,
          conditions: job.status.conditions ?? [complete],
        }
      : {}),
  };
}

export function jobs(world: World): Controller {
  return {
    name: 'jobs',
    keysOf: (change) => ownersOf(change, 'jobs', 'Job'),
    reconcile(key) {
      const job = world.store.getByKey('jobs', key);
      if (job === undefined || isDeleting(job)) return;
      const pods = podsOf(world, job).filter((pod) => !isDeleting(pod));
      const running = pods.filter((pod) => !isFinished(pod)).length;
      const succeeded = pods.filter((pod) => pod.status.phase === 'Succeeded').length;
      const { completions = 1, parallelism = 1 } = job.spec;
      const missing = Math.min(parallelism, completions - succeeded) - running;
      for (let count = 0; count < missing; count += 1)
        createPod(world, { owner: job, template: job.spec.template });
      world.lifecycle.report('jobs', job, statusOf(job, podsOf(world, job), world.clock.stamp()));
    },
  };
}
