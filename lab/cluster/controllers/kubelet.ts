/**
 * The kubelets and the network plug-in: a placed pod gets an address of each family out of its node's subnets, becomes
 * Ready a little later, and on its way out keeps its address until it has stopped.
 *
 * A node whose condition Ready is not True has no Ready pods; a node that is removed takes its pods with it.
 *
 * Annotations of a pod that the lab understands: `lab/not-ready: "true"` keeps it from being Ready (or makes it not
 * Ready any more), `lab/run-ms` is how long a Job's pod runs.
 */
import {
  conditionOf,
  controllerOf,
  isDeleting,
  isFinished,
  isReady,
  keyOf,
  uidOf,
  type Condition,
  type Node,
  type Pod,
  type PodStatus,
} from '../objects.ts';
import { parseRange, Turnstile } from '../ranges.ts';
import type { Change } from '../store.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

export interface KubeletTimes {
  readonly podReadyMs: number;
  readonly terminationMs: number;
}

const jobRunMs = 1000;

type Stage = 'starting' | 'running' | 'ending';

function isNodeReady(node: Node): boolean {
  return conditionOf(node.status.conditions, 'Ready') === 'True';
}

class Kubelet implements Controller {
  readonly name = 'kubelet';
  readonly #world: World;
  readonly #times: KubeletTimes;
  readonly #stages = new Map<string, Stage>();
  readonly #pools = new Map<string, readonly Turnstile[]>();

  constructor(world: World, times: KubeletTimes) {
    this.#world = world;
    this.#times = times;
  }

  keysOf(change: Change): Iterable<string> {
    if (change.resource === 'nodes') return this.#onNode(change);
    if (change.resource !== 'pods') return [];
    if (change.type === 'DELETED') {
      this.#release(change.object as Pod);
      return [];
    }
    return (change.object as Pod).spec.nodeName === undefined ? [] : [change.key];
  }

  reconcile(key: string): void {
    const pod = this.#world.store.getByKey('pods', key);
    if (pod?.spec.nodeName === undefined) return;
    if (this.#world.store.get('nodes', undefined, pod.spec.nodeName) === undefined) {
      this.#world.lifecycle.remove('pods', key, { graceSeconds: 0 });
      return;
    }
    const stage = this.#stages.get(uidOf(pod));
    if (isDeleting(pod)) {
      if (stage !== 'ending') this.#end(pod);
    } else if (stage === undefined && !isFinished(pod)) this.#start(pod);
    else if (stage === 'running') this.#turn(pod);
  }

