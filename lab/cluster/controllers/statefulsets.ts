/** StatefulSets: pods with ordinal names, made in order, ended from the highest, replaced one at a time. */
import {
  isDeleting,
  isReady,
  namespaceOf,
  type Pod,
  type StatefulSet,
  type WorkloadStatus,
} from '../objects.ts';
import { templateHash } from './deployments.ts';
import { createPod, endPod, podsOf } from './pods.ts';
import { ownersOf } from './replicasets.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

const revisionLabel = 'controller-revision-hash';

function ordinalOf(pod: Pod): number {
  return Number(pod.metadata.name.slice(pod.metadata.name.lastIndexOf('-') + 1));
}

function revisionName(set: StatefulSet): string {
  return `${set.metadata.name}-${templateHash(set.spec.template)}`;
}

function statusOf(set: StatefulSet, pods: readonly Pod[]): WorkloadStatus {
  const revision = revisionName(set);
  const updated = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision).length;
  const ready = pods.filter(isReady).length;
  const done = updated === set.spec.replicas && ready === set.spec.replicas;
  const current = done ? revision : (set.status['currentRevision'] ?? revision);
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    availableReplicas: ready,
    ...(done ? { currentReplicas: updated } : { currentReplicas: pods.length - updated }),
    updatedReplicas: updated,
    currentRevision: current,
    updateRevision: revision,
    collisionCount: 0,
  };
}

class StatefulSetController implements Controller {
  readonly name = 'statefulsets';
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  keysOf(change: Parameters<Controller['keysOf']>[0]): string[] {
    return ownersOf(change, 'statefulsets', 'StatefulSet');
  }

  reconcile(key: string): void {
    const set = this.#world.store.getByKey('statefulsets', key);
    if (set === undefined || isDeleting(set)) return;
    const pods = podsOf(this.#world, set).sort((a, b) => ordinalOf(a) - ordinalOf(b));
    this.#step(set, pods);
    const current = this.#world.store.getByKey('statefulsets', key) ?? set;
    const now = podsOf(this.#world, current).filter((pod) => !isDeleting(pod));
    this.#world.lifecycle.report('statefulsets', current, statusOf(current, now));
  }

  #step(set: StatefulSet, pods: readonly Pod[]): void {
    const { replicas, podManagementPolicy } = set.spec;
    const ordered = podManagementPolicy !== 'Parallel';
    const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
    for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
      const pod = byOrdinal.get(ordinal);
      if (pod === undefined) this.#create(set, ordinal);
      if (ordered && (pod === undefined || isDeleting(pod) || !isReady(pod))) return;
    }
    const surplus = pods.filter((pod) => ordinalOf(pod) >= replicas).reverse();
    for (const pod of surplus) {
      if (!isDeleting(pod)) endPod(this.#world, pod);
      if (ordered) return;
    }
    this.#update(set, pods);
  }

  #update(set: StatefulSet, pods: readonly Pod[]): void {
    const { type, rollingUpdate } = set.spec.updateStrategy;
    if (type === 'OnDelete' || pods.some((pod) => isDeleting(pod) || !isReady(pod))) return;
    const revision = revisionName(set);
    const stale = pods.filter(
      (pod) =>
        ordinalOf(pod) >= (rollingUpdate?.partition ?? 0) &&
        pod.metadata.labels?.[revisionLabel] !== revision,
    );
    const last = stale.at(-1);
    if (last !== undefined) endPod(this.#world, last);
  }

  #create(set: StatefulSet, ordinal: number): void {
    const name = `${set.metadata.name}-${ordinal}`;
    if (this.#world.store.getByKey('pods', `${namespaceOf(set)}/${name}`) !== undefined) return;
    createPod(this.#world, {
      owner: set,
      template: set.spec.template,
      name,
      labels: {
        [revisionLabel]: revisionName(set),
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(ordinal),
      },
    });
  }
}

export function statefulSets(world: World): Controller {
  return new StatefulSetController(world);
}
