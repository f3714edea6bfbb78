/**
 * History: everything that was done, by us and by people, and who held which address when; in a SQLite file of its own, kept by a
 * thread of its own. Takes reports and acts, answers searches. Nobody waits for it, and nothing depends on it: while it cannot be
 * written it keeps what happens in memory, within a bound, says so, and tries again.
 *
 * Knows nothing of how rounds come about, and nothing of who asks.
 */
import type { HistoryReader } from '../../api/ports.ts';
import type { Clock } from '../../model/clock.ts';
import type { Act } from '../../model/person.ts';
import { problem, problemOf, ProblemError, type Problem } from '../../model/problems.ts';
import type { RunReport } from '../../model/run-report.ts';
import type { HistoryWriter, SeenItem } from '../../report/ports.ts';
import { Backlog } from './backlog.ts';
import { Failures } from './failures.ts';
import type { Answers, Batch, Bounds, Question, SeenRow } from './messages.ts';
import { rowOfAct, rowOfChange, rowOfGap, rowOfRun } from './rows.ts';
import { Thread } from './thread.ts';

export interface HistoryOptions {
  /** Of the file. */
  readonly path: string;
  readonly clock: Clock;
  /** `settings.history` of the document. */
  readonly bounds: Bounds;
  readonly log?: { warn(fields: object, message: string): void };
  /** How many lines wait in memory while they cannot be written. Default 50,000. */
  readonly waiting?: number;
  /** How long the disk may take for an answer before it is said, and not waited for by who searches or closes. Default 10 s. */
  readonly patienceMs?: number;
}

export interface History extends HistoryWriter, HistoryReader {
  setBounds(bounds: Bounds): void;
  /**
   * Acts that somebody keeps until they are here. Resolves when they are on the disk; one that was there already, in the same words
   * of the same millisecond, is there once. Rejects with a ProblemError.
   */
  take(acts: readonly Act[]): Promise<void>;
}

/** Returns at once; the file is opened, and made, by the thread. */
export function openHistory(options: HistoryOptions): History {
  return new StoredHistory(options);
}

const retryMs = 5000;
const patienceMs = 10_000;
const pruneMs = 60_000;
/** How often who waits for the disk looks whether it answers. */
const lookMs = 250;
/** Entries per transaction. */
const batchSize = 1000;
/** After so many the bounds are looked at before their time. */
const pruneAfter = 20_000;
const seenPart = 500;
/** Searches at one time; each takes a turn of the thread. */
const searches = 32;
const damageShownMs = 24 * 3_600_000;

