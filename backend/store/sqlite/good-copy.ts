/**
 * The last good copy of a database, beside it (`PATH.good`): what is gone back to when the file is found damaged. A copy is made
 * under another name and takes the old one's place when it is whole and on the disk.
 */
import { closeSync, copyFileSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { problem, ProblemError, type Problem } from '../../model/problems.ts';
import {
  DamagedFile,
  makePrivate,
  openDatabase,
  translated,
  type Database,
  type OpenOptions,
} from './database.ts';
import { setAside } from './set-aside.ts';

export interface Restored {
  readonly database: Database;
  /** undefined: the file was whole. */
  readonly damage: { readonly problem: Problem; readonly copied: boolean } | undefined;
}

const copyOf = (path: string): string => `${path}.good`;

/** Makes the copy anew. Throws ProblemError, and leaves the old one then. */
export function saveGoodCopy(path: string, database: Database): void {
  const unfinished = `${copyOf(path)}.new`;
  translated(path, () => {
    rmSync(unfinished, { force: true });
    makePrivate(unfinished);
    database.run('VACUUM INTO ?', unfinished);
    putInPlace(unfinished, copyOf(path));
  });
}

/**
 * Opens the database; in place of one that is damaged its last good copy, else a new one. Only for who alone may use the file.
 * Throws ProblemError otherwise.
 */
export function openOrRestore(path: string, options: OpenOptions): Restored {
  try {
    refuseEmptied(path);
    return { database: openDatabase(path, options), damage: undefined };
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    return translated(path, () => restore(path, options, error));
  }
}

/** To SQLite an empty file is a new database. Where there is a copy, it was more than that. */
function refuseEmptied(path: string): void {
  const isEmpty = statSync(path, { throwIfNoEntry: false })?.size === 0;
  if (isEmpty && whenMade(copyOf(path)) !== undefined) throw new DamagedFile(`${path}: it is empty`);
}

function restore(path: string, options: OpenOptions, { problem: { detail } }: DamagedFile): Restored {
  const aside = setAside(path, Date.now());
  const told = (what: string): Problem =>
    problem('store.unreadable', `${detail}. It was set aside as ${aside}. ${what}`);
  const made = whenMade(copyOf(path));
  const copy = made === undefined ? undefined : openedCopy(path, options);
  if (made !== undefined && copy !== undefined) {
    const what = `Its last good copy, of ${made}, is in its place: what was decided after that is forgotten`;
    return { database: copy, damage: { problem: told(what), copied: true } };
  }
  const database = openDatabase(path, options);
  const what = 'There is no good copy of it, and a new one is begun';
  return { database, damage: { problem: told(what), copied: false } };
}

/** The good copy in the file's place; undefined when it is damaged as well. */
function openedCopy(path: string, options: OpenOptions): Database | undefined {
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  makePrivate(unfinished);
  copyFileSync(copyOf(path), unfinished);
  putInPlace(unfinished, path);
  try {
    return openDatabase(path, options);
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    setAside(copyOf(path), Date.now());
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    return undefined;
  }
}

/** Not before it is on the disk. */
function putInPlace(unfinished: string, path: string): void {
  const file = openSync(unfinished, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}

function whenMade(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.size === 0 ? undefined : found.mtime.toISOString();
}

/** Whether a copy could be made now; what prevents it is told by who writes the file itself. */
export function triedToSave(path: string, database: Database): boolean {
  try {
    saveGoodCopy(path, database);
    return true;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    rmSync(`${copyOf(path)}.new`, { force: true });
    return false;
  }
}
