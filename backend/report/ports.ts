/**
 * The read models that faces show, and what reporting needs from others.
 *
 * One model per page: whoever draws a page makes one request. Absent values are `null`, because the models travel as JSON.
 * Times are milliseconds since the epoch, UTC.
 */
import type { ObjectRef, ObservedKind } from '../model/cluster-records.ts';
import type { SourceView } from '../model/source-view.ts';
import type { Fault } from '../model/fault.ts';
import type { Freshness } from '../model/freshness.ts';
import type {
  KeyText,
  MappingName,
  SourceName,
  SystemName,
  TargetKey,
  TargetKind,
} from '../model/identity.ts';
import type { IpAddress, IpPrefix } from '../model/ip.ts';
import type { AddressKind, Document, LoadBalancerDeclaration, Mode } from '../model/mapping.ts';
import type { AddressChain, Change, Explanation, HoldReason } from '../model/plan.ts';
import type { Act } from '../model/person.ts';
import type { Problem, ProblemCode, ProblemKind } from '../model/problems.ts';
import type { RunReport } from '../model/run-report.ts';
import type { ActualObject, Attributes, DesiredObject, ExposedAddress } from '../model/target-object.ts';

/** What is wanted, as reporting reads it; `desire` keeps it. */
export interface WantedView {
  keys(system: SystemName): Iterable<KeyText>;
  get(key: KeyText): DesiredObject | undefined;
}

/** A system, as reporting reads it; every `SystemView` is one. */
export interface PresentView {
  readonly problem: Problem | undefined;
  readonly identity: string | undefined;
  readonly conflictsFullyChecked: boolean;
  get(key: TargetKey): ActualObject | Problem;
  owned(): Iterable<ActualObject>;
  holders(key: TargetKey, prefix: IpPrefix): readonly { readonly key: TargetKey; readonly ours: boolean }[];
}

/** The document, as reporting reads it: what is reported on, and of which kind each system and source is. */
export interface ReportedDocument extends Pick<Document, 'instance' | 'mappings'> {
  readonly fabrics: readonly { readonly name: string }[];
  readonly loadBalancers: readonly Pick<LoadBalancerDeclaration, 'name' | 'kind'>[];
}

export interface Running {
  readonly sources: ReadonlyMap<SourceName, unknown>;
  readonly systems: ReadonlyMap<SystemName, unknown>;
}

/** Whoever is told what happens. Views are live: giving one again only says that it has changed. */
export interface Feed {
  document(document: ReportedDocument): void;
  /** What runs now; what was fed of others is forgotten. */
  only(running: Running): void;
  source(view: SourceView): void;
  system(name: SystemName, view: PresentView): void;
  report(run: RunReport): void;
}

/** The last runs. */
export interface RecentRuns {
  append(run: RunReport): void;
  /** Newest first. */
  last(count: number): readonly RunModel[];
}

/** An item of ours that was there already when its object was first looked at. */
export interface SeenItem {
  readonly key: KeyText;
  readonly item: string;
  readonly address: IpAddress;
  readonly mapping: MappingName;
}

/**
 * Where everything that happened is kept. Takes it down and returns at once; never throws. What cannot be stored now waits in
 * memory, within bounds, and `problem` says so.
 */
export interface HistoryWriter {
  run(report: RunReport): void;
  act(act: Act): void;
  /** All items of ours on a system, after the first round that could read it; who holds what from before is known by it. */
  seen(system: SystemName, items: readonly SeenItem[]): void;
  /** undefined: all is stored, or about to be. */
  readonly problem: Problem | undefined;
  /** Called when `problem` comes or goes. */
  onProblem(listener: () => void): void;
  /** Resolves when all that was taken down is on the disk, or cannot be put there. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

export interface ProblemModel {
  readonly code: ProblemCode;
  readonly kind: ProblemKind;
  readonly title: string;
  readonly detail: string;
  readonly next: string;
}

export interface KindModel {
  readonly kind: ObservedKind;
  readonly freshness: Freshness;
  readonly count: number;
  /** `null` while contact is live; 0 when there never was any. */
  readonly lastContact: number | null;
  readonly problem: ProblemModel | null;
}

/** A cluster, or a fabric whose learned endpoints are followed. */
export interface SourceModel {
  readonly name: string;
  readonly kind: 'cluster' | 'fabric';
  readonly identity: string | null;
  readonly freshness: Freshness;
  readonly objects: number;
  readonly lastContact: number | null;
  readonly problem: ProblemModel | null;
  readonly kinds: readonly KindModel[];
}

