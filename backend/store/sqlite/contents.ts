/** All rows of a database, as values: to go on elsewhere with them, and to bring back what changed there. */
import type { SQLInputValue } from 'node:sqlite';
import type { Database } from './database.ts';

/** By table; each row as JSON of its columns in order. Of texts, whole numbers and nulls. */
export type Contents = ReadonlyMap<string, ReadonlySet<string>>;

export function contentsOf(database: Database): Contents {
  return new Map(tablesOf(database).map((table) => [table, rowsOf(database, table)]));
}

/** Makes of what is in `from` what is in `to`, and leaves alone what is in neither. To be run in a transaction. */
export function applyDifference(database: Database, from: Contents, to: Contents): void {
  for (const table of tablesOf(database)) {
    const [before, after] = [from.get(table) ?? new Set<string>(), to.get(table) ?? new Set<string>()];
    const columns = columnsOf(database, table);
    const same = columns.map((column) => `${column} IS ?`).join(' AND ');
    const places = columns.map(() => '?').join(', ');
    for (const row of missing(before, after))
      database.run(`DELETE FROM ${table} WHERE ${same}`, ...valuesOf(row));
    for (const row of missing(after, before))
      database.run(`INSERT OR REPLACE INTO ${table} VALUES (${places})`, ...valuesOf(row));
  }
}

function missing(rows: ReadonlySet<string>, elsewhere: ReadonlySet<string>): string[] {
  return [...rows].filter((row) => !elsewhere.has(row));
}

function tablesOf(database: Database): string[] {
  return database
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .map(({ name }) => String(name));
}

function columnsOf(database: Database, table: string): string[] {
  return database.all(`PRAGMA table_info(${table})`).map(({ name }) => `"${String(name)}"`);
}

function rowsOf(database: Database, table: string): Set<string> {
  return new Set(database.all(`SELECT * FROM ${table}`).map((row) => JSON.stringify(Object.values(row))));
}

function valuesOf(row: string): SQLInputValue[] {
  // Written by `rowsOf` and nobody else.
  return JSON.parse(row) as SQLInputValue[];
}
