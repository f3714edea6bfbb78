/**
 * One JSON document in a file of its own, by lowdb: private to its owner, on the disk when a change returns, checked when read.
 *
 * What is written is written twice, to `NAME` and then to `NAME.bak`, so a file that is torn costs nothing. One that cannot be
 * understood is set aside as `NAME.damaged-<time>`, never overwritten. What the document means is the caller's business.
 *
 * Synchronous throughout: between two statements of a caller nothing changes. One process at a time may change a file.
 */
import { LowSync, type SyncAdapter } from 'lowdb';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import type { z } from 'zod';
import { ProblemError, problem, problemOf, type Problem } from '../../model/problems.ts';
import { ownThread, type Disk } from './disk.ts';
import { removeLeftOvers } from './write-whole.ts';

export interface JsonFileOptions {
  /**
   * Both copies damaged. `refuse`: opening throws `store.unreadable` and touches nothing. `empty`: both are set aside, and it starts empty.
   * What the system does not let us read is refused in any case: it may be whole.
   */
  readonly whenUnreadable?: 'refuse' | 'empty';
  /** Milliseconds since the epoch; for the name under which a damaged file is kept. */
  readonly now?: () => number;
  /** Another process may be changing the file: nothing is tidied, set aside or brought back. */
  readonly lookOnly?: boolean;
  /** What is written goes there. Default: `ownThread`. Opening reads in this thread in any case. */
  readonly disk?: Disk | undefined;
}

export interface JsonFile<T> {
  /** As it is on the disk; never to be changed in place. */
  readonly value: T;
  /** false: nothing was found when it was opened, and nothing was written since. */
  readonly exists: boolean;
  /** What was wrong with the file when it was opened, and what was done about it: `store.unreadable`. */
  readonly damage: Problem | undefined;
  /** Why the last write failed, or only the second copy of it; undefined: it did not. `store.unwritable`, `store.stalled`. */
  readonly unwritten: Problem | undefined;
  /**
   * `make` is given a copy that it may change, or returns another value. That is checked, written, and becomes `value`, in this
   * order. Throws `store.unwritable`, `store.stalled`, or what `make` throws, and then nothing has changed here; nor on the disk,
   * unless the detail says that a restart may find it. Another change, of nothing too, writes that over.
   */
  change(make: (copy: T) => T | undefined): T;
}

/**
 * Opens the file; reads it at once and writes nothing, but for what is set aside or brought back. Absent: `empty()`.
 * Throws `store.unreadable` (see `whenUnreadable`).
 */
export function openJsonFile<T>(
  path: string,
  schema: z.ZodType<T>,
  empty: () => T,
  { whenUnreadable = 'refuse', now = Date.now, lookOnly = false, disk = ownThread }: JsonFileOptions = {},
): JsonFile<T> {
  if (!lookOnly) removeLeftOvers(path);
  const adapter = new TwoCopies(path, schema, { whenUnreadable, now, lookOnly, disk });
  const database = new LowSync<T>(adapter, empty());
  database.read();
  return {
    get value() {
      return database.data;
    },
    get exists() {
      return adapter.exists;
    },
    get damage() {
      return adapter.damage;
    },
    get unwritten() {
      return adapter.unwritten;
    },
    change(make) {
      const copy = structuredClone(database.data);
      const next = schema.parse(make(copy) ?? copy);
      adapter.write(next);
      database.data = next;
      return next;
    },
  };
}

type Settled = Required<JsonFileOptions> & { readonly disk: Disk };

type Read<T> =
  | { readonly value: T }
  | { readonly absent: true }
  /** `unread`: the system did not give it to us (EACCES, EIO, EMFILE). */
  | { readonly absent: false; readonly why: string; readonly unread: boolean };

class TwoCopies<T> implements SyncAdapter<T> {
  exists = false;
  damage: Problem | undefined;
  unwritten: Problem | undefined;
  readonly #path: string;
  readonly #schema: z.ZodType<T>;
  readonly #options: Settled;

  constructor(path: string, schema: z.ZodType<T>, options: Settled) {
    this.#path = path;
    this.#schema = schema;
    this.#options = options;
  }

  read(): T | null {
    const first = readCopy(this.#path, this.#schema);
    if ('value' in first) return this.#found(first.value);
    const second = readCopy(this.#backup, this.#schema);
    if ('value' in second) return this.#recovered(first, second.value);
    if (first.absent && second.absent) return null;
    return this.#lost([first, second]);
  }

  write(value: T): void {
    const text = `${JSON.stringify(value, null, 2)}\n`;
    this.unwritten = attempt(() => {
      this.#options.disk.put(this.#path, text);
    });
    if (this.unwritten !== undefined) throw new ProblemError(this.unwritten.code, this.unwritten.detail);
    this.exists = true;
    this.unwritten = attempt(() => {
      this.#options.disk.put(this.#backup, text);
    });
  }

  get #backup(): string {
    return `${this.#path}.bak`;
  }

  #found(value: T): T {
    this.exists = true;
    return value;
  }

  #recovered(first: Read<T>, value: T): T {
    if (this.#options.lookOnly) return this.#found(value);
    const kept = 'why' in first ? this.#setAside(this.#path) : '';
    this.damage = problem(
      'store.unreadable',
      `${this.#path} (${'why' in first ? first.why : 'it is not there'}); its second copy is used.${kept}`,
    );
    try {
      this.write(value);
    } catch {
      // `unwritten` says so; the second copy stays where it is.
    }
    return this.#found(value);
  }

  #lost(copies: readonly Read<T>[]): null {
    const whys = copies.map((copy) => ('why' in copy ? copy.why : 'not there'));
    const detail = `${this.#path} (${whys[0]}), and its second copy ${this.#backup} (${whys[1]})`;
    const isUnread = copies.some((copy) => 'unread' in copy && copy.unread);
    if (isUnread || this.#options.whenUnreadable === 'refuse')
      throw new ProblemError('store.unreadable', detail);
    if (this.#options.lookOnly) return null;
    const kept = [this.#path, this.#backup].map((each) => this.#setAside(each)).join('');
    this.damage = problem('store.unreadable', `${detail}; it starts empty.${kept}`);
    return null;
  }

  /** A file that cannot be moved stays, and the next write replaces it. */
  #setAside(path: string): string {
    if (!existsSync(path)) return '';
    const time = new Date(this.#options.now()).toISOString().replaceAll(/[:.]/g, '-');
    const aside = `${path}.damaged-${time}`;
    try {
      renameSync(path, aside);
      return ` What was found is kept as ${aside}.`;
    } catch {
      return '';
    }
  }
}

function attempt(write: () => void): Problem | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}

function readCopy<T>(path: string, schema: z.ZodType<T>): Read<T> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { absent: true } : { absent: false, why: code, unread: true };
  }
  if (text.trim() === '') return damaged('it is empty');
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    // The parser's message would show what stands there, and that may be a key.
    return damaged(`it is not whole: ${text.length} characters, which are no JSON`);
  }
  const result = schema.safeParse(input);
  if (result.success) return { value: result.data };
  const issue = result.error.issues[0];
  return damaged(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`);
}

function damaged(why: string): { readonly absent: false; readonly why: string; readonly unread: false } {
  return { absent: false, why, unread: false };
}
