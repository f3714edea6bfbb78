/**
 * What the loop needs to remember: the ledger. Written before the act that it allows; survives kill -9.
 */
import type { ClusterName, KeyText, MappingName, SystemName } from '../model/identity.ts';
import type { ObjectRef } from '../model/cluster-records.ts';
import type { Approval } from '../model/plan.ts';
import type { LedgerView } from '../plan/ports.ts';
import type { ItemId } from '../model/target-object.ts';

export interface RemovalRecord {
  readonly key: KeyText;
  readonly item: ItemId;
}

/** What is stored. `LedgerView`'s methods that need no storage (probed, isFoughtOver, backOff) are kept by the loop. */
export interface Ledger extends Pick<
  LedgerView,
  'instance' | 'hasRun' | 'paused' | 'approvals' | 'emptySince'
> {
  /** The size and net unexplained removals of the window that is open at `now`; opens one with `size` when none is. */
  guardWindow(
    mapping: MappingName,
    size: number,
    now: number,
    windowMs: number,
  ): { sizeAtStart: number; removed: number };
  recordRun(mapping: MappingName, now: number): void;
  /** Unexplained removals that are about to be applied. */
  recordRemovals(mapping: MappingName, removals: readonly RemovalRecord[], now: number): void;
  /** Items that are about to be added: what came back is no longer counted as removed. */
  recordReturns(mapping: MappingName, items: readonly RemovalRecord[]): void;
  approve(approval: Approval, by: string, now: number): void;
  /** Approvals whose changes are done or no longer wanted are dropped. */
  forgetApprovals(mapping: MappingName, pending: ReadonlySet<string>): void;
  setPaused(paused: boolean, by: string, now: number): void;
  setEmptySince(key: KeyText, at: number | undefined): void;
  /** The identity that a person, or first contact, confirmed. */
  identity(of: ClusterName | SystemName): string | undefined;
  confirmIdentity(of: ClusterName | SystemName, identity: string, by: string, now: number): void;
  /** Newest resourceVersion seen of a cluster, to notice one that went back in time. */
  resourceVersion(of: ClusterName): string | undefined;
  setResourceVersion(of: ClusterName, resourceVersion: string): void;
  /** Whose 404 explains that everything in the object may go. */
  groupOwner(key: KeyText): { readonly cluster: ClusterName; readonly ref: ObjectRef } | undefined;
  setGroupOwner(key: KeyText, owner: { readonly cluster: ClusterName; readonly ref: ObjectRef }): void;
  /** A number that changes whenever another process (the command line) wrote. */
  version(): number;
  close(): void;
}
