/**
 * A cluster as it is known now: the records that a catalogue tells, per kind, with how far each kind can be believed.
 *
 * In: lists, watch events, losses of contact. Out: the `SourceView`, and sightings of what changed in it. Must not know
 * how a cluster is read, nor what anybody wants from it.
 */
import type { Clock } from '../model/clock.ts';
import type { SourceRecord, ObservedKind } from '../model/cluster-records.ts';
import type { SourceNotice, SourceView, KindView } from '../model/source-view.ts';
import { worst, type Freshness } from '../model/freshness.ts';
import type { SourceName, ObjectPath } from '../model/identity.ts';
import type { Problem } from '../model/problems.ts';
import { createKindShelf, type KindShelf } from './kind-shelf.ts';
import type { CatalogueListener } from './ports.ts';

export interface MirrorOptions {
  readonly name: SourceName;
  readonly kinds: readonly ObservedKind[];
  readonly clock: Clock;
  readonly onNotice: (notice: SourceNotice) => void;
  /** Freshness, identity or a problem changed. */
  readonly onFreshness: () => void;
}

export interface ClusterMirror {
  readonly view: SourceView;
  readonly listener: CatalogueListener;
  /** Kinds of which nothing has been told yet, neither a list nor a loss. */
  readonly untold: ReadonlySet<ObservedKind>;
}

interface Shelved {
  readonly shelf: KindShelf;
  isLive: boolean;
  lastContact: number;
  problem: Problem | undefined;
}

/** With these another cluster, or another time of it, may answer: nothing that is read counts. */
const voiding: ReadonlySet<Problem['code'] | undefined> = new Set([
  'cluster.identity',
  'cluster.rewound',
] as const);

function isSame(a: Problem | undefined, b: Problem | undefined): boolean {
  return a?.code === b?.code && a?.detail === b?.detail;
}

const nothing: ReadonlyMap<ObjectPath, SourceRecord> = new Map();
const unfollowed: KindView = { freshness: 'unknown', count: 0, lastContact: 0, problem: undefined };

export function createClusterMirror(options: MirrorOptions): ClusterMirror {
  const { name, kinds, clock, onNotice, onFreshness } = options;
  const shelves = new Map<ObservedKind, Shelved>();
  for (const kind of kinds) {
    const shelf = createKindShelf((path, sighting) =>
      onNotice({ cluster: name, kind, path, sighting, at: clock.now() }),
    );
    shelves.set(kind, { shelf, isLive: false, lastContact: 0, problem: undefined });
  }
  const untold = new Set(kinds);
  const state: { identity: string | undefined; problem: Problem | undefined } = {
    identity: undefined,
    problem: undefined,
  };

  const freshnessOf = ({ shelf, isLive }: Shelved): Freshness => {
    if (!shelf.isListed || voiding.has(state.problem?.code)) return 'unknown';
    return isLive ? 'synced' : 'stale';
  };
  const recordsOf = (kind: ObservedKind): ReadonlyMap<ObjectPath, SourceRecord> =>
    shelves.get(kind)?.shelf.records ?? nothing;

  const view: SourceView = {
    name,
    get identity() {
      return state.identity;
    },
    get problem() {
      return state.problem;
    },
    freshness: (asked) => worst([...asked].map((kind) => view.kind(kind).freshness)),
    kind: (kind) => {
      const shelved = shelves.get(kind);
      if (shelved === undefined) return unfollowed;
      const { shelf, lastContact, problem } = shelved;
      return { freshness: freshnessOf(shelved), count: shelf.records.size, lastContact, problem };
    },
    // A shelf holds records of its own kind only, which the type of the map cannot say.
    get: (kind, path) => recordsOf(kind).get(path) as never,
    all: (kind) => recordsOf(kind).values() as never,
  };
  return { view, listener: createListener({ shelves, untold, state, onFreshness, clock }), untold };
}

interface ListenerOptions {
  readonly shelves: ReadonlyMap<ObservedKind, Shelved>;
  readonly untold: Set<ObservedKind>;
  readonly state: { identity: string | undefined; problem: Problem | undefined };
  readonly clock: Clock;
  readonly onFreshness: () => void;
}

function createListener(options: ListenerOptions): CatalogueListener {
  const { shelves, untold, state, clock, onFreshness } = options;

  const live = (kind: ObservedKind): void => {
    const shelved = shelves.get(kind);
    if (shelved === undefined) return;
    shelved.lastContact = clock.now();
    if (shelved.isLive && shelved.problem === undefined) return;
    shelved.isLive = true;
    shelved.problem = undefined;
    onFreshness();
  };

  return {
    live,
    identified: (identity) => {
      if (state.identity === identity) return;
      state.identity = identity;
      onFreshness();
    },
    clusterProblem: (problem) => {
      if (isSame(state.problem, problem)) return;
      state.problem = problem;
      onFreshness();
    },
    voided: () => {
      for (const { shelf } of shelves.values()) shelf.voidAll();
      onFreshness();
    },
    listed: (kind, list) => {
      const shelf = shelves.get(kind)?.shelf;
      const wasListed = shelf?.isListed;
      const difference = shelf?.list(list) ?? { changed: 0, missing: 0 };
      untold.delete(kind);
      live(kind);
      if (wasListed !== true) onFreshness();
      return difference;
    },
    watched: (record) => shelves.get(record.kind)?.shelf.watch(record),
    deleted: (record) => shelves.get(record.kind)?.shelf.delete(record),
    lost: (kind, problem) => {
      const shelved = shelves.get(kind);
      if (shelved === undefined) return;
      const isNews = shelved.isLive || !isSame(shelved.problem, problem) || untold.has(kind);
      shelved.isLive = false;
      shelved.problem = problem;
      untold.delete(kind);
      if (isNews) onFreshness();
    },
  };
}
