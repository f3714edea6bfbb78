/**
 * Clusters and systems as faces show them.
 */
import type { ObservedKind } from '../model/cluster-records.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import type { Freshness } from '../model/freshness.ts';
import type { ClusterName, SystemName } from '../model/identity.ts';
import { problemOrNull } from './problem-model.ts';
import type { ClusterModel, FabricModel, KindModel, PresentView } from './ports.ts';

export const observedKinds: readonly ObservedKind[] = [
  'Namespace',
  'Node',
  'Pod',
  'Service',
  'EndpointSlice',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
];

/** Which kinds are followed of a cluster. */
export type KindsOf = (cluster: ClusterName) => readonly ObservedKind[];

export function clusterModel(view: ClusterView, kinds: readonly ObservedKind[]): ClusterModel {
  const models = kinds.map((kind) => kindModel(view, kind));
  const freshness = view.freshness(kinds);
  const contacts = models.map((model) => model.lastContact).filter((at) => at !== null);
  return {
    name: view.name,
    identity: view.identity ?? null,
    freshness,
    objects: models.reduce((sum, model) => sum + model.count, 0),
    lastContact: freshness === 'synced' || contacts.length === 0 ? null : Math.max(...contacts),
    problem: problemOrNull(view.problem),
    kinds: models,
  };
}

function kindModel(view: ClusterView, kind: ObservedKind): KindModel {
  const { freshness, count, lastContact, problem } = view.kind(kind);
  return {
    kind,
    freshness,
    count,
    // While it is live the moment moves all the time, which is no news to anyone.
    lastContact: freshness === 'synced' ? null : lastContact,
    problem: problemOrNull(problem),
  };
}

/** What is remembered of a system between rounds. */
export interface SystemMemory {
  readonly view: PresentView;
  lastRound: number;
  lastWrite: number;
  /** As of when the view was last given. */
  readonly isLost: boolean;
}

export function fabricModel(name: SystemName, memory: SystemMemory): FabricModel {
  const { view, lastRound, lastWrite } = memory;
  return {
    name,
    identity: view.identity ?? null,
    freshness: systemFreshness(memory),
    lastRound,
    lastWrite,
    conflictsFullyChecked: view.conflictsFullyChecked,
    problem: problemOrNull(view.problem),
  };
}

function systemFreshness({ view, lastRound }: SystemMemory): Freshness {
  if (view.problem === undefined && view.identity !== undefined) return 'synced';
  return lastRound > 0 ? 'stale' : 'unknown';
}
