/**
 * The plan: every change with its own verdict. A plan is a value; making one never writes.
 */
import type { Brand, KeyText, MappingName, TargetKey } from './identity.ts';
import type { Mode } from './mapping.ts';
import type { Problem } from './problems.ts';
import type { Attributes, DesiredItem, ExposedAddress, ItemId } from './target-object.ts';
import type { OwnershipMark } from './ownership-mark.ts';
import type { IpAddress } from './ip.ts';

/**
 * How a removal was positively observed.
 * `unexplained` is the absence of all that: merely missing from a list.
 */
export type Explanation =
  | 'deleted' /* a live watch saw the deletion */
  | 'no-longer-qualifies' /* present in a complete read, and finished, relabelled, out of the mapping */
  | 'replicas-lowered' /* its workload is present and has all the pods it wants */
  | 'namespace-terminating'
  | 'owner-gone' /* a separate read of the owner answered 404 or another uid */
  | 'mapping-edited' /* the admin's own edit */
  | 'aged-out' /* the fabric has not seen it for long enough, with all its leaf switches in service */
  | 'moved' /* the address is wanted in another object */
  | 'unexplained';

/** No source was seen to let it go: how many may leave so is bounded. */
export function isBounded(explanation: Explanation | undefined): boolean {
  return explanation === 'unexplained' || explanation === 'mapping-edited';
}

interface BaseChange {
  readonly key: TargetKey;
  readonly mapping: MappingName;
  readonly verdict: Verdict;
  /**
   * Changes with the same atom are sent in one request, or not at all: the two sides of a move, and an object's creation with
   * the moves into it. Between atoms the order of the plan is a promise: creation before items, items before deletion.
   */
  readonly atom: AtomId;
  /**
   * Of the same key, another atom without which this change would do harm: the contract that opens an isolated object to the
   * addresses that go into it. It is sent before; when it was refused, this change is not tried and shares its outcome.
   */
  readonly dependsOn?: AtomId;
}

export type AtomId = Brand<'AtomId'>;

export type Change =
  | (BaseChange & {
      readonly type: 'createObject';
      readonly attributes: Attributes;
      readonly mark: OwnershipMark;
    })
  | (BaseChange & {
      readonly type: 'updateObject';
      /** Only those that differ; may be empty when the mark alone does. */
      readonly attributes: Attributes;
      readonly before: Attributes;
      /** Always written along: its source may have changed, or the object comes from another mapping of ours. */
      readonly mark: OwnershipMark;
    })
  | (BaseChange & { readonly type: 'deleteObject'; readonly mark: OwnershipMark })
  | (BaseChange & { readonly type: 'addItem'; readonly item: DesiredItem })
  | (BaseChange & {
      readonly type: 'updateItem';
      readonly item: DesiredItem;
      readonly before: Attributes;
      /** Of an item that is leaving: the first step of its removal. */
      readonly explanation?: Explanation;
    })
  | (BaseChange & {
      readonly type: 'removeItem';
      readonly item: ItemId;
      readonly itemKind: string;
      readonly itemName: string;
      readonly mark: OwnershipMark;
      readonly address: IpAddress | undefined;
      readonly explanation: Explanation;
      /** Connections that are left end with it. */
      readonly cut: boolean;
    });

export type HoldReason =
  | 'report-mode'
  | 'first-contact'
  | 'paused'
  | 'add-only'
  | 'source-not-synced'
  | 'guard'
  | 'last-item'
  | 'conflict' /* the address is in another object of the VRF, or two live claims */
  | 'isolated' /* the EEPG has no contract and would cut its pods off */
  | 'foreign' /* an object of that name exists and is not ours */
  | 'fighting' /* someone keeps changing it back */
  | 'not-empty-long-enough'
  | 'back-off'
  | 'draining' /* it finishes what it has begun */
  | 'min-healthy' /* too few would be left in service */
  | 'incomplete' /* the system would refuse it as things are: a MAC address is missing */
  | 'orphan' /* its mapping is no longer in the document */
  | 'missing'; /* create: false, and the object does not exist */

/** Holds that a person can approve; the others end by themselves or by an edit. */
export const approvable: ReadonlySet<HoldReason> = new Set(['guard', 'last-item', 'orphan']);

export type Verdict =
  { readonly apply: true } | { readonly apply: false; readonly hold: HoldReason; readonly detail: string };

/** Something about a key that is no change: an overwritten mark, a foreign item, an orphan, a conflict not fully checked. */
export interface Finding {
  /** Its name is empty when the finding is of a mapping, or of the system, as a whole. */
  readonly key: TargetKey;
  /** The mapping that it is of, as a whole. */
  readonly mapping?: MappingName;
  readonly problem: Problem;
}

/** Of the held changes that wait for a person. Approving it approves exactly these, and any subset of them. */
export type Fingerprint = Brand<'Fingerprint'>;

export interface Approval {
  readonly mapping: MappingName;
  /** What was approved, change by change, as `approvalId` names it. */
  readonly changes: ReadonlySet<string>;
}

export interface MappingPlan {
  readonly mapping: MappingName;
  /** The mode in force: `report` on first contact whatever the document says. */
  readonly mode: Mode;
  readonly firstContact: boolean;
  /** Addresses wanted / present now and ours. */
  readonly wanted: number;
  readonly present: number;
  /** Defined when changes wait for approval. */
  readonly fingerprint: Fingerprint | undefined;
  /** Of what the first plan would do on this system; defined while it waits to be let go. */
  readonly firstPlan?: Fingerprint | undefined;
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  readonly mappings: readonly MappingPlan[];
  /** What is on its way out and may finish what it has begun; its time runs from the first plan that names it. */
  readonly drains: readonly DrainId[];
  /** Keys that could not be planned, because the system's view of them is unknown. */
  readonly unknown: ReadonlyMap<KeyText, Problem>;
}

/** `keyText itemId`, as `changeId` names items. */
export type DrainId = Brand<'DrainId'>;

/** What an address is explained by, from source to target object. */
export interface AddressChain {
  readonly address: IpAddress;
  readonly reasons: readonly ExposedAddress[];
  readonly wantedIn: readonly {
    readonly key: TargetKey;
    readonly mapping: MappingName;
    readonly group: string;
    /** Names of the items for it. */
    readonly items: readonly string[];
  }[];
  readonly presentIn: readonly {
    readonly key: TargetKey;
    readonly ours: boolean;
    readonly items: readonly string[];
  }[];
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

export function isApplied(change: Change): boolean {
  return change.verdict.apply;
}

/** The item that is removed, or takes the first step to that. */
export function removedBy(change: Change): ItemId | undefined {
  if (change.type === 'removeItem') return change.item;
  return change.type === 'updateItem' && change.item.leaving ? change.item.id : undefined;
}

/** The stable id of a change: `keyText itemId`, or `keyText` for the object itself. */
export function changeId(change: Change): string {
  const key = `${change.key.system}|${change.key.kind}|${change.key.name}`;
  if (change.type === 'addItem' || change.type === 'updateItem') return `${key} ${change.item.id}`;
  return change.type === 'removeItem' ? `${key} ${change.item}` : key;
}

/** Of what `changeId` gives. Names of systems and of their objects hold no blank. */
export function keyOfChange(id: string): KeyText {
  const [key = ''] = id.split(' ', 1);
  return key as KeyText;
}

/** As `changeId`, with what is done: approving a removal approves nothing else that may later concern the same item. */
export function approvalId(change: Change): string {
  return `${change.type} ${changeId(change)}`;
}
