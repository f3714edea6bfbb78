/**
 * Sources and systems as faces show them.
 */
import { clusterKinds, type ObservedKind } from '../model/cluster-records.ts';
import type { SourceView } from '../model/source-view.ts';
import type { Freshness } from '../model/freshness.ts';
import type { SourceName, SystemName } from '../model/identity.ts';
import { problemOrNull } from './problem-model.ts';
import type { KindModel, PresentView, ReportedDocument, SourceModel, SystemModel } from './ports.ts';

/** Which kinds are followed of a source. */
export type KindsOf = (source: SourceName) => readonly ObservedKind[];

/** Unless said otherwise: everything that there could be. */
export function everyKind(source: SourceModel['kind']): readonly ObservedKind[] {
  return source === 'fabric' ? ['LearnedEndpoint'] : clusterKinds;
}

interface SourceTraits {
  readonly kind: SourceModel['kind'];
  readonly kinds: readonly ObservedKind[];
}

export function sourceKind(name: SourceName, { fabrics }: ReportedDocument): SourceModel['kind'] {
  return fabrics.some((fabric) => fabric.name === name) ? 'fabric' : 'cluster';
}

export function systemKind(name: SystemName, { loadBalancers }: ReportedDocument): SystemModel['kind'] {
  return loadBalancers.find((each) => each.name === name)?.kind ?? 'fabric';
}

export function sourceModel(view: SourceView, { kind: of, kinds }: SourceTraits): SourceModel {
  const models = kinds.map((kind) => kindModel(view, kind));
  const freshness = view.freshness(kinds);
  const contacts = models.map((model) => model.lastContact).filter((at) => at !== null);
  return {
    name: view.name,
    kind: of,
    identity: view.identity ?? null,
    freshness,
    objects: models.reduce((sum, model) => sum + model.count, 0),
    lastContact: freshness === 'synced' || contacts.length === 0 ? null : Math.max(...contacts),
    problem: problemOrNull(view.problem),
    kinds: models,
  };
}

function kindModel(view: SourceView, kind: ObservedKind): KindModel {
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

export function systemModel(name: SystemName, kind: SystemModel['kind'], memory: SystemMemory): SystemModel {
  const { view, lastRound, lastWrite } = memory;
  return {
    name,
    kind,
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
