/** ReplicaSets: as many pods as wanted. */
import {
  controllerOf,
  isDeleting,
  keyOf,
  namespaceOf,
  type ReplicaSet,
  type WorkloadStatus,
} from '../objects.ts';
import { activePods, createPod, endPod, leastMissedFirst, podsOf, readyCount } from './pods.ts';
import type { Change } from '../store.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

/** Keys of the owners of a changed pod, when they are of this kind. */
export function ownersOf(change: Change, resource: string, kind: string): string[] {
  if (change.resource === resource) return [change.key];
  if (change.resource !== 'pods') return [];
  const owner = controllerOf(change.object);
  return owner?.kind === kind ? [`${namespaceOf(change.object)}/${owner.name}`] : [];
}

function statusOf(world: World, set: ReplicaSet): WorkloadStatus {
  const all = podsOf(world, set);
  const active = activePods(world, set);
  const ready = readyCount(active);
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.length,
    ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
    terminatingReplicas: all.filter(isDeleting).length,
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
  };
}

export function replicaSets(world: World): Controller {
  return {
    name: 'replicasets',
    keysOf: (change) => ownersOf(change, 'replicasets', 'ReplicaSet'),
    reconcile(key) {
      const set = world.store.getByKey('replicasets', key);
      if (set === undefined || isDeleting(set)) return;
      const active = activePods(world, set);
      const missing = set.spec.replicas - active.length;
      for (let count = 0; count < missing; count += 1)
        createPod(world, { owner: set, template: set.spec.template });
      if (missing < 0) for (const pod of leastMissedFirst(active).slice(0, -missing)) endPod(world, pod);
      const current = world.store.getByKey('replicasets', keyOf(set));
      if (current !== undefined) world.lifecycle.report('replicasets', current, statusOf(world, current));
    },
  };
}