export interface SystemModel {
  readonly name: string;
  readonly kind: 'fabric' | 'bigip' | 'haproxy';
  readonly identity: string | null;
  readonly freshness: Freshness;
  /** End of the last round that could read the system; 0 when there was none. */
  readonly lastRound: number;
  /** Last accepted write; 0 when there was none since start. */
  readonly lastWrite: number;
  readonly conflictsFullyChecked: boolean;
  readonly problem: ProblemModel | null;
}

export interface HeldCount {
  readonly reason: HoldReason;
  readonly count: number;
}

export interface MappingModel {
  readonly name: string;
  readonly systems: readonly string[];
  readonly mode: Mode;
  readonly firstContact: boolean;
  /** Systems of a mapping on first contact that are not planned whole: until they are, it cannot be let go. */
  readonly awaited: readonly string[];
  readonly targets: number;
  readonly wanted: number;
  readonly present: number;
  readonly due: number;
  readonly held: readonly HeldCount[];
}

/** The one word that says how a target object stands. `draining`: nothing is left to do but to wait for that. */
export type TargetState = 'inStep' | 'empty' | 'due' | 'draining' | 'held' | 'problem' | 'unknown';

export interface TargetRow {
  readonly key: string;
  readonly kind: TargetKind;
  readonly system: string;
  readonly name: string;
  readonly mapping: string;
  readonly group: string;
  readonly state: TargetState;
  readonly exists: boolean;
  readonly wanted: number;
  /** `null`: the system's view of it is unknown. */
  readonly present: number | null;
  readonly due: number;
  readonly held: readonly HeldCount[];
  readonly problems: readonly ProblemModel[];
}

export interface StatusSummary {
  readonly product: { readonly name: string; readonly version: string };
  readonly instance: string;
  readonly startedAt: number;
  /** `report`: no mapping may write. */
  readonly mode: 'writing' | 'report' | 'paused';
  readonly sources: readonly SourceModel[];
  readonly systems: readonly SystemModel[];
  readonly mappings: readonly MappingModel[];
  /** Of the product itself: a store that cannot be written, a configuration with faults. */
  readonly problems: readonly ProblemModel[];
}

export interface StatusModel extends StatusSummary {
  readonly cursor: string;
  readonly targets: readonly TargetRow[];
}

/** What changed since a cursor. `complete`: forget what you had, this is everything. */
export interface Difference {
  readonly cursor: string;
  /** The time here, so that a reader whose clock is off can still say how long ago something was. */
  readonly now: number;
  readonly complete: boolean;
  readonly summary: StatusSummary | null;
  readonly targets: { readonly put: readonly TargetRow[]; readonly gone: readonly string[] };
  /** The last runs, newest first; `null` when none came. */
  readonly runs: readonly RunModel[] | null;
  /** Differs whenever the plan does. */
  readonly plan: string;
}

export interface PlanChange {
  readonly id: string;
  readonly type: Change['type'];
  readonly key: string;
  readonly name: string;
  /** `null` for changes of the object itself. */
  readonly item: { readonly kind: string; readonly name: string } | null;
  readonly explanation: Explanation | null;
  /** The explanation in plain words; empty for changes that need none. */
  readonly because: string;
  /** What is done beyond adding or removing: `drain (30 s, then leave)`, `set weight 1 → 2`. */
  readonly step: string;
  /** A first step of a removal: it is given no more traffic. */
  readonly leaving: boolean;
  /** Why it is held, in this case. */
  readonly detail: string;
  /** What the system answered when it was tried. */
  readonly problem: ProblemModel | null;
}

/** The changes of a mapping that share a verdict. */
export interface PlanGroup {
  /** `null`: due, nothing holds them. */
  readonly hold: HoldReason | null;
  readonly title: string;
  readonly next: string;
  readonly approvable: boolean;
  readonly count: number;
  /** The first of them, as many as were asked for. */
  readonly changes: readonly PlanChange[];
}

export interface PlanMapping {
  readonly name: string;
  readonly system: string;
  readonly mode: Mode;
  readonly firstContact: boolean;
  readonly due: number;
  readonly held: number;
  readonly fingerprint: string | null;
  /** Of what the first plan would do, on all systems together; null: none waits to be let go. */
  readonly firstPlan: string | null;
  /** A person said no to exactly what waits now. */
  readonly refused: { readonly by: string; readonly at: number; readonly reason: string } | null;
  /** The command that approves exactly what waits now; without a fingerprint, that lets the first plan be carried out. */
  readonly approve: string | null;
  readonly groups: readonly PlanGroup[];
}

