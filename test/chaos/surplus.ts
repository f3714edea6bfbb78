/**
 * Pods that their workload can do without: it has all the pods it wants beside them, as at the end of a rolling restart. When
 * a list hides such a pod, nobody can tell it from one that is gone; taking its address then is no false removal.
 */
import {
  hasEnded,
  podsOf,
  workloadBehind,
  type RawCluster,
  type RawObject,
  type RawPod,
} from '../oracle/kubernetes.ts';

interface RawScalable extends RawObject {
  readonly spec: { readonly replicas?: number };
}

/** Every pod that has the address is one too many for its workload. */
export function isSurplus(clusters: readonly RawCluster[], prefix: string): boolean {
  const [address] = prefix.split('/');
  const found = clusters.flatMap((cluster) =>
    podsOf(cluster)
      .filter(({ status }) => (status?.podIPs ?? []).some(({ ip }) => ip === address))
      .map((pod) => ({ cluster, pod })),
  );
  return found.length > 0 && found.every(({ cluster, pod }) => canDoWithout(cluster, pod));
}

function canDoWithout(cluster: RawCluster, pod: RawPod): boolean {
  const { kind, name } = workloadBehind(cluster, pod);
  const { namespace } = pod.metadata;
  const isPeer = (other: RawPod): boolean => {
    const behind = workloadBehind(cluster, other);
    return other.metadata.namespace === namespace && behind.kind === kind && behind.name === name;
  };
  const workload = (cluster.list(kind) as RawScalable[]).find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  const wanted = kind === 'Pod' ? undefined : workload?.spec.replicas;
  const others = podsOf(cluster).filter(
    (other) =>
      other !== pod && isPeer(other) && !hasEnded(other) && other.metadata.deletionTimestamp === undefined,
  );
  return wanted !== undefined && others.length >= wanted;
}
