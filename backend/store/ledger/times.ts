/**
 * The times in the ledger that something is decided by, moved together when the clock was set. Those that only tell a person when
 * something was done stay as they were written.
 */
import type { Statements } from '../sqlite/database.ts';

const decisive = [
  ['removals', 'at'],
  ['empty', 'since'],
  ['drains', 'since'],
] as const;

export function moveTimes(database: Statements, byMs: number, now: number): void {
  const isMoved = ([table, column]: (typeof decisive)[number]): boolean =>
    byMs !== 0 || database.get(`SELECT 1 FROM ${table} WHERE ${column} > ?`, now) !== undefined;
  const moved = decisive.filter(isMoved);
  if (moved.length === 0) return;
  database.transaction(() => {
    for (const [table, column] of moved)
      database.run(`UPDATE ${table} SET ${column} = MIN(${column} + ?, ?)`, byMs, now);
  });
}
