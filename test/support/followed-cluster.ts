/**
 * A cluster that is followed the way the product follows it, with what it told written down.
 */
import {
  createKubernetesCatalogue,
  type KubernetesCatalogue,
  type KubernetesOptions,
} from '../../backend/adapters/kubernetes/catalogue.ts';
import { systemClock } from '../../backend/model/clock.ts';
import type { SourceName } from '../../backend/model/identity.ts';
import { createClusterSource } from '../../backend/observe/cluster-source.ts';
import type { Probe, Source } from '../../backend/observe/ports.ts';
import type { Freshness } from '../../backend/model/freshness.ts';
import type { ObservedKind } from '../../backend/model/cluster-records.ts';

export interface Remembered {
  identity: string | undefined;
  resourceVersion: string | undefined;
}

export interface FollowedCluster {
  readonly source: Source & Probe;
  readonly catalogue: KubernetesCatalogue;
  /** What is remembered beyond the process; a test may change it, as a person would. */
  readonly remembered: Remembered;
  /** `sighting path`, in the order told. */
  readonly sightings: string[];
  /** Every freshness that pods, or the first of the kinds, went through, without repetition. */
  readonly freshnesses: Freshness[];
  readonly signal: AbortSignal;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export type FollowOptions = Pick<KubernetesOptions, 'server'> &
  Partial<KubernetesOptions> & {
    readonly caPem: string;
    readonly token?: string;
    readonly remembered?: Remembered;
  };

/** By default: pods, watched, with a clock that runs twenty times as fast as the machine's. */
export function followCluster(options: FollowOptions): FollowedCluster {
  const { caPem, token = 'token', kinds = ['Pod'], clock = systemClock(20) } = options;
  const remembered = options.remembered ?? { identity: undefined, resourceVersion: undefined };
  const catalogue = createKubernetesCatalogue({
    name: 'prod' as SourceName,
    trust: { caPem },
    credentials: { token },
    observe: { mode: 'watch' },
    random: () => 0.5,
    expectedIdentity: () => remembered.identity,
    onIdentity: (identity) => (remembered.identity = identity),
    lowestResourceVersion: () => remembered.resourceVersion,
    onResourceVersion: (version) => (remembered.resourceVersion = version),
    ...options,
    kinds,
    clock,
    // Clocks run fast here, and a busy machine is not a silent server.
    limits: { listSilenceMs: 3_600_000, ...options.limits },
  });
  const source = createClusterSource({ catalogue, clock });
  const sightings: string[] = [];
  source.onNotices((notices) => {
    for (const { sighting, path } of notices) sightings.push(`${sighting} ${path}`);
  });
  const freshnesses = recordFreshness(source, kinds[0] ?? 'Pod');
  const ending = new AbortController();
  source.start(ending.signal);
  return {
    source,
    catalogue,
    remembered,
    sightings,
    freshnesses,
    signal: ending.signal,
    settled: () => source.settled(ending.signal),
    stop: () => {
      ending.abort(new Error('the test is over'));
      return source.stopped();
    },
  };
}

function recordFreshness(source: Source, kind: ObservedKind): Freshness[] {
  const freshnesses: Freshness[] = ['unknown'];
  source.onFreshness(() => {
    const { freshness } = source.view.kind(kind);
    if (freshnesses.at(-1) !== freshness) freshnesses.push(freshness);
  });
  return freshnesses;
}
