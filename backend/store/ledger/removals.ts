/**
 * The guard's memory: removals of addresses that are bounded (unexplained, or by an edit), one row each, with the mapping's size when it was sent.
 *
 * Net per target object and source, because what matters is by how much an object shrank, and what one cluster adds makes
 * up for nothing that another one lost:
 *
 *     when     what                                     rows
 *     sent     an unexplained removal                   one more (again: its time and size are renewed)
 *     accepted an address that comes back, or that      its own row goes
 *              is put back in service
 *     accepted additions beyond the removals that       as many of the object's oldest rows go: pods that were replaced
 *              are explained                            while nobody looked
 *
 * A removal counts from before it is sent, and stays when it fails; an addition counts only once it has happened, and never in
 * advance: all of this errs on the side of holding.
 */
import { keyText, type KeyText, type MappingName, type SystemName } from '../../model/identity.ts';
import { isBounded, type Change } from '../../model/plan.ts';
import type { ItemId } from '../../model/target-object.ts';
import type { GuardWindow } from '../../plan/ports.ts';
import type { Statements } from '../sqlite/database.ts';

export interface Act {
  readonly changes: readonly Change[];
  readonly present: ReadonlyMap<MappingName, number>;
  readonly now: number;
}

/** No guard window is longer; older rows are dropped when new ones come. */
const keptForMs = 7 * 24 * 3_600_000;

/** A removal, or the first step of one: an item of either is counted once. */
interface Removal extends Pick<Change, 'key' | 'mapping'> {
  readonly item: ItemId;
  readonly source: string;
}

/** What is about to be sent. */
export function recordAct(database: Statements, { changes, present, now }: Act): void {
  const removals = changes.flatMap((change) => boundedRemoval(change) ?? []);
  if (removals.length === 0) return;
  database.transaction(() => {
    database.run('DELETE FROM removals WHERE at < ?', now - keptForMs);
    for (const { mapping, key, source, item } of removals)
      database.run(
        'INSERT OR REPLACE INTO removals (mapping, key, source, item, at, size) VALUES (?, ?, ?, ?, ?, ?)',
        mapping,
        keyText(key),
        source,
        item,
        now,
        present.get(mapping) ?? 0,
      );
  });
}

/** What the system said yes to. */
export function recordAccepted(database: Statements, changes: readonly Change[]): void {
  const counted = changes.filter(
    (change) =>
      (change.type === 'addItem' && change.item.address !== undefined) ||
      (change.type === 'removeItem' && change.address !== undefined && !countsForGuard(change)),
  );
  const back = changes.flatMap((change) => backInService(change) ?? []);
  if (back.length === 0 && !counted.some(({ type }) => type === 'addItem')) return;
  if (database.get('SELECT 1 FROM removals LIMIT 1') === undefined) return;
  database.transaction(() => {
    for (const { key, item } of back) forget(database, key, item);
    for (const ofKey of Map.groupBy(counted, (change) => keyText(change.key)).values())
      for (const [source, ofSource] of Map.groupBy(ofKey, sourceOf)) credit(database, source, ofSource);
  });
}

function boundedRemoval(change: Change): Removal | undefined {
  const { key, mapping } = change;
  if (!countsForGuard(change)) return undefined;
  if (change.type === 'updateItem')
    return { key, mapping, item: change.item.id, source: change.item.mark.source };
  return change.address === undefined
    ? undefined
    : { key, mapping, item: change.item, source: change.mark.source };
}

function countsForGuard(change: Change): change is Extract<Change, { type: 'removeItem' | 'updateItem' }> {
  return (change.type === 'removeItem' || change.type === 'updateItem') && isBounded(change.explanation);
}

function sourceOf(change: Change): string {
  if (change.type === 'addItem') return change.item.mark.source;
  return change.type === 'removeItem' ? change.mark.source : '-';
}

/** An item that is kept in service after all, or whose draining is over. */
function backInService(change: Change): { readonly key: KeyText; readonly item: ItemId } | undefined {
  if (change.type !== 'updateItem' || change.item.leaving || change.item.address === undefined)
    return undefined;
  return { key: keyText(change.key), item: change.item.id };
}

/** Returns how many rows it had: one or none. */
function forget(database: Statements, key: KeyText, item: ItemId): number {
  return database.run('DELETE FROM removals WHERE key = ? AND item = ?', key, item);
}

/** Additions and explained removals of one source, in one object. */
function credit(database: Statements, source: string, changes: readonly Change[]): void {
  const [first] = changes;
  if (first === undefined) return;
  const key: KeyText = keyText(first.key);
  let spare = 0;
  for (const change of changes)
    if (change.type === 'addItem') spare += 1 - forget(database, key, change.item.id);
    else spare -= 1;
  if (spare > 0)
    database.run(
      'DELETE FROM removals WHERE id IN (SELECT id FROM removals WHERE key = ? AND source = ? ORDER BY at, id LIMIT ?)',
      key,
      source,
      spare,
    );
}

/** Of the system's rows after `start`; the size is the one recorded with the oldest of them. */
export function windowOf(
  database: Statements,
  mapping: MappingName,
  { system, start }: { readonly system: SystemName; readonly start: number },
): GuardWindow | undefined {
  const rows = database
    .all('SELECT key, item, size FROM removals WHERE mapping = ? AND at > ? ORDER BY at, id', mapping, start)
    .filter((row) => String(row['key']).startsWith(`${system}|`));
  const [oldest] = rows;
  if (oldest === undefined) return undefined;
  const removed = new Set(rows.map((row) => `${String(row['key'])} ${String(row['item'])}`));
  return { removed, sizeAtStart: Number(oldest['size']) };
}
