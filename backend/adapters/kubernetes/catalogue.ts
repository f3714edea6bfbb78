/**
 * Kubernetes as a catalogue: one cluster, followed kind by kind over one pool of connections.
 *
 * In: where the cluster is, how it is verified, our credentials (the secrets themselves), the kinds, watch or poll, and
 * what is remembered of its identity. Out: complete lists, watch events and losses of contact, to one listener; answers
 * of probes. Must not know what is kept of it (`observe`), nor what for. One kind that fails stops no other.
 */
import type { Clock } from '../../model/clock.ts';
import type { ClusterKind } from '../../model/cluster-records.ts';
import type { SourceName } from '../../model/identity.ts';
import type { ObserveMode } from '../../model/mapping.ts';
import type { Catalogue, CatalogueListener, Probe } from '../../observe/ports.ts';
import type { PeerTrust } from '../http/trust.ts';
import { createApiServer, type ApiServer } from './api-server.ts';
import type { Follow, ServerTraits } from './complete-read.ts';
import { createCounters, type KindCounters } from './counters.ts';
import type { ClusterCredentials } from './credentials.ts';
import { createIdentityGate, type ClusterMemory, type IdentityGate } from './identity-gate.ts';
import { createInterner } from './interner.ts';
import { usualLimits, type Limits } from './limits.ts';
import { createPoller } from './poller.ts';
import { createProbe } from './probe.ts';
import { createReflector, type Follower } from './reflector.ts';
import { cronSchedule, everySchedule, type Schedule } from './schedule.ts';

export interface KubernetesOptions extends ClusterMemory {
  readonly name: SourceName;
  /** `https://host[:port][/prefix]` */
  readonly server: string;
  readonly trust: PeerTrust;
  readonly credentials: ClusterCredentials;
  readonly observe: ObserveMode;
  /** Only these are read. */
  readonly kinds: readonly ClusterKind[];
  readonly clock: Clock;
  /** In [0, 1); for jitter only. */
  readonly random?: () => number;
  readonly limits?: Partial<Limits>;
}

export interface KubernetesCatalogue extends Catalogue, Probe {
  /** Counters since start, per followed kind. */
  readonly counters: ReadonlyMap<ClusterKind, Readonly<KindCounters>>;
}

export function createKubernetesCatalogue(options: KubernetesOptions): KubernetesCatalogue {
  const { name, kinds } = options;
  const limits: Limits = { ...usualLimits, ...options.limits };
  // A watch, a list beside it and a check for each kind, and a few for probes: nobody waits for a connection.
  const connections = kinds.length * 3 + 4;
  const server = createApiServer({ ...options, connections, timeoutMs: limits.requestMs });
  const counters = new Map(kinds.map((kind) => [kind, createCounters()]));
  const schedule = scheduleOf(options.observe, options.clock);
  const relay = createRelay();
  const gate = createIdentityGate(server, options, {
    identified: (identity) => relay.listener?.identified(identity),
    clusterProblem: (problem) => relay.listener?.clusterProblem(problem),
    voided: () => {
      relay.listener?.voided();
      for (const follower of relay.followers) follower.restart();
    },
    returned: () => {
      for (const follower of relay.followers) follower.retry();
    },
  });

  return {
    cluster: name,
    kinds,
    counters,
    ...createProbe(server, gate),
    relist: () => {
      for (const follower of relay.followers) follower.relist();
    },
    follow: async (listener, signal) => {
      relay.listener = listener;
      for (const follow of followsOf({ options, limits, server, counters, gate, listener }))
        relay.followers.push(
          schedule === undefined ? createReflector(follow) : createPoller(follow, schedule),
        );
      await Promise.allSettled(relay.followers.map((follower) => follower.run(signal)));
      await server.close().catch(() => undefined);
    },
  };
}

interface Relay {
  listener: CatalogueListener | undefined;
  readonly followers: Follower[];
}

function createRelay(): Relay {
  return { listener: undefined, followers: [] };
}

/** undefined: watch. Throws on an expression that is none, which the document has refused before. */
function scheduleOf(observe: ObserveMode, clock: Clock): Schedule | undefined {
  if (observe.mode === 'watch') return undefined;
  if ('everyMs' in observe) return everySchedule(observe.everyMs);
  const schedule = cronSchedule(observe.cron, observe.zone, clock);
  if (schedule === undefined) throw new Error(`not a cron expression: ${observe.cron}`);
  return schedule;
}

interface Parts {
  readonly options: KubernetesOptions;
  readonly limits: Limits;
  readonly server: ApiServer;
  readonly counters: ReadonlyMap<ClusterKind, KindCounters>;
  readonly gate: IdentityGate;
  readonly listener: CatalogueListener;
}

function followsOf({ options, limits, server, counters, gate, listener }: Parts): Follow[] {
  const { kinds, clock, random = Math.random, observe } = options;
  const interner = createInterner();
  // Lists in pages need the right to list only, which is all that polling asks for.
  const traits: ServerTraits = { streamsLists: observe.mode === 'watch' };
  return kinds.map((kind) => {
    const own = counters.get(kind) ?? createCounters();
    return {
      access: { kind, server, clock, random, limits, interner, counters: own },
      gate,
      listener,
      traits,
    };
  });
}
