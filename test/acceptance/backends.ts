/**
 * The pods of a simulated cluster as servers that answer: each pod with a loopback address has a listener there from before it is Ready
 * until its object is gone, as a process in a pod has whose preStop hook lets it outlive its removal from everywhere.
 */
import { startMember, type Member } from '../../lab/haproxy/traffic.ts';
import type { Cluster } from '../../lab/cluster/cluster.ts';

export interface Backends {
  /** How many listen. */
  readonly count: number;
  stop(): Promise<void>;
}

interface PodShape {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status?: { readonly podIP?: string };
}

const lookEveryMs = 20;

export interface BackendsOptions {
  readonly namespace: string;
  readonly port: number;
  /** What each makes its clients wait. */
  readonly delayMs: (address: string) => number;
}

export function startBackends(cluster: Cluster, { namespace, port, delayMs }: BackendsOptions): Backends {
  const members = new Map<string, Promise<Member>>();
  const follow = (): void => {
    const there = new Set(addressesOf(cluster, namespace));
    for (const address of there)
      if (!members.has(address)) members.set(address, startMember(address, port, delayMs(address)));
    for (const [address, member] of members) {
      if (there.has(address)) continue;
      members.delete(address);
      void member.then((each) => each.stop());
    }
  };
  const timer = setInterval(follow, lookEveryMs);
  return {
    get count() {
      return members.size;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all([...members.values()].map(async (member) => (await member).stop()));
    },
  };
}

/** Of the pods that have one, those that end included. */
export function addressesOf(cluster: Cluster, namespace: string): string[] {
  return podsOf(cluster, namespace).flatMap(({ status }) =>
    status?.podIP === undefined ? [] : [status.podIP],
  );
}

/** Of the pods that shall stay. */
export function stayingAddresses(cluster: Cluster, namespace: string): string[] {
  return podsOf(cluster, namespace).flatMap(({ metadata, status }) =>
    status?.podIP === undefined || metadata.deletionTimestamp !== undefined ? [] : [status.podIP],
  );
}

function podsOf(cluster: Cluster, namespace: string): PodShape[] {
  return cluster.list('Pod', namespace);
}