class StoredHistory implements History {
  readonly #options: HistoryOptions;
  readonly #backlog: Backlog;
  readonly #thread: Thread;
  readonly #patienceMs: number;
  readonly #failures = new Failures();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  /** Those who wait until all is written, or cannot be. */
  #waiters: (() => void)[] = [];
  #bounds: Bounds;
  #batch: Batch | undefined;
  #writing: Promise<void> | undefined;
  #unwritable: Problem | undefined;
  /** It does not answer. */
  #stalled: Problem | undefined;
  #damaged: { readonly problem: Problem; readonly at: number } | undefined;
  #numbers = 0;
  #rounds = 0;
  #sincePruned = 0;
  #isPruning = false;
  #isPruneDue = false;
  readonly #writer = crypto.randomUUID();

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#bounds = options.bounds;
    this.#backlog = new Backlog(options.waiting ?? 50_000);
    this.#patienceMs = options.patienceMs ?? patienceMs;
    this.#thread = new Thread(options.path, this.#patienceMs, (damaged) => this.#tellDamaged(damaged));
    void this.#pruneEveryMinute();
  }

  get problem(): Problem | undefined {
    const unwritten = this.#stalled ?? this.#unwritable;
    if (unwritten !== undefined) return this.#withCounts(unwritten);
    const { clock } = this.#options;
    const isShown = this.#damaged !== undefined && clock.now() - this.#damaged.at < damageShownMs;
    return isShown ? this.#damaged?.problem : undefined;
  }

  onProblem(listener: () => void): void {
    this.#listeners.add(listener);
  }

  run(report: RunReport): void {
    const { outcomes } = report;
    if (!this.#failures.isWorthALine(report)) return;
    const at = Math.floor(report.finishedAt);
    const line = rowOfRun(report);
    this.#backlog.add({
      size: outcomes.length + 1,
      entry(index) {
        const outcome = outcomes[index];
        return { row: outcome === undefined ? line : rowOfChange(outcome, at) };
      },
    });
    this.#write();
  }

  act(...[act]: Parameters<HistoryWriter['act']>): void {
    this.#backlog.addAct({ row: rowOfAct(act) });
    this.#write();
  }

  async take(acts: readonly Act[]): Promise<void> {
    try {
      const rows = acts.map(rowOfAct);
      await this.#inTime({ ask: 'take', rows, now: this.#options.clock.now() });
      this.#setUnwritable(undefined);
    } catch (error) {
      const found = problemOf(error);
      if (found.code !== 'store.stalled') this.#setUnwritable(found);
      throw error;
    }
  }

  seen(system: string, items: readonly SeenItem[]): void {
    const at = Math.floor(this.#options.clock.now());
    const round = ++this.#rounds;
    const parts = Math.max(1, Math.ceil(items.length / seenPart));
    this.#backlog.add({
      size: parts,
      whole: true,
      entry(index) {
        const first = index * seenPart;
        const part = items.slice(first, first + seenPart).map(seenRow);
        return { seen: { system, at, round, first, total: items.length, items: part } };
      },
    });
    this.#write();
  }

  setBounds(bounds: Bounds): void {
    this.#bounds = bounds;
    void this.#prune();
  }

  async search(...[query]: Parameters<HistoryReader['search']>): ReturnType<HistoryReader['search']> {
    this.#refuseTooMany();
    return this.#inTime({ ask: 'search', query, now: this.#options.clock.now() });
  }

  async holders(
    ...[address, at]: Parameters<HistoryReader['holders']>
  ): ReturnType<HistoryReader['holders']> {
    this.#refuseTooMany();
    return this.#inTime({ ask: 'holders', address, at, now: this.#options.clock.now() });
  }

  flushed(): Promise<void> {
    if (this.#writing === undefined || this.#unwritable !== undefined || this.#stalled !== undefined)
      return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#orStalled(this.#writing);
    const closed = this.#thread.ask({ ask: 'close', now: this.#options.clock.now() });
    await this.#orStalled(closed.catch(() => undefined));
    await this.#thread.end();
  }

  #write(): void {
    this.#writing ??= this.#writeAll();
  }

  /** Until nothing waits, or it is being closed and cannot be written. */
  async #writeAll(): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      // Whatever else is taken down in this turn goes along.
      await Promise.resolve();
      const batch = this.#batch ?? this.#nextBatch();
      this.#batch = batch;
      if (batch === undefined) break;
      const isWritten = await this.#tryToWrite(batch);
      if (isWritten) this.#batch = undefined;
      else if (signal.aborted) break;
      else await this.#options.clock.sleep(retryMs, signal).catch(() => undefined);
    }
    this.#writing = undefined;
    this.#wake();
  }

  #nextBatch(): Batch | undefined {
    const { lost } = this.#backlog;
    const entries = this.#backlog.take(batchSize);
    if (lost > 0) entries.unshift({ row: rowOfGap(this.#backlog.takeLost(), this.#options.clock.now()) });
    return entries.length === 0 ? undefined : { number: ++this.#numbers, writer: this.#writer, entries };
  }

  /** Of whatever is asked for; until it is answered. */
  #sayWhenStalled(): () => void {
    const timer = setTimeout(() => {
      const { silentSince } = this.#thread;
      if (silentSince === undefined || this.#stalled !== undefined) return;
      const since = new Date(silentSince).toISOString();
      this.#stalled = problem('store.stalled', `${this.#options.path}: no answer since ${since}`);
      this.#tell();
      this.#wake();
    }, this.#patienceMs + 10).unref();
    return () => {
      clearTimeout(timer);
      if (this.#stalled === undefined || this.#thread.silentSince !== undefined) return;
      this.#stalled = undefined;
      this.#tell();
    };
  }

  /** For who waits for an answer: refused when the disk does not give one. */
  async #inTime<Kind extends 'search' | 'holders' | 'take'>(
    question: Question & { readonly ask: Kind },
  ): Promise<Answers[Kind]> {
    if (this.#stalled !== undefined) throw new ProblemError(this.#stalled.code, this.#stalled.detail);
    const answer = this.#thread.ask<Kind>(question).finally(this.#sayWhenStalled());
    const found = await this.#orStalled(answer);
    if (found !== undefined) return found;
    throw new ProblemError('store.stalled', `${this.#options.path}: no answer`);
  }

  /** undefined: it is not done, and the disk does not answer. */
  #orStalled<Result>(done: Promise<Result> | undefined): Promise<Result | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<undefined>((resolve) => {
      const look = (): void => {
        if (this.#thread.silentSince === undefined) timer = setTimeout(look, lookMs);
        else resolve(undefined);
      };
      look();
    });
    return Promise.race([done, stalled]).finally(() => clearTimeout(timer));
  }

  async #tryToWrite(batch: Batch): Promise<boolean> {
    const answered = this.#sayWhenStalled();
    try {
      return await this.#written(batch);
    } finally {
      answered();
    }
  }

  async #written(batch: Batch): Promise<boolean> {
    try {
      await this.#thread.ask({ ask: 'write', batch, now: this.#options.clock.now() });
      this.#setUnwritable(undefined);
      this.#sincePruned += batch.entries.length;
      if (this.#sincePruned >= pruneAfter) void this.#prune();
      return true;
    } catch (error) {
      const found = problemOf(error);
      if (found.code === 'internal.bug') return this.#giveUp(batch, found);
      this.#setUnwritable(found);
      this.#wake();
      return false;
    }
  }

  /** A batch that can never be written must not keep back what comes after it. */
  #giveUp(batch: Batch, problem: Problem): true {
    this.#options.log?.warn({ problem, entries: batch.entries.length }, 'history could not take this down');
    return true;
  }

  async #pruneEveryMinute(): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      const isOver = await this.#options.clock.sleep(pruneMs, signal).then(
        () => false,
        () => true,
      );
      if (isOver) return;
      await this.#prune();
    }
  }

  /** Once more after the one under way, when it is asked for meanwhile: the bounds may be others. */
  async #prune(): Promise<void> {
    this.#isPruneDue = true;
    if (this.#isPruning) return;
    this.#isPruning = true;
    while (this.#isPruneDue && !this.#closing.signal.aborted) {
      this.#isPruneDue = false;
      this.#sincePruned = 0;
      const now = this.#options.clock.now();
      // What keeps it from being written is found, and told, by who writes.
      await this.#thread.ask({ ask: 'prune', bounds: this.#bounds, now }).catch(() => undefined);
    }
    this.#isPruning = false;
  }

  #refuseTooMany(): void {
    if (this.#thread.open > searches)
      throw new ProblemError('request.too-many', 'history is being searched by many at once');
  }

  #withCounts({ code, detail }: Problem): Problem {
    const waiting = this.#backlog.waiting + (this.#batch?.entries.length ?? 0);
    const lost = this.#backlog.lost === 0 ? '' : `; ${this.#backlog.lost} older ones were given up`;
    return problem(code, `${detail}. ${waiting} lines of history wait in memory${lost}`);
  }

  #setUnwritable(found: Problem | undefined): void {
    const isNews = (this.#unwritable === undefined) !== (found === undefined);
    this.#unwritable = found;
    if (isNews) this.#tell();
  }

  #tellDamaged(found: Problem): void {
    const { clock } = this.#options;
    this.#damaged = { problem: found, at: clock.now() };
    this.#tell();
    void clock.sleep(damageShownMs, this.#closing.signal).then(
      () => this.#tell(),
      () => undefined,
    );
  }

  #tell(): void {
    if (this.problem !== undefined)
      this.#options.log?.warn({ problem: this.problem }, 'history has a problem');
    for (const listener of this.#listeners) listener();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}

function seenRow({ key, item, address, mapping }: SeenItem): SeenRow {
  return [key, item, address, mapping];
}
