/** DaemonSets: one pod on each node that its selector takes, replaced within the allowed unavailability. */
import { isDeleting, isReady, keyOf, type DaemonSet, type Node, type Pod } from '../objects.ts';
import { resolveCount, templateHash } from './deployments.ts';
import { createPod, endPod, podsOf } from './pods.ts';
import { ownersOf } from './replicasets.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

const revisionLabel = 'controller-revision-hash';

function takes(set: DaemonSet, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const wanted = Object.entries(set.spec.template.spec.nodeSelector ?? {});
  return !isDeleting(node) && wanted.every(([key, value]) => labels[key] === value);
}

class DaemonSetController implements Controller {
  readonly name = 'daemonsets';
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  keysOf(change: Parameters<Controller['keysOf']>[0]): string[] {
    if (change.resource === 'nodes') return this.#world.store.list('daemonsets').map(keyOf);
    return ownersOf(change, 'daemonsets', 'DaemonSet');
  }

  reconcile(key: string): void {
    const set = this.#world.store.getByKey('daemonsets', key);
    if (set === undefined || isDeleting(set)) return;
    const nodes = this.#world.store.list('nodes').filter((node) => takes(set, node));
    const names = new Set(nodes.map((node) => node.metadata.name));
    const pods = podsOf(this.#world, set);
    const living = pods.filter((pod) => !isDeleting(pod));
    for (const pod of living) if (!names.has(pod.spec.nodeName ?? '')) endPod(this.#world, pod);
    const revision = templateHash(set.spec.template);
    const occupied = new Set(pods.map((pod) => pod.spec.nodeName));
    for (const name of names) {
      if (occupied.has(name)) continue;
      const labels = { [revisionLabel]: revision };
      createPod(this.#world, { owner: set, template: set.spec.template, labels, nodeName: name });
    }
    this.#update(set, living, revision);
    this.#report(key, names.size, revision);
  }

  #update(set: DaemonSet, living: readonly Pod[], revision: string): void {
    const { type, rollingUpdate } = set.spec.updateStrategy;
    if (type === 'OnDelete') return;
    const allowed = Math.max(1, resolveCount(rollingUpdate?.maxUnavailable, living.length, true));
    const missing = podsOf(this.#world, set).filter((pod) => isDeleting(pod) || !isReady(pod)).length;
    const stale = living.filter((pod) => pod.metadata.labels?.[revisionLabel] !== revision);
    for (const pod of stale.slice(0, Math.max(0, allowed - missing))) endPod(this.#world, pod);
  }

  #report(key: string, desired: number, revision: string): void {
    const set = this.#world.store.getByKey('daemonsets', key);
    if (set === undefined) return;
    const living = podsOf(this.#world, set).filter((pod) => !isDeleting(pod));
    const ready = living.filter(isReady).length;
    const updated = living.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision).length;
    this.#world.lifecycle.report('daemonsets', set, {
      currentNumberScheduled: living.length,
      numberMisscheduled: 0,
      desiredNumberScheduled: desired,
      numberReady: ready,
      observedGeneration: set.metadata.generation ?? 1,
      updatedNumberScheduled: updated,
      numberAvailable: ready,
      ...(desired > ready ? { numberUnavailable: desired - ready } : {}),
    });
  }
}

export function daemonSets(world: World): Controller {
  return new DaemonSetController(world);
}
