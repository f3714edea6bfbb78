/**
 * The guard's memory: unexplained removals of addresses, one row each, with the mapping's size when it was sent.
 *
 * Net per target object, because what matters is by how much an object shrank:
 *
 *     in the act                             rows
 *     unexplained removal                    one more (again: its time and size are renewed)
 *     an address that comes back             its own row goes
 *     additions beyond the removals that     as many of the object's oldest rows go: pods that were replaced while
 *     are explained                          nobody looked
 *
 * An addition is never credited in advance, and a removal that then fails stays counted: both err on the side of holding.
 */
import { keyText, type KeyText, type MappingName } from '../../model/identity.ts';
import type { Change } from '../../model/plan.ts';
import type { GuardWindow } from '../../plan/ports.ts';
import type { Database } from './database.ts';

export interface Act {
  readonly changes: readonly Change[];
  readonly present: ReadonlyMap<MappingName, number>;
  readonly now: number;
}

/** No guard window is longer; older rows are dropped when new ones come. */
const keptForMs = 7 * 24 * 3_600_000;

export function recordAct(database: Database, act: Act): void {
  const counted = act.changes.filter(
    (change) =>
      (change.type === 'removeItem' && change.address !== undefined) ||
      (change.type === 'addItem' && change.item.address !== undefined),
  );
  const unexplained = counted.some(isUnexplained);
  if (!unexplained && database.get('SELECT 1 FROM removals LIMIT 1') === undefined) return;
  if (counted.length === 0) return;
  database.transaction(() => {
    database.run('DELETE FROM removals WHERE at < ?', act.now - keptForMs);
    for (const [key, changes] of Map.groupBy(counted, (change) => keyText(change.key)))
      recordKey(database, key, { ...act, changes });
  });
}

function isUnexplained(change: Change): boolean {
  return change.type === 'removeItem' && change.explanation === 'unexplained';
}

function recordKey(database: Database, key: KeyText, { changes, present, now }: Act): void {
  let spare = 0;
  for (const change of changes) {
    if (change.type === 'addItem')
      spare += 1 - database.run('DELETE FROM removals WHERE key = ? AND item = ?', key, change.item.id);
    else if (change.type === 'removeItem' && !isUnexplained(change)) spare -= 1;
    else if (change.type === 'removeItem')
      database.run(
        'INSERT OR REPLACE INTO removals (mapping, key, item, at, size) VALUES (?, ?, ?, ?, ?)',
        change.mapping,
        key,
        change.item,
        now,
        present.get(change.mapping) ?? 0,
      );
  }
  if (spare > 0)
    database.run(
      'DELETE FROM removals WHERE id IN (SELECT id FROM removals WHERE key = ? ORDER BY at, id LIMIT ?)',
      key,
      spare,
    );
}

/** Of the rows after `start`; the size is the one recorded with the oldest of them. */
export function windowOf(database: Database, mapping: MappingName, start: number): GuardWindow | undefined {
  const rows = database.all(
    'SELECT key, item, size FROM removals WHERE mapping = ? AND at > ? ORDER BY at, id',
    mapping,
    start,
  );
  const [oldest] = rows;
  if (oldest === undefined) return undefined;
  const removed = new Set(rows.map((row) => `${String(row['key'])} ${String(row['item'])}`));
  return { removed, sizeAtStart: Number(oldest['size']) };
}
