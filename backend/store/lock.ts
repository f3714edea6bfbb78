/**
 * One process per data directory: an exclusive transaction held open on `lock.db`. The system releases it with the process,
 * however that ends; a file with a process id would not do in containers, where process 1 is always alive.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ProblemError, problemOf } from '../model/problems.ts';
import { makePrivate, translated } from './sqlite/database.ts';

export interface DirectoryLock {
  release(): void;
}

/** Throws ProblemError `store.locked` when another process, or this one, holds it already; `store.closed` where nothing can be written. */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, 'lock.db');
  try {
    return translated(path, () => lock(path));
  } catch (error) {
    const { code, detail } = problemOf(error);
    if (code === 'store.locked') throw new ProblemError(code, directory, { cause: error });
    if (code === 'store.unwritable') throw new ProblemError('store.closed', detail, { cause: error });
    throw error;
  }
}

/** A connection that nobody refers to is closed with the garbage, and its lock with it. */
const held = new Set<DatabaseSync>();

function lock(path: string): DirectoryLock {
  makePrivate(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw error;
  }
  held.add(database);
  return {
    release() {
      held.delete(database);
      database.close();
    },
  };
}
