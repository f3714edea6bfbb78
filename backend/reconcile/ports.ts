/**
 * What the loop needs to remember: the ledger. Written before the act that it allows; survives kill -9.
 */
import type { ObjectRef } from '../model/cluster-records.ts';
import type { SourceNotice } from '../model/source-view.ts';
import type { InstanceId, SourceName, KeyText, MappingName, SystemName } from '../model/identity.ts';
import type { Document } from '../model/mapping.ts';
import type { Approval, Change, DrainId, Fingerprint } from '../model/plan.ts';
import type { Act } from '../model/person.ts';
import type { ItemId } from '../model/target-object.ts';
import type { Problem } from '../model/problems.ts';
import type { EndpointMemory } from '../observe/ports.ts';
import type { DesiredView, GuardWindow, LedgerView } from '../plan/ports.ts';

/** The desired state, as the loop keeps it up to date. Every method returns the keys whose desired object may have changed. */
export interface DesiredState extends DesiredView {
  apply(notices: readonly SourceNotice[]): ReadonlySet<KeyText>;
  rebuild(): ReadonlySet<KeyText>;
  setDocument(document: Document): ReadonlySet<KeyText>;
  /** After the items are gone from the system: how they left need not be known any more. */
  forgetDepartures(key: KeyText, items: Iterable<ItemId>): void;
}

/** Of a target object, in the cluster that it comes from. */
export interface GroupOwner {
  readonly cluster: SourceName;
  readonly ref: ObjectRef;
}

export interface PendingApproval {
  readonly fingerprint: Fingerprint;
  /** As `approvalId` names them. */
  readonly changes: readonly string[];
}

export interface StoredRefusal {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

/** A line that no history has yet. */
export interface NotedAct {
  readonly id: string;
  readonly act: Act;
}

/** What is stored. `LedgerView`'s methods that need no storage (probed, isFoughtOver, backOff) are kept by the loop. */
export interface Ledger extends Pick<
  LedgerView,
  'instance' | 'hasRun' | 'paused' | 'approvals' | 'emptySince'
> {
  /**
   * The unexplained removals on this system that were recorded after `start`, net of what came back; undefined when there are none.
   * The window slides: what is older drops out, and `sizeAtStart` is the size that was recorded with the oldest one left.
   */
  guardWindow(mapping: MappingName, system: SystemName, start: number): GuardWindow | undefined;
  recordRun(mapping: MappingName, now: number): void;
  /** A person let the mapping go on after its first plan, without waiting for the next start. */
  confirmFirstPlan(mapping: MappingName, by: string, now: number): void;
  firstPlanConfirmed(mapping: MappingName): boolean;
  /** What is about to be sent, before it is sent; `present` is the plan's count per mapping. Unexplained removals of addresses are counted. */
  recordAct(changes: readonly Change[], present: ReadonlyMap<MappingName, number>, now: number): void;
  /**
   * What of it was accepted. Per target object, an address that comes back takes its own removal off the count, and additions beyond
   * the explained removals among them take off the oldest ones: what counts is by how much an object shrank.
   */
  recordAccepted(changes: readonly Change[], now: number): void;
  approve(approval: Approval, by: string, now: number): void;
  /** A person said no: what waits under the fingerprint asks nobody any more. Forgotten when something else waits. */
  refuse(mapping: MappingName, fingerprint: Fingerprint, refusal: StoredRefusal): void;
  refusal(mapping: MappingName, fingerprint: Fingerprint): StoredRefusal | undefined;
  /** What waits for a person now on this system, so that another process can approve it by its fingerprint; undefined: nothing. */
  setPending(system: SystemName, mapping: MappingName, pending: PendingApproval | undefined): void;
  /** Of every system. */
  pending(mapping: MappingName): readonly PendingApproval[];
  /** Whose changes wait on this system, mappings that are gone included. */
  pendingNames(system: SystemName): readonly MappingName[];
  /**
   * Drops, of all that was approved on this system for whatever mapping, what is not there any more: an approval is for once.
   * Asked with ids as `approvalId` gives them.
   */
  forgetApprovals(system: SystemName, stillThere: (approvalId: string) => boolean): void;
  setPaused(paused: boolean, by: string, now: number): void;
  /** The keys of a system whose plan holds a `deleteObject`: their time starts at `now` unless it runs; of all others it is forgotten. */
  recordEmpty(system: SystemName, keys: ReadonlySet<KeyText>, now: number): void;
  /**
   * What is on its way out of a system's objects: its time starts at `now` unless it runs; of all others it is forgotten. Written
   * before the act.
   */
  recordDrains(system: SystemName, items: ReadonlySet<DrainId>, now: number): void;
  drains(system: SystemName): readonly DrainId[];
  drainingSince(item: DrainId): number | undefined;
  /** The clock was set: the times of removals, of what drains and of what is empty move along. None is later than `now` then. */
  moveTimes(byMs: number, now: number): void;
  /** The identity that a person, or first contact, confirmed. */
  identity(of: SourceName | SystemName): string | undefined;
  confirmIdentity(of: SourceName | SystemName, identity: string, by: string, now: number): void;
  /** Newest resourceVersion seen of a cluster, to notice one that went back in time. */
  resourceVersion(of: SourceName): string | undefined;
  setResourceVersion(of: SourceName, resourceVersion: string): void;
  /** What is remembered of the endpoints that a fabric learned. */
  endpointMemory(source: SourceName): EndpointMemory;
  /** Whose 404 explains that everything in the object may go. */
  groupOwner(key: KeyText): GroupOwner | undefined;
  /** Of everything on a system. */
  groupOwners(system: SystemName): ReadonlyMap<KeyText, GroupOwner>;
  /** undefined: forget it. */
  setGroupOwners(owners: ReadonlyMap<KeyText, GroupOwner | undefined>): void;
  /**
   * The mappings that are declared, with where each writes. Runs, confirmations, approvals and refusals of others, and of those that
   * come to write elsewhere, are forgotten; their names are returned.
   */
  settleMappings(places: ReadonlyMap<MappingName, string>): readonly MappingName[];
  /** From now on it is this instance's, and forgets what was decided for another; nothing happens where it is already. */
  takeOver(instance: InstanceId): void;
  /**
   * For a process that has no history: what a person did, in one transaction with `deed` itself. It waits for one that has; of more
   * than 1,000 the oldest are given up.
   */
  note(act: Act, deed?: () => void): void;
  /** Oldest first. */
  noted(): readonly NotedAct[];
  /** After history has them on the disk. */
  forgetNoted(ids: readonly string[]): void;
  /** A number that changes whenever another process (the command line) wrote. */
  version(): number;
  /** Of its storage: what is decided now lives in memory alone, or something was lost. undefined: all is on the disk. */
  readonly problem: Problem | undefined;
  /** Called when `problem` comes or goes. */
  onProblem(listener: () => void): void;
  close(): void;
}
