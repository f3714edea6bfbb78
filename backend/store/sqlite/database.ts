/**
 * A SQLite file of ours: private to its owner, durable at each commit, refused when damaged or newer than we are.
 *
 * Every failure leaves as a ProblemError: locked, unwritable, unreadable. Calls are synchronous and short.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import {
  constants,
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from 'node:sqlite';
import { ProblemError, type ProblemCode } from '../../model/problems.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

export interface Statements {
  /** Statements are prepared once per text. */
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  all(sql: string, ...values: SQLInputValue[]): Row[];
  /** Rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** All of `body` or nothing of it; waits for another process's transaction before it begins. Within another, it is part of that. */
  transaction(body: () => void): void;
}

export interface Database extends Statements {
  /** From now on; of tables that have a primary key. */
  record(): Recording;
  /**
   * What a recording elsewhere holds, whatever stands in the rows' places: repeated, it changes nothing. To be run in a transaction.
   * false: it cannot be had beside other rows that are there.
   */
  replay(changes: Uint8Array): boolean;
  close(): void;
}

/** What became of rows: their last values, or that they are gone. */
export interface Recording {
  /** Empty: nothing. */
  changes(): Uint8Array;
  end(): void;
}

export interface OpenOptions {
  /** Each brings the schema from its position to the next; never edited once released. */
  readonly migrations: readonly string[];
  /** How long to wait for another process's transaction. */
  readonly busyMs: number;
  /** The file can give back what rows that were deleted took up, by `PRAGMA incremental_vacuum`. Of a new file only. */
  readonly shrinks?: boolean;
}

/** The file is torn or overwritten; nobody can read it as it is. One of a newer version is not: that is somebody's. */
export class DamagedFile extends ProblemError {
  constructor(detail: string, cause?: unknown) {
    super('store.unreadable', detail, { cause });
    this.name = 'DamagedFile';
  }
}

export function openDatabase(path: string, { migrations, busyMs, shrinks = false }: OpenOptions): Database {
  return translated(path, () => {
    makePrivate(path);
    const handle = new DatabaseSync(path, { timeout: busyMs });
    try {
      if (shrinks) handle.exec('PRAGMA auto_vacuum = INCREMENTAL');
      handle.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      checkWhole(handle, path);
      const database = wrap(handle, path);
      migrate(database, migrations, path);
      return database;
    } catch (error) {
      handle.close();
      throw error;
    }
  });
}

/**
 * Creates the file for its owner only; SQLite gives its side files the same mode. Trap: opening and closing an existing file
 * here would drop the locks that this process holds on it, so an existing one is only changed by name.
 */
export function makePrivate(path: string): void {
  if (path === ':memory:') return;
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    chmodSync(path, 0o600);
  }
}

function checkWhole(handle: DatabaseSync, path: string): void {
  const found = handle.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (found !== 'ok') throw new DamagedFile(`${path}: ${String(found)}`);
}

function migrate(database: Database, migrations: readonly string[], path: string): void {
  const version = (): number => Number(database.get('PRAGMA user_version')?.['user_version']);
  if (version() > migrations.length)
    throw new ProblemError('store.unreadable', `${path} was written by a newer version of this program`);
  if (version() === migrations.length) return;
  database.transaction(() => {
    // Another process may have migrated while this one waited.
    for (const migration of migrations.slice(version()))
      for (const statement of migration.split(';')) if (statement.trim() !== '') database.run(statement);
    database.run(`PRAGMA user_version = ${migrations.length}`);
  });
}

function wrap(handle: DatabaseSync, path: string): Database {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? handle.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  return {
    get: (sql, ...values) => translated(path, () => statement(sql).get(...values)),
    all: (sql, ...values) => translated(path, () => statement(sql).all(...values)),
    run: (sql, ...values) => translated(path, () => Number(statement(sql).run(...values).changes)),
    transaction: (body) => (handle.isTransaction ? body() : translated(path, () => whole(handle, body))),
    record: () => recordingOn(handle),
    replay: (changes) =>
      changes.length === 0 ||
      translated(path, () => handle.applyChangeset(changes, { onConflict: settleConflict })),
    close: () => handle.close(),
  };
}

function whole(handle: DatabaseSync, body: () => void): void {
  handle.exec('BEGIN IMMEDIATE');
  try {
    body();
    handle.exec('COMMIT');
  } catch (error) {
    if (handle.isTransaction) handle.exec('ROLLBACK');
    throw error;
  }
}

function recordingOn(handle: DatabaseSync): Recording {
  const session = handle.createSession();
  return { changes: () => session.changeset(), end: () => session.close() };
}

function settleConflict(conflict: number): number {
  switch (conflict) {
    case constants.SQLITE_CHANGESET_DATA:
    case constants.SQLITE_CHANGESET_CONFLICT:
      return constants.SQLITE_CHANGESET_REPLACE;
    case constants.SQLITE_CHANGESET_NOTFOUND:
      return constants.SQLITE_CHANGESET_OMIT;
    default:
      return constants.SQLITE_CHANGESET_ABORT;
  }
}

/** SQLite's primary result codes that mean something other than a fault of ours. */
const codes: Readonly<Record<number, ProblemCode>> = {
  5: 'store.locked' /* SQLITE_BUSY */,
  8: 'store.unwritable' /* SQLITE_READONLY */,
  10: 'store.unwritable' /* SQLITE_IOERR */,
  11: 'store.unreadable' /* SQLITE_CORRUPT */,
  13: 'store.unwritable' /* SQLITE_FULL */,
  14: 'store.unwritable' /* SQLITE_CANTOPEN */,
  26: 'store.unreadable' /* SQLITE_NOTADB */,
};

export function translated<Result>(path: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const detail = `${path}: ${(error as Error).message}`;
    if (code === 'store.unreadable') throw new DamagedFile(detail, error);
    throw new ProblemError(code, detail, { cause: error });
  }
}

function codeOf(error: unknown): ProblemCode | undefined {
  if (!(error instanceof Error) || error instanceof ProblemError) return undefined;
  const { errcode, syscall } = error as { errcode?: number; syscall?: string };
  if (errcode !== undefined) return codes[errcode & 0xff];
  return syscall === undefined ? undefined : 'store.unwritable';
}
