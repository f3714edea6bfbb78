/**
 * What `observe` needs from the outside: sources that can be followed, and probes that answer one question.
 */
import type { SourceNotice, SourceView } from '../model/source-view.ts';
import type { SourceName, ObjectPath } from '../model/identity.ts';
import type { ClusterKind, ObjectRef, SourceRecord } from '../model/cluster-records.ts';
import type { IpAddress } from '../model/ip.ts';
import type { Problem } from '../model/problems.ts';

/** A cluster that is followed. The view is live; notices say what in it changed. */
export interface Source {
  readonly name: SourceName;
  readonly view: SourceView;
  /** Begins to follow; resolves at once. Never throws: what goes wrong is in the view. */
  start(signal: AbortSignal): void;
  /** Called after the view has changed, with a batch of notices (never empty). */
  onNotices(listener: (notices: readonly SourceNotice[]) => void): void;
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
  readonly records: ReadonlyMap<ObjectPath, SourceRecord>;
  readonly resourceVersion: string;
}

/** What a list found that was not known before. */
export interface ListDifference {
  readonly changed: number;
  readonly missing: number;
}

/** Where the objects of a cluster are read from. It tells what it reads and keeps nothing: see `CatalogueListener`. */
export interface Catalogue {
  readonly cluster: SourceName;
  readonly kinds: readonly ClusterKind[];
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
  readonly listed: (kind: ClusterKind, list: CompleteList) => ListDifference;
  readonly watched: (record: SourceRecord) => void;
  /** The last state of an object whose deletion a live watch reported. */
  readonly deleted: (record: SourceRecord) => void;
  /** Contact is live, and nothing since the last list was missed. */
  readonly live: (kind: ClusterKind) => void;
  readonly lost: (kind: ClusterKind, problem: Problem) => void;
}

/** An EPG inside a fabric whose endpoints are followed: `tenant/application profile/EPG`. */
export interface FollowedEpg {
  readonly epg: string;
  /** How long an endpoint must be absent for certain before it is gone. */
  readonly absentForMs: number;
}

/** An address as a fabric shows it in an EPG. One address may be shown several times, under other MACs. */
export interface SeenEndpoint {
  /** The name under which the fabric shows it; no two have the same. */
  readonly id: string;
  readonly address: IpAddress;
  readonly mac: string;
  /** Switches that report it; empty: not known. */
  readonly nodes: readonly string[];
  /** By the fabric's clock, milliseconds since the epoch; 0: not known. Only compared with each other. */
  readonly learnedAt: number;
}

/** A switch of the fabric, and for how long it has been as it is. */
export interface SwitchState {
  readonly node: string;
  readonly inService: boolean;
  /** Since it started or its state changed, whichever was later; undefined: not known. */
  readonly forMs: number | undefined;
}

/** Where the learned endpoints of a fabric are read from. It tells what it reads and keeps no records: see `EndpointListener`. */
export interface EndpointFeed {
  readonly fabric: SourceName;
  /** Tells the listener until the signal is aborted; resolves when nothing of it is under way. Called once. Never rejects. */
  follow(listener: EndpointListener, signal: AbortSignal): Promise<void>;
  /** Reads the switches, then these EPGs completely, as soon as it can; beside the notifications. */
  reread(epgs: readonly string[]): void;
  /** One question, apart from what is followed. */
  isThere(epg: string, id: string, signal: AbortSignal): Promise<'present' | 'absent' | 'unknown'>;
}

/** Addresses by id. */
export type Unsettled = ReadonlyMap<string, IpAddress>;

export interface EndpointListener {
  readonly identified: (identity: string) => void;
  /** Another fabric answers than the one that was confirmed: nothing counts until it is listed again. */
  readonly voided: (problem: Problem) => void;
  /** Nothing is heard any more. */
  readonly lost: (problem: Problem) => void;
  /** Still heard, but something may have been missed in this EPG, or in any; it will be listed again. */
  readonly gap: (epg: string | undefined) => void;
  /** Every switch of the fabric. */
  readonly switches: (states: readonly SwitchState[]) => void;
  /**
   * Everything there is in an EPG, while it is listened to. Of `unsettled`, by id, something was heard since the read began:
   * that they are not among the `seen` says nothing.
   */
  readonly listed: (epg: string, seen: readonly SeenEndpoint[], unsettled: Unsettled) => void;
  /** The EPG is not there, or could not be read. */
  readonly unread: (epg: string, problem: Problem) => void;
  /** A notification showed all of it. */
  readonly appeared: (epg: string, seen: SeenEndpoint) => void;
  /** It was read by itself; undefined: it is not there. */
  readonly looked: (epg: string, id: string, seen: SeenEndpoint | undefined) => void;
}

/** A learned endpoint as it outlives the process. */
export interface RememberedEndpoint {
  readonly epg: string;
  readonly address: IpAddress;
  /** As `SeenEndpoint.id`. */
  readonly id: string;
  readonly mac: string;
  readonly nodes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly absentSince: number | undefined;
}

export interface RememberedChange {
  readonly epg: string;
  readonly address: IpAddress;
  /** undefined: forget it. */
  readonly endpoint: RememberedEndpoint | undefined;
}

/** What is remembered of one fabric's learned endpoints beyond the process. Never throws. */
export interface EndpointMemory {
  load(): readonly RememberedEndpoint[];
  /** What changed in one turn; never empty. */
  save(changes: readonly RememberedChange[]): void;
}
