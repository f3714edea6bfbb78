/**
 * What `observe` needs from the outside: sources that can be followed, and probes that answer one question.
 */
import type { ClusterNotice, ClusterView } from '../model/cluster-view.ts';
import type { ClusterName, ObjectPath } from '../model/identity.ts';
import type { ClusterRecord, ObjectRef, ObservedKind } from '../model/cluster-records.ts';
import type { Problem } from '../model/problems.ts';

/** A cluster that is followed. The view is live; notices say what in it changed. */
export interface Source {
  readonly name: ClusterName;
  readonly view: ClusterView;
  /** Begins to follow; resolves at once. Never throws: what goes wrong is in the view. */
  start(signal: AbortSignal): void;
  /** Called after the view has changed, with a batch of notices (never empty). */
  onNotices(listener: (notices: readonly ClusterNotice[]) => void): void;
  /** Called when freshness, identity or problem of the view changed. */
  onFreshness(listener: () => void): void;
  /** Resolves when every kind is synced, or its first attempt has failed; or rejects on abort. */
  settled(signal: AbortSignal): Promise<void>;
  /** Resolves when, after the abort, everything is let go: connections closed, session logged out. Never rejects. */
  stopped(): Promise<void>;
  /** Rereads everything now, beside the watch; what it finds missing is noticed as `missing`. */
  resync(): void;
}

/** Asks a source one question, apart from the list or watch it normally believes. */
export interface Probe {
  /**
   * `gone`: the read answered 404, or an object of another uid. `present`: it is still there.
   * `unknown`: no clear answer.
   */
  isGone(ref: ObjectRef, signal: AbortSignal): Promise<'gone' | 'present' | 'unknown'>;
}

/** Everything there is of one kind, at one moment. There is no such thing as a part of one. */
export interface CompleteList {
  readonly records: ReadonlyMap<ObjectPath, ClusterRecord>;
  readonly resourceVersion: string;
}

/** What a list found that was not known before. */
export interface ListDifference {
  readonly changed: number;
  readonly missing: number;
}

/** Where the objects of a cluster are read from. It tells what it reads and keeps nothing: see `CatalogueListener`. */
export interface Catalogue {
  readonly cluster: ClusterName;
  readonly kinds: readonly ObservedKind[];
  /** Tells the listener until the signal is aborted; resolves when every connection is let go. Called once. Never rejects. */
  follow(listener: CatalogueListener, signal: AbortSignal): Promise<void>;
  /** Lists everything again now. */
  relist(): void;
}

export interface CatalogueListener {
  readonly identified: (identity: string) => void;
  /** Of the cluster as a whole; undefined: none any more. */
  readonly clusterProblem: (problem: Problem | undefined) => void;
  /** Everything told so far may be of another cluster or another time; nothing of it counts until it is listed again. */
  readonly voided: () => void;
  readonly listed: (kind: ObservedKind, list: CompleteList) => ListDifference;
  readonly watched: (record: ClusterRecord) => void;
  /** The last state of an object whose deletion a live watch reported. */
  readonly deleted: (record: ClusterRecord) => void;
  /** Contact is live, and nothing since the last list was missed. */
  readonly live: (kind: ObservedKind) => void;
  readonly lost: (kind: ObservedKind, problem: Problem) => void;
}
