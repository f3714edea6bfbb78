/** The scheduler: gives each pod a node, in turn, where the node takes pods and has addresses left. */
import { isDeleting, isFinished, keyOf, type Node, type Pod } from '../objects.ts';
import { podAddressesPerNode } from '../nodes.ts';
import type { Change } from '../store.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

class Scheduler implements Controller {
  readonly name = 'scheduler';
  readonly #world: World;
  /** Pods per node, kept from the changes themselves. */
  readonly #load = new Map<string, number>();
  readonly #waiting = new Set<string>();
  #turn = 0;

  constructor(world: World) {
    this.#world = world;
  }

  keysOf(change: Change): Iterable<string> {
    if (change.resource === 'nodes') return [...this.#waiting];
    if (change.resource !== 'pods') return [];
    this.#account(change);
    if (change.type === 'DELETED') {
      this.#waiting.delete(change.key);
      return [...this.#waiting].slice(0, 1);
    }
    return (change.object as Pod).spec.nodeName === undefined ? [change.key] : [];
  }

  reconcile(key: string): void {
    const pod = this.#world.store.getByKey('pods', key);
    if (pod === undefined || pod.spec.nodeName !== undefined || isDeleting(pod) || isFinished(pod)) return;
    const node = this.#choose(pod);
    if (node === undefined) return this.#postpone(pod);
    this.#waiting.delete(key);
    const scheduled = {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: this.#world.clock.stamp(),
    };
    this.#world.store.put('pods', {
      ...pod,
      spec: { ...pod.spec, nodeName: node.metadata.name },
      status: { ...pod.status, conditions: [scheduled] },
    });
  }

  #account({ object, previous, type }: Change): void {
    const before = (previous as Pod | undefined)?.spec.nodeName;
    const after = type === 'DELETED' ? undefined : (object as Pod).spec.nodeName;
    if (before === after) return;
    if (before !== undefined) this.#load.set(before, (this.#load.get(before) ?? 0) - 1);
    if (after !== undefined) this.#load.set(after, (this.#load.get(after) ?? 0) + 1);
  }

  #choose(pod: Pod): Node | undefined {
    const nodes = this.#world.store.list('nodes');
    for (let tries = 0; tries < nodes.length; tries += 1) {
      this.#turn = (this.#turn + 1) % nodes.length;
      const node = nodes[this.#turn];
      if (node !== undefined && this.#takes(node, pod)) return node;
    }
    return undefined;
  }

  #takes(node: Node, pod: Pod): boolean {
    if (node.spec.unschedulable === true || isDeleting(node)) return false;
    if ((this.#load.get(node.metadata.name) ?? 0) >= podAddressesPerNode) return false;
    const labels = node.metadata.labels ?? {};
    return Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  }

  #postpone(pod: Pod): void {
    this.#waiting.add(keyOf(pod));
    const count = this.#world.store.count('nodes');
    const reason = {
      type: 'PodScheduled',
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: this.#world.clock.stamp(),
      reason: 'Unschedulable',
      message: `0/${count} nodes are available: ${count} node(s) take no more pods.`,
    };
    if (pod.status.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False'))
      return;
    this.#world.lifecycle.report('pods', pod, { ...pod.status, conditions: [reason] });
  }
}

export function scheduler(world: World): Controller {
  return new Scheduler(world);
}