  /** A node that goes, or turns ready or not, concerns all its pods. */
  #onNode({ type, object, previous }: Change): string[] {
    const now = type === 'DELETED' ? undefined : isNodeReady(object as Node);
    if (previous === undefined || now === isNodeReady(previous as Node)) return [];
    const here = this.#world.store.list('pods').filter(({ spec }) => spec.nodeName === object.metadata.name);
    return here.map(keyOf);
  }

  #wantsReady(pod: Pod): boolean {
    if (pod.metadata.annotations?.['lab/not-ready'] === 'true') return false;
    const node = this.#world.store.get('nodes', undefined, pod.spec.nodeName ?? '');
    return node !== undefined && isNodeReady(node);
  }

  #start(pod: Pod): void {
    this.#stages.set(uidOf(pod), 'starting');
    const key = keyOf(pod);
    const half = this.#times.podReadyMs / 2;
    this.#world.clock.after(half, () => {
      const current = this.#alive(key, pod);
      if (current === undefined) return;
      this.#run(current);
      this.#world.clock.after(half, () => {
        const running = this.#alive(key, pod);
        if (running === undefined) return;
        this.#stages.set(uidOf(pod), 'running');
        this.#turn(running);
        this.#finishLater(running);
      });
    });
  }

  /** The same pod, still there and not ending. */
  #alive(key: string, pod: Pod): Pod | undefined {
    const current = this.#world.store.getByKey('pods', key);
    return current !== undefined && uidOf(current) === uidOf(pod) && !isDeleting(current)
      ? current
      : undefined;
  }

  /** Running, with addresses, not Ready yet. */
  #run(pod: Pod): void {
    const node = this.#world.store.get('nodes', undefined, pod.spec.nodeName ?? '');
    const hostIP = node?.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
    const ips = pod.spec.hostNetwork === true ? [hostIP] : this.#addresses(node, uidOf(pod));
    const [podIP] = ips;
    if (podIP === undefined) return;
    const startTime = this.#world.clock.stamp();
    const status = {
      ...pod.status,
      hostIP,
      hostIPs: [{ ip: hostIP }],
      podIP,
      podIPs: ips.map((ip) => ({ ip })),
      startTime,
    };
    this.#world.lifecycle.report('pods', pod, this.#readiness(pod, { ...status, phase: 'Running' }, false));
  }

  #turn(pod: Pod): void {
    const wanted = this.#wantsReady(pod);
    if (pod.status.podIP === undefined || isFinished(pod) || isReady(pod) === wanted) return;
    this.#world.lifecycle.report('pods', pod, this.#readiness(pod, pod.status, wanted));
  }

  #readiness(pod: Pod, status: PodStatus, ready: boolean): PodStatus {
    const stamp = this.#world.clock.stamp();
    const condition = (type: string, value: boolean): Condition => {
      const known = pod.status.conditions?.find((one) => one.type === type);
      const turned = known?.status === (value ? 'True' : 'False') ? known['lastTransitionTime'] : stamp;
      return { type, status: value ? 'True' : 'False', lastProbeTime: null, lastTransitionTime: turned };
    };
    return {
      ...status,
      conditions: [
        condition('PodScheduled', true),
        condition('Initialized', true),
        condition('ContainersReady', ready),
        condition('Ready', ready),
      ],
      containerStatuses: pod.spec.containers.map(({ name, image }) => ({
        name,
        state: { running: { startedAt: status.startTime ?? stamp } },
        lastState: {},
        ready,
        restartCount: 0,
        image,
        imageID: '',
        started: ready,
      })),
    };
  }

  #finishLater(pod: Pod): void {
    if (controllerOf(pod)?.kind !== 'Job') return;
    const runMs = Number(pod.metadata.annotations?.['lab/run-ms'] ?? jobRunMs);
    const key = keyOf(pod);
    this.#world.clock.after(runMs, () => {
      const current = this.#alive(key, pod);
      if (current === undefined) return;
      const status = this.#readiness(current, { ...current.status, phase: 'Succeeded' }, false);
      this.#release(current);
      this.#world.lifecycle.report('pods', current, status);
    });
  }

  #end(pod: Pod): void {
    this.#stages.set(uidOf(pod), 'ending');
    const key = keyOf(pod);
    const grace = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    this.#world.clock.after(Math.min(this.#times.terminationMs, grace), () => {
      const current = this.#world.store.getByKey('pods', key);
      if (current === undefined || uidOf(current) !== uidOf(pod)) return;
      if (current.status.podIP !== undefined) {
        this.#world.lifecycle.report('pods', current, this.#readiness(current, current.status, false));
      }
      this.#world.lifecycle.finish(key);
    });
  }

  #addresses(node: Node | undefined, holder: string): string[] {
    if (node === undefined) return [];
    let pools = this.#pools.get(uidOf(node));
    if (pools === undefined) {
      // The first address of a subnet is the node's end of the pods' links.
      pools = (node.spec.podCIDRs ?? []).map((cidr) => new Turnstile(parseRange(cidr), 2));
      this.#pools.set(uidOf(node), pools);
    }
    return pools.map((pool) => pool.take(holder)).filter((address) => address !== undefined);
  }

  #release(pod: Pod): void {
    this.#stages.delete(uidOf(pod));
    const node = this.#world.store.get('nodes', undefined, pod.spec.nodeName ?? '');
    const pools = node === undefined ? [] : (this.#pools.get(uidOf(node)) ?? []);
    for (const { ip } of pod.status.podIPs ?? []) for (const pool of pools) pool.give(ip, uidOf(pod));
  }
}

export function kubelet(world: World, times: KubeletTimes): Controller {
  return new Kubelet(world, times);
}
