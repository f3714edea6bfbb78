/**
 * A database that is never to be without. It lives in memory, with all that its file holds; each write is handed to the thread that
 * touches the disk, and is on the disk when the call returns. Where the disk refuses (full, read-only) or does not answer (it
 * stalls), work goes on in memory: what changes meanwhile is brought to the file as soon as that takes it, in one transaction. A kill
 * before that loses it, and `problem` says so.
 *
 * `since` records what the file may not have. While a write is under way `after` records what comes after it: nobody knows yet
 * whether it will be taken.
 */
import { problem, ProblemError, type Problem, type ProblemCode } from '../../model/problems.ts';
import type { Answers, Reply } from '../thread/messages.ts';
import type { Storage } from '../thread/storage-thread.ts';
import { applyDifference, contentsOf } from './contents.ts';
import { openDatabase, type Database, type OpenOptions, type Recording } from './database.ts';
import type { Change, Foreign, OpenedFile } from './kept-file.ts';
import type { SurvivingDatabase } from './surviving-database.ts';

export interface RelayedOptions extends OpenOptions {
  readonly storage: Storage;
  /** How often a file that refused is tried again. Default 5 s. */
  readonly retryMs?: number;
  /** What a kill would lose, and what that means; in `problem`. */
  readonly atStake: string;
  /** A change of these is copied at once; of the others, within the hour. */
  readonly copiedAtOnce: readonly string[];
  /** What was restored, or begun anew, is put right before anything else happens; answers what people must know of that. */
  readonly afterDamage: (database: SurvivingDatabase, copied: boolean) => string;
  /** Called every five seconds while it cannot be opened because the disk does not answer. */
  readonly onWaiting?: (() => void) | undefined;
  /** Called when it is closed, and the thread is not asked any more. */
  readonly onClosed?: () => void;
}

const damageShownMs = 24 * 3_600_000;
const openStepMs = 5000;
/** Nobody hears a signal, or that the thread ended, while the opening is waited for. */
const openWithinMs = 30_000;
/** As a rule it takes a tenth of one. */
const lookMs = 20;

/** Waits half a minute for a disk that stalls, then throws `store.stalled`. Only for who alone may use the file. Throws ProblemError. */
export function openRelayed(path: string, options: RelayedOptions): SurvivingDatabase {
  const { storage, migrations, busyMs, onWaiting } = options;
  let reply: Reply<OpenedFile> | undefined;
  storage.post({ ask: 'open', path, migrations, busyMs }, (found) => (reply = found));
  for (let waitedMs = openStepMs; !storage.settle(openStepMs); waitedMs += openStepMs) {
    if (waitedMs >= openWithinMs) throw new ProblemError('store.stalled', `${path}: ${notOpened}`);
    onWaiting?.();
  }
  return new Relayed(path, opened(path, reply), options);
}

const notOpened = `no answer within ${openWithinMs / 1000} seconds of opening it. Nothing was begun, so nothing is lost: start again, which waits for the directory`;

function opened(path: string, reply: Reply<OpenedFile> | undefined): OpenedFile {
  if (reply !== undefined && 'answer' in reply) return reply.answer;
  const { code, detail } = reply === undefined ? lostBy(path, 'it was not answered') : faultOf(path, reply);
  throw new ProblemError(code, detail);
}

interface Sent {
  readonly change: Change;
  readonly isUrgent: boolean;
  readonly after: Recording;
}

type Whole = 'whole' | 'exactly the whole';

class Relayed implements SurvivingDatabase {
  readonly #path: string;
  readonly #options: RelayedOptions;
  readonly #storage: Storage;
  readonly #memory: Database;
  readonly #copiedAtOnce: RegExp;
  readonly #listeners = new Set<() => void>();
  readonly #ends: (() => void)[];
  #since: Recording;
  #sent: Sent | undefined;
  /** Of writes of which nobody knows whether they were taken: to be repeated first. */
  #unknown: readonly Uint8Array[] = [];
  #needs: Whole | undefined;
  #isOpen = true;
  #isUrgent = false;
  #isClosed = false;
  #inTransaction = false;
  #isLooking = false;
  #fault: Problem | undefined;
  #retry: NodeJS.Timeout | undefined;
  #damage: Problem | undefined;
  #known: number | undefined;
  #version = 0;

