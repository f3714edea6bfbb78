/**
 * Who holds an address within one cluster. A CNI may give an address away before the old pod object is gone, so several
 * pods can carry it: the live claim wins (not terminating, then the latest start, then path order). Pods that have
 * finished claim nothing; host-network pods share their node's address and claim nothing for themselves.
 */
import type { PodRecord } from '../model/cluster-records.ts';
import type { ObjectPath } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';

export function claimsOf(pod: PodRecord): readonly IpAddress[] {
  return pod.finished || pod.hostNetwork ? [] : pod.addresses;
}

/** Whether the first pod's claim is better than the second's. Total and strict on pods of different paths. */
export function outranks(pod: PodRecord, other: PodRecord): boolean {
  if (pod.terminating !== other.terminating) return other.terminating;
  if (pod.startedAt !== other.startedAt) return pod.startedAt > other.startedAt;
  return pod.path < other.path;
}

export class Claims {
  readonly #pods = new Map<IpAddress, PodRecord[]>();

  /** Replaces what a pod claims; returns the other pods that claim one of the same addresses, before or after. */
  replace(before: PodRecord | undefined, after: PodRecord | undefined): ReadonlySet<ObjectPath> {
    const peers = new Set<ObjectPath>();
    if (before !== undefined) for (const address of claimsOf(before)) this.#drop(address, before, peers);
    if (after !== undefined) for (const address of claimsOf(after)) this.#add(address, after, peers);
    return peers;
  }

  holds(pod: PodRecord, address: IpAddress): boolean {
    const pods = this.#pods.get(address);
    return pods === undefined || pods.every((other) => other.path === pod.path || outranks(pod, other));
  }

  #drop(address: IpAddress, pod: PodRecord, peers: Set<ObjectPath>): void {
    const others = this.#others(address, pod, peers);
    if (others.length === 0) this.#pods.delete(address);
    else this.#pods.set(address, others);
  }

  #add(address: IpAddress, pod: PodRecord, peers: Set<ObjectPath>): void {
    this.#pods.set(address, [...this.#others(address, pod, peers), pod]);
  }

  #others(address: IpAddress, pod: PodRecord, peers: Set<ObjectPath>): PodRecord[] {
    const others = (this.#pods.get(address) ?? []).filter((other) => other.path !== pod.path);
    for (const other of others) peers.add(other.path);
    return others;
  }
}
