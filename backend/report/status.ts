/**
 * What is going on, for faces: fed by the loop, read by the API and the page.
 *
 * In: runs, live views of sources and systems, the document. Out: read models and their differences since a cursor.
 * Being fed is cheap: it notes what became doubtful; models are made when someone reads. Never decides, never writes.
 */
import type { Clock } from '../model/clock.ts';
import type { SourceView } from '../model/source-view.ts';
import { parseKeyText } from '../model/identity.ts';
import type { SourceName, KeyText, SystemName } from '../model/identity.ts';
import type { DrainId } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { RunReport } from '../model/run-report.ts';
import { explainAddress } from './explain.ts';
import { explanationModel } from './explanation-model.ts';
import { mappingModels } from './mapping-models.ts';
import type { UnseenSystems } from './mapping-models.ts';
import { pendingOf } from './pending.ts';
import type { Pending } from './pending.ts';
import { planModel } from './plan-model.ts';
import type { ApproveCommand, Refusal } from './plan-model.ts';
import { problemModel } from './problem-model.ts';
import type {
  Difference,
  Feed,
  RecentRuns,
  PresentView,
  ReportedDocument,
  Running,
  StatusModel,
  StatusReader,
  StatusSummary,
  TargetRow,
  WantedView,
} from './ports.ts';
import { recentRuns } from './recent-runs.ts';
import { everyKind, sourceKind, sourceModel, systemKind, systemModel } from './source-models.ts';
import type { KindsOf, SystemMemory } from './source-models.ts';
import { targetModel } from './target-model.ts';
import { targetRow } from './target-rows.ts';
import { versioned } from './versioned.ts';
import type { Versioned } from './versioned.ts';

export interface StatusOptions {
  readonly version: string;
  readonly clock: Clock;
  readonly document: ReportedDocument;
  readonly wanted: WantedView;
  /** The ledger's pause. */
  readonly paused: () => boolean;
  /** The ledger's: since when something is on its way out. */
  readonly drainingSince?: (item: DrainId) => number | undefined;
  readonly approveCommand?: ApproveCommand;
  /** The ledger's: who said no to exactly this. */
  readonly refusal?: Refusal;
  readonly unseen?: UnseenSystems;
  /** Of the product itself. */
  readonly problems?: () => readonly Problem[];
  /** Kinds that are followed of a source; all unless said. */
  readonly kinds?: KindsOf;
  readonly history?: RecentRuns;
}

export interface Status extends Feed, StatusReader {
  /** Something that is asked for, and fed by nobody, is another now: a pause, a problem of a store. */
  touch(): void;
}

const runsShown = 30;

export function createStatus(options: StatusOptions): Status {
  return new StatusStore(options);
}

const defaultApprove: ApproveCommand = (mapping, fingerprint) =>
  ['aci-kube-sync approve', mapping, fingerprint].filter(Boolean).join(' ');

class StatusStore implements Status {
  readonly #options: StatusOptions;
  readonly #startedAt: number;
  readonly #epoch: string;
  readonly #history: RecentRuns;
  readonly #sources = new Map<SourceName, SourceView>();
  readonly #systems = new Map<SystemName, SystemMemory>();
  readonly #pending = new Map<SystemName, Pending>();
  readonly #rows: Versioned<TargetRow> = versioned();
  readonly #listeners = new Set<() => void>();
  #document: ReportedDocument;
  #doubtful = new Set<KeyText>();
  #version = 0;
  #summary: { text: string; model: StatusSummary; version: number } | undefined;
  #whole: StatusModel | undefined;
  #runsVersion = 0;
  #planVersion = 0;
  #fed = true;

  constructor(options: StatusOptions) {
    this.#options = options;
    this.#document = options.document;
    this.#startedAt = Math.round(options.clock.now());
    this.#epoch = this.#startedAt.toString(36);
    this.#history = options.history ?? recentRuns();
  }

