/**
 * What `observe` needs from the outside: sources that can be followed, and probes that answer one question.
 */
import type { ClusterNotice, ClusterView } from '../model/cluster-view.ts';
import type { ClusterName } from '../model/identity.ts';
import type { ObjectRef } from '../model/cluster-records.ts';

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
