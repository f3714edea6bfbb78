/**
 * The file of a relayed database, as the thread that touches the disk has it. It is brought back from its last good copy when it is
 * found damaged, copied within the hour of a change, and opened anew when another one stands in its place.
 *
 * Throws ProblemError wherever the disk refuses; nothing has changed then.
 */
import { statSync } from 'node:fs';
import type { Problem } from '../../model/problems.ts';
import { applyDifference, contentsOf, type Contents } from './contents.ts';
import { openDatabase, type Database, type OpenOptions } from './database.ts';
import { openOrRestore, triedToSave } from './good-copy.ts';

export interface OpenedFile {
  readonly contents: Contents;
  /** As `Foreign.count`. */
  readonly count: number;
  /** undefined: it was whole. */
  readonly damage: { readonly problem: Problem; readonly copied: boolean } | undefined;
}

export interface Write {
  readonly change: Change;
  /** To be in the good copy at once. */
  readonly copyNow: boolean;
  /** The last `Foreign.count` that the asker has taken; undefined: none. */
  readonly known: number | undefined;
}

export type Change =
  /** As `Recording.changes`; one after another, all or nothing. */
  | { readonly parts: readonly Uint8Array[] }
  /** All rows that are to be there. `exact`: and no others. */
  | { readonly whole: Contents; readonly exact: boolean };

/** What is there when another process wrote. */
export interface Foreign {
  readonly contents: Contents;
  /** Another number whenever another process has written. */
  readonly count: number;
}

export interface Looked {
  /** undefined: nobody wrote since what the asker knows. */
  readonly foreign: Foreign | undefined;
}

/** `needs`: nothing was written; what is there now takes only the whole. */
export type Taken = Looked | { readonly needs: 'whole' | 'exactly the whole' };

const copyMs = 3_600_000;

export class KeptFile {
  readonly opened: OpenedFile;
  readonly #path: string;
  readonly #options: OpenOptions;
  readonly #timer: NodeJS.Timeout;
  #file: Database;
  /** Another disk may be put in the place of one that failed. */
  #inode: string | undefined;
  #hasFailed = false;
  #isChanged = true;
  #counted: number;
  #count = Date.now();

  constructor(path: string, options: OpenOptions) {
    this.#path = path;
    this.#options = options;
    const { database, damage } = openOrRestore(path, options);
    this.#file = database;
    this.#inode = inodeOf(path);
    this.#counted = versionOf(database);
    this.#copy();
    this.opened = { contents: contentsOf(database), count: this.#count, damage };
    this.#timer = setInterval(() => this.#copy(), copyMs);
  }

  write({ change, copyNow, known }: Write): Taken {
    try {
      if (this.#isReplaced() && 'parts' in change) return { needs: 'whole' };
      if (!this.#apply(change)) return { needs: 'exactly the whole' };
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
    this.#hasFailed = false;
    this.#isChanged = true;
    if (copyNow) this.#copy();
    return this.look(known);
  }

  look(known: number | undefined): Looked {
    const counted = versionOf(this.#file);
    if (counted !== this.#counted) {
      this.#counted = counted;
      this.#count += 1;
      // What another process writes comes from a person: a pause, an approval.
      this.#isChanged = true;
      this.#copy();
    }
    const count = this.#count;
    return { foreign: known === count ? undefined : { contents: contentsOf(this.#file), count } };
  }

  close(): void {
    clearInterval(this.#timer);
    if (!this.#hasFailed) this.#copy();
    this.#file.close();
  }

  #apply(change: Change): boolean {
    let isTaken = true;
    const file = this.#file;
    try {
      file.transaction(() => {
        if ('whole' in change)
          applyDifference(file, change.exact ? contentsOf(file) : new Map<string, never>(), change.whole);
        else isTaken = change.parts.every((part) => file.replay(part));
        if (!isTaken) throw new NotTaken();
      });
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
    }
    return isTaken;
  }

  #isReplaced(): boolean {
    if (!this.#hasFailed) return false;
    const inode = inodeOf(this.#path);
    if (inode === this.#inode) return false;
    const file = openDatabase(this.#path, this.#options);
    this.#file.close();
    this.#file = file;
    this.#inode = inodeOf(this.#path);
    this.#counted = versionOf(file);
    this.#count += 1;
    return true;
  }

  #copy(): void {
    if (this.#isChanged) this.#isChanged = !triedToSave(this.#path, this.#file);
  }
}

class NotTaken extends Error {}

/** A number that changes whenever another connection wrote; it means nothing to another connection. */
export function versionOf(file: Database): number {
  return Number(file.get('PRAGMA data_version')?.['data_version']);
}

function inodeOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? undefined : `${found.dev} ${found.ino}`;
}