export interface PlanModel {
  readonly version: string;
  /** When the newest round in it was planned; 0 before the first. */
  readonly madeAt: number;
  readonly due: number;
  readonly held: number;
  readonly mappings: readonly PlanMapping[];
  readonly findings: readonly { readonly key: string; readonly problem: ProblemModel }[];
  /** Objects that could not be planned. */
  readonly unknown: readonly { readonly key: string; readonly problem: ProblemModel }[];
}

export interface RunModel {
  readonly run: number;
  readonly system: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly keys: number;
  readonly requests: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unclear: number;
  readonly held: number;
  readonly added: number;
  readonly removed: number;
  /** From the notification that caused it to its last accepted write; `null` when nothing was written for one. */
  readonly reactionMs: number | null;
  /** How many rounds without effect this line stands for; 1 for a round that did something. */
  readonly rounds: number;
  readonly problem: ProblemModel | null;
}

/** Where an address comes from. */
export interface ExposureModel {
  readonly address: string;
  readonly addressKind: AddressKind;
  readonly cluster: string;
  readonly origin: ObjectRef;
  readonly owner: ObjectRef | null;
  readonly node: string | null;
  readonly state: ExposedAddress['state'];
  readonly inService: boolean;
  readonly port?: number;
  readonly mac?: string;
}

/** `AddressChain` as it travels. Reasons name each origin once. */
export interface ExplanationModel {
  readonly address: string;
  readonly reasons: readonly ExposureModel[];
  readonly wantedIn: AddressChain['wantedIn'];
  readonly presentIn: AddressChain['presentIn'];
  readonly changes: readonly PlanChange[];
  readonly problems: readonly ProblemModel[];
}

/** What stands between an item as it is and as it is wanted. */
export interface ItemPending extends Pick<PlanChange, 'type' | 'because' | 'step' | 'leaving' | 'detail'> {
  /** `null`: due. */
  readonly hold: HoldReason | null;
}

/** One item of a target object, with why it is there. */
export interface ItemModel {
  readonly kind: string;
  readonly name: string;
  /** To be there, and in service where it carries traffic. */
  readonly wanted: boolean;
  readonly present: boolean;
  /** `false`: a person's or another product's. */
  readonly ours: boolean;
  /** Alive, and to be given no traffic (any more). */
  readonly leaving: boolean;
  /** Weight, MAC address, health group, state …: as it is there, or as it is wanted where it is not. */
  readonly attributes: Attributes;
  /** Connections that it has while it drains; `null` when that is not known. */
  readonly connections: number | null;
  /** Since when it is on its way out; `null` when it is not. */
  readonly drainingSince: number | null;
  readonly reasons: readonly ExposureModel[];
  readonly pending: ItemPending | null;
}

export interface TargetModel {
  readonly row: TargetRow;
  readonly items: readonly ItemModel[];
  /** Items in all; `items` is cut. */
  readonly total: number;
  /** Of them, those for an address that are not ours: they are left alone. */
  readonly foreign: number;
}

/** A target object that a mapping would make or fill. */
export interface PreviewTarget {
  readonly key: string;
  readonly kind: TargetKind;
  readonly system: string;
  readonly name: string;
  readonly group: string;
  /** `null`: cannot be read now. */
  readonly exists: boolean | null;
  readonly items: number;
  readonly present: number;
  readonly sample: readonly string[];
}

/** What a mapping would match and write, while it is being edited. */
export interface PreviewModel {
  /** When there are any, nothing else is told. */
  readonly faults: readonly Fault[];
  readonly groups: number;
  readonly addresses: number;
  readonly targets: readonly PreviewTarget[];
  readonly total: number;
  readonly changes: readonly PlanGroup[];
  readonly problems: readonly ProblemModel[];
  /** Pairs of groups that may talk today and could not after, in words. */
  readonly cutOff: readonly string[];
}

/** What faces read. */
export interface StatusReader {
  status(): StatusModel;
  plan(limit: number): PlanModel;
  runs(count: number): readonly RunModel[];
  target(key: KeyText, limit: number): TargetModel | undefined;
  explain(address: IpAddress): ExplanationModel;
  /** Of an unknown or forgotten cursor, and of none: everything. */
  since(cursor: string | undefined): Difference;
  /** Called after anything may have changed; returns how to stop. */
  onChange(listener: () => void): () => void;
}
