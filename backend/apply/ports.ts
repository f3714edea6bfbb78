/**
 * What rounds need from an outside system. One System is one APIC, one BIG-IP or one HAProxy; it holds the only way of writing to it.
 */
import type { KeyText, SystemName, TargetKey } from '../model/identity.ts';
import type { Batch, Outcome } from '../model/outcome.ts';
import type { Change } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ActualObject, DesiredItem, DesiredObject, ItemId } from '../model/target-object.ts';
import type { Target } from '../model/mapping.ts';
import type { IpPrefix } from '../model/ip.ts';

/** The system as it is now, as far as rounds need it. Asking leaves no trace in it: previews ask for whatever somebody types. */
export interface SystemView {
  /** Of the system as a whole: unreachable, refused, another identity. Nothing is planned then. */
  readonly problem: Problem | undefined;
  /** Its identity; undefined until read. */
  readonly identity: string | undefined;
  /** The object, present or not. Throws nothing. `Problem`: this key's view is unknown (missing sentinel, half an answer). */
  get(key: TargetKey): ActualObject | Problem;
  /** Every object that carries a mark of ours (any instance), or holds an item that does. */
  owned(): Iterable<ActualObject>;
  /** Objects (keys in our words, ours or a person's) that hold this prefix where it would collide with `key`. */
  holders(key: TargetKey, prefix: IpPrefix): readonly { readonly key: TargetKey; readonly ours: boolean }[];
  /** As `ActualView.collide`: whether one prefix in both objects would collide. True when that cannot be told. */
  collide(one: TargetKey, other: TargetKey): boolean;
  /** As `ActualView.lacks`: why the system would refuse the item as things are. */
  lacks(object: DesiredObject, item: DesiredItem, without?: ItemId): Problem | undefined;
  /** As `ActualView.resolves`: whether an item that only refers by name (a contract, a master) would find what it names. */
  resolves(key: TargetKey, itemKind: string, itemName: string): boolean;
  /** false: not every place where a collision could be was read. */
  readonly conflictsFullyChecked: boolean;
}

export interface System {
  readonly name: SystemName;
  /** Bounds of one request. One object: requests are independent, and an unknown outcome of one says nothing of the next. */
  readonly batchObjects: number;
  readonly batchBytes: number;
  /** Logs in, reads everything once, subscribes; keeps doing so after a loss. Never throws: see `view.problem`. */
  start(signal: AbortSignal): void;
  /** Resolves when the first full read has succeeded or failed (see `view.problem`); rejects on abort. */
  settled(signal: AbortSignal): Promise<void>;
  /** Resolves when, after the abort, everything is let go: connections closed, session logged out. Never rejects. */
  stopped(): Promise<void>;
  /** What the mappings want on it, by which it knows where to look. Idempotent. */
  watchFor(targets: readonly Target[]): void;
  /**
   * Makes the view of these keys true: reads again whatever a notification put in doubt. A few keys of one container are read one by one,
   * more of them by one query. Connections of what drains are counted anew. Never rejects: what could not be read is a problem in
   * the view.
   */
  refresh(keys: readonly TargetKey[], signal: AbortSignal): Promise<void>;
  readonly view: SystemView;
  /** Pure: the desired object as this system would read it back (flag order, defaults, name limits). */
  canonicalise(object: DesiredObject): DesiredObject;
  /** What the change adds to a request, at most: what `batchObjects` and `batchBytes` bound. Pure and cheap. */
  cost(change: Change): { readonly objects: number; readonly bytes: number };
  /**
   * Sends one request. On `accepted` the view already shows it. On `unknown` the keys of the batch are in doubt and must be
   * refreshed before the next write. Deletions re-read ownership just before.
   */
  write(batch: Batch, signal: AbortSignal): Promise<Outcome>;
  /** Keys whose truth may have changed behind our back; `'all'` after a gap. */
  onDrift(listener: (keys: readonly KeyText[] | 'all', at: number) => void): void;
  onFreshness(listener: () => void): void;
}
