/** Whether a cluster has come to rest: everything desired is there and Ready, nothing is ending. */
import { controllerOf, isDeleting, isFinished, isReady, type Pod, type WorkloadStatus } from '../objects.ts';
import type { World } from '../world.ts';

function isAtRest(pod: Pod): boolean {
  if (isDeleting(pod)) return false;
  if (isFinished(pod)) return true;
  const told = pod.metadata.annotations?.['lab/not-ready'] === 'true' && pod.status.podIP !== undefined;
  return told || (isReady(pod) && controllerOf(pod)?.kind !== 'Job');
}

function isComplete(replicas: number, status: WorkloadStatus, generation: number | undefined): boolean {
  return (
    status.observedGeneration === generation &&
    (status.replicas ?? 0) === replicas &&
    (status.updatedReplicas ?? 0) === replicas
  );
}

export function isSettled({ store }: World): boolean {
  return (
    store
      .list('deployments')
      .every(({ spec, status, metadata }) => isComplete(spec.replicas, status, metadata.generation)) &&
    store
      .list('statefulsets')
      .every(({ spec, status, metadata }) => isComplete(spec.replicas, status, metadata.generation)) &&
    store
      .list('daemonsets')
      .every(
        ({ status, metadata }) =>
          status.observedGeneration === metadata.generation &&
          status.updatedNumberScheduled === status.desiredNumberScheduled,
      ) &&
    store.list('namespaces').every((namespace) => !isDeleting(namespace)) &&
    store.list('pods').every(isAtRest)
  );
}
