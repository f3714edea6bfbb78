/**
 * What the plan is made from. All of it is read, none of it is changed: making a plan has no effect.
 */
import type { Freshness } from '../model/freshness.ts';
import type {
  SourceName,
  InstanceId,
  KeyText,
  MappingName,
  ShortId,
  SystemName,
  TargetKey,
} from '../model/identity.ts';
import type { IpPrefix } from '../model/ip.ts';
import type { Mapping } from '../model/mapping.ts';
import type { Approval, DrainId, Explanation } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ObjectRef } from '../model/cluster-records.ts';
import type { OwnershipMark } from '../model/ownership-mark.ts';
import type { ActualObject, Attributes, DesiredItem, DesiredObject, ItemId } from '../model/target-object.ts';

/** How an address left a target object; kept until the item is gone from the system. */
export interface Departure {
  readonly explanation: Explanation;
  /** Whom to ask when unexplained: its 404 explains the departure. */
  readonly owner: { readonly cluster: SourceName; readonly ref: ObjectRef } | undefined;
  /** What had the address is still there, and may finish what it has begun. */
  readonly alive: boolean;
}

/**
 * The desired state, as the plan reads it, canonical as the system would read it back. Objects are immutable: as long as
 * `get` returns the same one, the plan takes the key's difference from memory.
 */
export interface DesiredView {
  /** Keys that a mapping wants on this system now. */
  keys(system: SystemName): Iterable<KeyText>;
  get(key: KeyText): DesiredObject | undefined;
  /** undefined: nothing is known of it (it was there before this process started): unexplained. */
  departure(key: KeyText, item: ItemId): Departure | undefined;
  /** Where else this item is wanted on the same system: a removal that is a move. */
  wantedElsewhere(key: KeyText, item: ItemId): readonly KeyText[];
  /**
   * Whether what a source contributes to a mapping may be added to and removed from. `source` is the short id in the mark;
   * `-` means the worst of the mapping's sources. A source that the mapping no longer names is `synced`: the edit explains it.
   */
  freshness(mapping: MappingName, source: ShortId | '-'): Freshness;
  /** Of the mapping as a whole: what is on a key is with its object. */
  problems(mapping: MappingName): readonly Problem[];
}

/** The system, as the plan reads it. Objects are immutable, as in `DesiredView`. */
export interface ActualView {
  get(key: TargetKey): ActualObject | Problem;
  owned(): Iterable<ActualObject>;
  holders(key: TargetKey, prefix: IpPrefix): readonly { readonly key: TargetKey; readonly ours: boolean }[];
  /**
   * Whether the same prefix in both would collide: one VRF, or a leak between theirs. Answer true when that cannot be told.
   * Symmetric; independent of what is in them now.
   */
  collide(one: TargetKey, other: TargetKey): boolean;
  /** Why the system would refuse the item as things are, though nothing is wrong with it: no MAC address, where one is demanded. `without`: as if that item were not there, and did not come. */
  lacks(object: DesiredObject, item: DesiredItem, without?: ItemId): Problem | undefined;
  /** Whether an item that only refers by name (a contract, a master) would find what it names. false: it is not there, or not read. */
  resolves(key: TargetKey, itemKind: string, itemName: string): boolean;
  readonly conflictsFullyChecked: boolean;
}

export interface GuardWindow {
  /** Addresses of the mapping that were present at the oldest act still in the window. */
  readonly sizeAtStart: number;
  /**
   * Unexplained removals already sent in the window, net of what came back, by `changeId`: one that failed and is planned again
   * is not counted twice.
   */
  readonly removed: ReadonlySet<string>;
}

/** What a change leaves on the system. */
export interface Leaves {
  readonly attributes: Attributes;
  readonly mark: OwnershipMark;
}

/** The ledger, as the plan reads it. */
export interface LedgerView {
  readonly instance: InstanceId;
  /** false: first contact; the mapping plans as `report`. */
  hasRun(mapping: MappingName): boolean;
  readonly paused: boolean;
  approvals(mapping: MappingName): readonly Approval[];
  /** undefined: nothing unexplained was removed within the window; the size is then what is present now. */
  guardWindow(mapping: MappingName, system: SystemName): GuardWindow | undefined;
  /** Since when a `deleteObject` has stood in the plans, that is, since when the object has been empty. */
  emptySince(key: KeyText): number | undefined;
  /** Since when it is on its way out, milliseconds since the epoch. */
  drainingSince(item: DrainId): number | undefined;
  /** An explanation found by a probe after the departure. */
  probed(key: KeyText, item: ItemId): Explanation | undefined;
  /** Whether someone keeps changing back what the change (as `changeId` names it) would leave: three times in ten minutes. */
  isFoughtOver(changeId: string, leaves: Leaves): boolean;
  /** The change (as `changeId` names it) failed and waits until then (by the plan's `now`), with why. */
  backOff(changeId: string): { readonly until: number; readonly problem: Problem } | undefined;
}

export interface PlanInput {
  readonly system: SystemName;
  /** Every mapping of the document, in its order, whatever system it is for: what none of them names is an orphan. */
  readonly mappings: readonly Mapping[];
  readonly guard: {
    readonly share: number;
    readonly atLeast: number;
    readonly atMost: number;
    readonly windowMs: number;
  };
  readonly desired: DesiredView;
  readonly actual: ActualView;
  readonly ledger: LedgerView;
  readonly now: number;
}