  constructor(path: string, { contents, count, damage }: OpenedFile, options: RelayedOptions) {
    this.#path = path;
    this.#options = options;
    this.#storage = options.storage;
    this.#copiedAtOnce = new RegExp(`\\b(${options.copiedAtOnce.join('|')})\\b`);
    this.#memory = openDatabase(':memory:', options);
    this.#memory.transaction(() => applyDifference(this.#memory, new Map(), contents));
    this.#since = this.#memory.record();
    this.#known = count;
    const shown = setTimeout(() => this.#forgetDamage(), damageShownMs).unref();
    this.#ends = [() => clearTimeout(shown), this.#storage.onSilence(() => this.#tell())];
    if (damage !== undefined) {
      const { code, detail } = damage.problem;
      this.#damage = { code, detail: `${detail}. ${options.afterDamage(this, damage.copied)}` };
    }
  }

  get problem(): Problem | undefined {
    const { silentSince } = this.#storage;
    if (silentSince !== undefined) {
      const since = new Date(silentSince).toISOString();
      return problem('store.stalled', `${this.#path}: no answer since ${since}. ${this.#options.atStake}`);
    }
    if (this.#fault === undefined) return this.#damage;
    return problem(this.#fault.code, `${this.#fault.detail}. ${this.#options.atStake}`);
  }

  onProblem(listener: () => void): void {
    this.#listeners.add(listener);
  }

  get: Database['get'] = (sql, ...values) => this.#memory.get(sql, ...values);

  all: Database['all'] = (sql, ...values) => this.#memory.all(sql, ...values);

  run: Database['run'] = (sql, ...values) => {
    const count = this.#memory.run(sql, ...values);
    this.#isUrgent ||= count > 0 && this.#copiedAtOnce.test(sql);
    if (!this.#inTransaction) this.#flush();
    return count;
  };

  transaction(body: () => void): void {
    if (this.#inTransaction) return body();
    this.#inTransaction = true;
    try {
      this.#memory.transaction(body);
    } finally {
      this.#inTransaction = false;
    }
    this.#flush();
  }

  version(): number {
    this.#storage.settle(0);
    if (this.#isInStep && this.#storage.isIdle && !this.#isLooking) {
      this.#isLooking = true;
      if (!this.#isOpen) this.#reopen();
      this.#storage.post({ ask: 'look', known: this.#known }, (reply) => {
        this.#isLooking = false;
        if ('answer' in reply) this.#take(reply.answer.foreign);
        else if ('ended' in reply) this.#isOpen = false;
      });
      this.#storage.settle(lookMs);
    }
    return this.#version;
  }

  close(): void {
    this.#stopWaiting();
    this.#flush();
    this.#isClosed = true;
    this.#stopWaiting();
    for (const end of this.#ends) end();
    this.#storage.post({ ask: 'close' }, () => undefined);
    this.#storage.settle();
    this.#memory.close();
    this.#options.onClosed?.();
  }

  /** The file has all that is here. */
  get #isInStep(): boolean {
    return this.#sent === undefined && !this.#isBehind();
  }

  #isBehind(): boolean {
    return this.#needs !== undefined || this.#unknown.length > 0 || this.#since.changes().length > 0;
  }

  /** Waits for the disk, as long as it has patience. */
  #flush(): void {
    this.#storage.settle(0);
    this.#send();
    if (this.#sent !== undefined) this.#storage.settle();
  }

  /** Nothing when all is there, when a write is under way, or when the file refused a short while ago. */
  #send(): void {
    if (this.#isClosed || this.#sent !== undefined || this.#retry !== undefined || !this.#isBehind()) return;
    if (!this.#isOpen) this.#reopen();
    const change: Change =
      this.#needs === undefined
        ? { parts: [...this.#unknown, this.#since.changes()] }
        : { whole: contentsOf(this.#memory), exact: this.#needs === 'exactly the whole' };
    const isUrgent = this.#isUrgent;
    this.#sent = { change, isUrgent, after: this.#memory.record() };
    this.#isUrgent = false;
    const write = { change, copyNow: isUrgent, known: this.#known };
    this.#storage.post({ ask: 'write', write }, (reply) => this.#answered(reply));
  }

  #answered(reply: Reply<Answers['write']>): void {
    const { change, isUrgent, after } = this.#sent as Sent;
    this.#sent = undefined;
    if (this.#isClosed) return;
    const isTaken = 'answer' in reply && !('needs' in reply.answer);
    this.#isUrgent ||= isUrgent && !isTaken;
    if ('ended' in reply && 'parts' in change) {
      this.#unknown = change.parts;
      this.#recordSince(after);
    } else if (isTaken) {
      this.#unknown = [];
      this.#needs = undefined;
      this.#recordSince(after);
    } else after.end();
    if (!('answer' in reply)) return this.#refused(reply);
    if ('needs' in reply.answer) this.#needs = reply.answer.needs;
    else {
      this.#setFault(undefined);
      this.#take(reply.answer.foreign);
    }
    this.#send();
  }

  #recordSince(recording: Recording): void {
    this.#since.end();
    this.#since = recording;
  }

  #refused(reply: Exclude<Reply<never>, { answer: never }>): void {
    if ('ended' in reply) this.#isOpen = false;
    this.#setFault(faultOf(this.#path, reply));
    this.#retry = setTimeout(() => {
      this.#stopWaiting();
      this.#send();
    }, this.#options.retryMs ?? 5000).unref();
  }

  /** The thread is another one: the file is opened in it, before the write that was asked for next. */
  #reopen(): void {
    const { migrations, busyMs } = this.#options;
    this.#storage.post({ ask: 'open', path: this.#path, migrations, busyMs }, (reply) => {
      this.#isOpen = 'answer' in reply;
      this.#known = undefined;
      if ('answer' in reply && reply.answer.damage !== undefined) this.#needs = 'exactly the whole';
    });
  }

  #stopWaiting(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  /** What another process wrote; not before it has all that is from here, or that would be lost with it. */
  #take(foreign: Foreign | undefined): void {
    if (foreign === undefined || !this.#isInStep) return;
    this.#since.end();
    this.#memory.transaction(() => applyDifference(this.#memory, contentsOf(this.#memory), foreign.contents));
    this.#since = this.#memory.record();
    this.#known = foreign.count;
    this.#version += 1;
  }

  #setFault(fault: Problem | undefined): void {
    const isNews = (fault === undefined) !== (this.#fault === undefined);
    this.#fault = fault;
    if (isNews) this.#tell();
  }

  #forgetDamage(): void {
    if (this.#damage === undefined) return;
    this.#damage = undefined;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function faultOf(path: string, reply: Exclude<Reply<never>, { answer: never }>): Problem {
  return 'problem' in reply ? reply.problem : lostBy(path, reply.ended);
}

function lostBy(path: string, why: string): Problem {
  const code: ProblemCode = 'store.unwritable';
  return problem(code, `${path}: ${why}`);
}
