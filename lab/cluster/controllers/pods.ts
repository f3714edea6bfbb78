/** What all controllers of pods do alike: making pods from a template, counting them, choosing which to end. */
import { nameSuffix } from '../writes.ts';
import {
  apiVersionAndKind,
  isDeleting,
  isFinished,
  isReady,
  keyOf,
  namespaceOf,
  uidOf,
  type KubeObject,
  type OwnerReference,
  type Pod,
  type PodTemplate,
} from '../objects.ts';
import type { World } from '../world.ts';

export function ownedBy(owner: KubeObject): OwnerReference {
  return {
    ...apiVersionAndKind(owner),
    name: owner.metadata.name,
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

export interface PodWish {
  readonly owner: KubeObject;
  readonly template: PodTemplate;
  /** Exactly this name; otherwise one is made from the owner's. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly nodeName?: string;
}

export function createPod(world: World, { owner, template, name, labels, nodeName }: PodWish): Pod {
  const generateName = `${owner.metadata.name}-`;
  const annotations = template.metadata?.annotations;
  return world.lifecycle.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: name ?? `${generateName}${nameSuffix()}`,
      generateName,
      namespace: namespaceOf(owner),
      labels: { ...template.metadata?.labels, ...labels },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [ownedBy(owner)],
    },
    spec: { ...template.spec, ...(nodeName === undefined ? {} : { nodeName }) },
  });
}

/** The pods of an owner that are neither ending nor at their end. */
export function activePods(world: World, owner: KubeObject): Pod[] {
  return podsOf(world, owner).filter((pod) => !isDeleting(pod) && !isFinished(pod));
}

export function podsOf(world: World, owner: KubeObject): Pod[] {
  return world.store.dependentsOf(uidOf(owner), 'pods');
}

export function endPod(world: World, pod: Pod): void {
  world.lifecycle.remove('pods', keyOf(pod));
}

function rank(pod: Pod): number {
  if (pod.spec.nodeName === undefined) return 0;
  if (pod.status.phase === 'Pending') return 1;
  return isReady(pod) ? 3 : 2;
}

/** Those that are missed least come first: unplaced, pending, not ready, then the youngest. */
export function leastMissedFirst(pods: readonly Pod[]): Pod[] {
  return [...pods].sort(
    (a, b) =>
      rank(a) - rank(b) || Number(b.metadata.resourceVersion ?? 0) - Number(a.metadata.resourceVersion ?? 0),
  );
}

export function readyCount(pods: readonly Pod[]): number {
  return pods.filter(isReady).length;
}