  document(document: ReportedDocument): void {
    this.#document = document;
    // What no mapping wants any more, and nobody wrote, is told by no round.
    for (const key of this.#rows.keys() as Iterable<KeyText>) this.#doubtful.add(key);
    this.#changed();
  }

  only({ sources, systems }: Running): void {
    for (const name of this.#sources.keys()) if (!sources.has(name)) this.#sources.delete(name);
    for (const name of this.#systems.keys()) {
      if (systems.has(name)) continue;
      this.#systems.delete(name);
      this.#pending.delete(name);
      this.#planVersion += 1;
    }
    for (const key of this.#rows.keys() as Iterable<KeyText>)
      if (!systems.has(parseKeyText(key).system)) this.#doubtful.add(key);
    this.#changed();
  }

  source(view: SourceView): void {
    this.#sources.set(view.name, view);
    this.#changed();
  }

  system(name: SystemName, view: PresentView): void {
    const memory = this.#systems.get(name);
    this.#systems.set(name, {
      view,
      lastRound: memory?.lastRound ?? 0,
      lastWrite: memory?.lastWrite ?? 0,
      isLost: view.problem !== undefined,
    });
    // Losing or regaining a system changes what can be said of each of its objects.
    if (memory !== undefined && memory.isLost !== (view.problem !== undefined))
      for (const key of this.#rows.keys() as Iterable<KeyText>)
        if (parseKeyText(key).system === name) this.#doubtful.add(key);
    this.#changed();
  }

  touch(): void {
    this.#changed();
  }

  report(run: RunReport): void {
    const before = this.#pending.get(run.system);
    const memory = this.#systems.get(run.system);
    if (memory !== undefined) {
      if (run.problem === undefined) memory.lastRound = run.finishedAt;
      if (run.outcomes.some(({ outcome }) => outcome.result === 'accepted'))
        memory.lastWrite = run.finishedAt;
    }
    for (const key of run.keys) this.#doubtful.add(key);
    // A run that stopped before planning has an empty plan, which says nothing about what was pending.
    if (run.problem === undefined || run.plan.mappings.length > 0) {
      const now = pendingOf(run);
      for (const pending of [before, now])
        for (const key of pending?.byKey.keys() ?? []) this.#doubtful.add(key);
      this.#pending.set(run.system, now);
      this.#planVersion += 1;
    }
    this.#history.append(run);
    this.#runsVersion = this.#version + 1;
    this.#changed();
  }

  /** The same object as long as nothing differs, so that whoever sends it can keep what it is sent as. */
  status(): StatusModel {
    const { model } = this.#current();
    const cursor = this.#cursor();
    if (this.#whole?.cursor !== cursor) this.#whole = { cursor, ...model, targets: this.#rows.all() };
    return this.#whole;
  }

  plan(limit: number): ReturnType<StatusReader['plan']> {
    return planModel({
      version: this.#planCursor(),
      pending: [...this.#pending.values()],
      mappings: this.#document.mappings,
      approveCommand: this.#options.approveCommand ?? defaultApprove,
      refusal: this.#options.refusal ?? (() => undefined),
      limit,
    });
  }

  runs(count: number): ReturnType<StatusReader['runs']> {
    return this.#history.last(count);
  }

  target(key: KeyText, limit: number): ReturnType<StatusReader['target']> {
    this.#current();
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    const target = parseKeyText(key);
    return targetModel({
      row,
      limit,
      instance: this.#document.instance,
      mappings: this.#document.mappings,
      desired: this.#options.wanted.get(key),
      actual: this.#systems.get(target.system)?.view.get(target),
      pending: this.#pending.get(target.system),
      drainingSince: this.#options.drainingSince ?? (() => undefined),
    });
  }

  explain(address: Parameters<StatusReader['explain']>[0]): ReturnType<StatusReader['explain']> {
    const chain = explainAddress(address, {
      instance: this.#document.instance,
      wanted: this.#options.wanted,
      sources: [...this.#sources.values()],
      systems: new Map([...this.#systems].map(([name, { view }]) => [name, view])),
      pending: [...this.#pending.values()],
    });
    return explanationModel(chain, this.#document.mappings);
  }

  since(cursor: string | undefined): Difference {
    const { model, version } = this.#current();
    const from = this.#parseCursor(cursor);
    const rows = from === undefined ? undefined : this.#rows.since(from);
    const now = Math.round(this.#options.clock.now());
    const head = { cursor: this.#cursor(), now, plan: this.#planCursor() };
    if (from === undefined || rows === undefined) {
      const targets = { put: this.#rows.all(), gone: [] };
      return { ...head, complete: true, summary: model, targets, runs: this.#history.last(runsShown) };
    }
    return {
      ...head,
      complete: false,
      summary: version > from ? model : null,
      targets: rows,
      runs: this.#runsVersion > from ? this.#history.last(runsShown) : null,
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#fed = true;
    for (const listener of this.#listeners) listener();
  }

  /** Makes the models true again, and gives a new version to what differs. */
  #current(): { model: StatusSummary; version: number } {
    const known = this.#summary;
    if (known !== undefined && !this.#fed) return known;
    this.#fed = false;
    const next = this.#version + 1;
    let moved = this.#refreshRows(next) || this.#runsVersion === next;
    const model = this.#makeSummary();
    const text = JSON.stringify(model);
    let summary = known;
    if (summary?.text !== text) {
      summary = { text, model, version: next };
      moved = true;
    }
    if (moved) this.#version = next;
    this.#summary = summary;
    return summary;
  }

  #refreshRows(version: number): boolean {
    const doubtful = this.#doubtful;
    this.#doubtful = new Set();
    let moved = false;
    for (const key of doubtful) moved = this.#rows.set(key, this.#makeRow(key), version) || moved;
    return moved;
  }

  #makeRow(key: KeyText): TargetRow | undefined {
    const target = parseKeyText(key);
    const view = this.#systems.get(target.system)?.view;
    return targetRow({
      key,
      instance: this.#document.instance,
      desired: this.#options.wanted.get(key),
      actual: view?.problem ?? view?.get(target),
      pending: this.#pending.get(target.system)?.byKey.get(key),
      lastMapping: this.#rows.get(key)?.mapping,
    });
  }

  #makeSummary(): StatusSummary {
    const mappings = mappingModels({
      mappings: this.#document.mappings,
      pending: [...this.#pending.values()],
      rows: this.#rows.all(),
      unseen: this.#options.unseen ?? (() => []),
    });
    const writing = mappings.some(({ mode }) => mode !== 'report');
    return {
      product: { name: 'aci-kube-sync', version: this.#options.version },
      instance: this.#document.instance,
      startedAt: this.#startedAt,
      mode: this.#options.paused() ? 'paused' : writing ? 'writing' : 'report',
      sources: [...this.#sources.values()].map((view) => this.#sourceModel(view)),
      systems: [...this.#systems].map(([name, memory]) =>
        systemModel(name, systemKind(name, this.#document), memory),
      ),
      mappings,
      problems: (this.#options.problems?.() ?? []).map(problemModel),
    };
  }

  #sourceModel(view: SourceView): StatusSummary['sources'][number] {
    const kind = sourceKind(view.name, this.#document);
    return sourceModel(view, { kind, kinds: this.#options.kinds?.(view.name) ?? everyKind(kind) });
  }

  /** The epoch tells a restart: versions start anew then. */
  #cursor(): string {
    return `${this.#epoch}.${this.#version}`;
  }

  #planCursor(): string {
    return `${this.#epoch}.p${this.#planVersion}`;
  }

  #parseCursor(cursor: string | undefined): number | undefined {
    const [epoch, version = ''] = (cursor ?? '').split('.');
    if (epoch !== this.#epoch || !/^\d{1,15}$/.test(version)) return undefined;
    return Number(version) > this.#version ? undefined : Number(version);
  }
}
