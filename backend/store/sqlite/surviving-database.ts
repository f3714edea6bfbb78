/**
 * A database that goes on while its file cannot be written (disk full, read-only): in memory, with all that the file holds. What
 * changes meanwhile is brought to the file as soon as that takes it, in one transaction; a kill before that loses it, and
 * `problem` says so.
 */
import { statSync } from 'node:fs';
import { problem, ProblemError, type Problem } from '../../model/problems.ts';
import { applyDifference, contentsOf, type Contents } from './contents.ts';
import { openDatabase, type Database, type OpenOptions } from './database.ts';

export interface SurvivingDatabase extends Database {
  /** undefined: everything is on the disk. */
  readonly problem: Problem | undefined;
  /** Called when `problem` comes or goes. */
  onProblem(listener: () => void): void;
  /** A number that changes whenever another process wrote. */
  version(): number;
}

export interface SurvivingOptions extends OpenOptions {
  /** How often the file is tried again. Default 5 s. */
  readonly retryMs?: number;
  /** What a kill would lose, and what that means; in `problem`. */
  readonly atStake: string;
}

/** `file` is the open database at `path`; it is closed with the result. */
export function surviving(path: string, file: Database, options: SurvivingOptions): SurvivingDatabase {
  return new FileOrMemory(path, file, options);
}

/** One that lives by its file alone: for a process that comes and goes, and for a database in memory. */
export function unaided(file: Database): SurvivingDatabase {
  return { ...file, problem: undefined, onProblem: () => undefined, version: () => countOf(file) };
}

/** While the file cannot be written. */
interface Exile {
  readonly memory: Database;
  /** What the file held when it began. */
  readonly base: Contents;
  readonly problem: Problem;
  readonly timer: NodeJS.Timeout;
}

class FileOrMemory implements SurvivingDatabase {
  readonly #path: string;
  readonly #options: SurvivingOptions;
  readonly #listeners = new Set<() => void>();
  #file: Database;
  #inode: string | undefined;
  #exile: Exile | undefined;
  #inTransaction = false;
  /** As the file's connection counts; it means nothing to another connection. */
  #counted: number;
  #version = 0;

  constructor(path: string, file: Database, options: SurvivingOptions) {
    this.#path = path;
    this.#options = options;
    this.#file = file;
    this.#inode = inodeOf(path);
    this.#counted = countOf(file);
  }

  get problem(): Problem | undefined {
    return this.#exile?.problem;
  }

  onProblem(listener: () => void): void {
    this.#listeners.add(listener);
  }

  get: Database['get'] = (sql, ...values) => this.#current.get(sql, ...values);

  all: Database['all'] = (sql, ...values) => this.#current.all(sql, ...values);

  run: Database['run'] = (sql, ...values) =>
    this.#inTransaction
      ? this.#current.run(sql, ...values)
      : this.#persist(() => this.#current.run(sql, ...values));

  transaction(body: () => void): void {
    this.#persist(() => {
      this.#inTransaction = true;
      try {
        this.#current.transaction(body);
      } finally {
        this.#inTransaction = false;
      }
    });
  }

  version(): number {
    // What another process writes meanwhile is seen when this one is back on the file.
    if (this.#exile === undefined) this.#count();
    return this.#version;
  }

  close(): void {
    this.#tryToReturn();
    if (this.#exile !== undefined) this.#endExile(this.#exile);
    this.#file.close();
  }

  get #current(): Database {
    return this.#exile?.memory ?? this.#file;
  }

  /** A write that the file does not take is done again in memory. */
  #persist<Result>(write: () => Result): Result {
    try {
      return write();
    } catch (error) {
      if (this.#exile !== undefined || !isUnwritable(error)) throw error;
      this.#goIntoExile(error);
      return write();
    }
  }

  #goIntoExile(error: ProblemError): void {
    const base = contentsOf(this.#file);
    const memory = openDatabase(':memory:', this.#options);
    memory.transaction(() => applyDifference(memory, new Map(), base));
    this.#exile = {
      memory,
      base,
      problem: problem('store.unwritable', `${error.problem.detail}. ${this.#options.atStake}`),
      timer: setInterval(() => this.#tryToReturn(), this.#options.retryMs ?? 5000).unref(),
    };
    this.#tell();
  }

  #tryToReturn(): void {
    const exile = this.#exile;
    if (exile === undefined) return;
    try {
      const base = this.#reopenWhenReplaced() ? new Map<string, never>() : exile.base;
      const now = contentsOf(exile.memory);
      this.#file.transaction(() => applyDifference(this.#file, base, now));
    } catch (error) {
      if (error instanceof ProblemError) return;
      throw error;
    }
    this.#endExile(exile);
    this.#tell();
  }

  /** Another disk may have been put in the place of the one that failed. */
  #reopenWhenReplaced(): boolean {
    const inode = inodeOf(this.#path);
    if (inode === this.#inode) return false;
    const file = openDatabase(this.#path, this.#options);
    this.#file.close();
    this.#file = file;
    this.#inode = inodeOf(this.#path);
    this.#counted = countOf(file);
    this.#version += 1;
    return true;
  }

  #endExile({ timer, memory }: Exile): void {
    clearInterval(timer);
    memory.close();
    this.#exile = undefined;
  }

  #count(): void {
    const counted = countOf(this.#file);
    if (counted !== this.#counted) this.#version += 1;
    this.#counted = counted;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function countOf(file: Database): number {
  return Number(file.get('PRAGMA data_version')?.['data_version']);
}

function isUnwritable(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.problem.code === 'store.unwritable';
}

function inodeOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? undefined : `${found.dev} ${found.ino}`;
}
