/**
 * Who held which address when. One row per item and time that it stood: a pool may have an address on two ports, and holds it
 * until the last of them is gone.
 */
import type { HolderModel } from '../../api/contract/history.ts';
import { parseKeyText, type KeyText } from '../../model/identity.ts';
import type { Database, Row as Stored } from '../sqlite/database.ts';
import { canonicalAddress } from './query-address.ts';
import type { SeenPart, SeenRow } from './messages.ts';
import type { Row } from './rows.ts';

interface Holding {
  readonly key: string;
  readonly item: string;
  readonly address: string;
  readonly mapping: string;
  readonly origin: string;
  readonly at: number;
  readonly seen: boolean;
}

/** Of an accepted change. */
export function applyHolding(database: Database, row: Row): void {
  const { key, item, address, mapping, at, why } = row;
  if (key === null || mapping === null) return;
  if (row.holds === 'object ends') {
    database.run('UPDATE holdings SET until = max(since, ?) WHERE key = ? AND until IS NULL', at, key);
    return;
  }
  if (item === null || address === null) return;
  if (row.holds === 'ends') return end(database, { key, item, at });
  const seen = row.holds === 'goes on';
  hold(database, { key, item, address, mapping, at, seen, origin: seen ? '' : why });
}

/** What is there is held, and nothing else on that system. */
export function applySeen(database: Database, { system, at }: SeenPart, items: readonly SeenRow[]): void {
  const there = new Set(items.map(([key, item]) => `${key} ${item}`));
  const open = database.all(
    'SELECT key, item FROM holdings WHERE until IS NULL AND key >= ? AND key < ?',
    `${system}|`,
    // The character after `|`: all keys of the system lie between.
    `${system}}`,
  );
  for (const row of open) {
    const [key, item] = [String(row['key']), String(row['item'])];
    if (!there.has(`${key} ${item}`)) end(database, { key, item, at });
  }
  for (const [key, item, address, mapping] of items)
    hold(database, { key, item, address, mapping, at, seen: true, origin: '' });
}

function hold(database: Database, holding: Holding): void {
  const { key, item, address, mapping, origin, at, seen } = holding;
  const open = database.get(
    'SELECT mapping, origin FROM holdings WHERE key = ? AND item = ? AND until IS NULL',
    key,
    item,
  );
  if (open?.['mapping'] === mapping) return;
  if (open !== undefined) end(database, { key, item, at });
  const from = origin === '' && open !== undefined ? String(open['origin']) : origin;
  database.run(
    `INSERT INTO holdings (address, key, item, mapping, origin, since, seen) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    address,
    key,
    item,
    mapping,
    from,
    at,
    seen ? 1 : 0,
  );
}

function end(database: Database, { key, item, at }: Pick<Holding, 'key' | 'item' | 'at'>): void {
  database.run(
    'UPDATE holdings SET until = max(since, ?) WHERE key = ? AND item = ? AND until IS NULL',
    at,
    key,
    item,
  );
}

/** Newest first. Of an address that is none: nobody. */
export function holdersOf(database: Database, address: string, at: number | undefined): HolderModel[] {
  const rows = database.all(
    'SELECT * FROM holdings WHERE address = ? ORDER BY since, id',
    canonicalAddress(address),
  );
  return joined(rows.map(holderOf))
    .filter(({ from, until }) => at === undefined || (from <= at && (until === null || until > at)))
    .reverse();
}

function holderOf(row: Stored): HolderModel {
  return {
    address: String(row['address']),
    key: parseKeyText(String(row['key']) as KeyText),
    mapping: String(row['mapping']),
    origin: String(row['origin']),
    from: Number(row['since']),
    seen: Number(row['seen']) === 1,
    until: row['until'] === null ? null : Number(row['until']),
  };
}

/** Times of several items of one object for one mapping, as one where they touch. Given and answered by `from`. */
function joined(holders: readonly HolderModel[]): HolderModel[] {
  const result: HolderModel[] = [];
  for (const holder of holders) {
    const index = result.findLastIndex((other) => sameHolder(other, holder));
    const before = result[index];
    if (before !== undefined && (before.until === null || before.until >= holder.from))
      result[index] = { ...before, until: later(before.until, holder.until) };
    else result.push(holder);
  }
  return result;
}

function sameHolder(a: HolderModel, b: HolderModel): boolean {
  return (
    a.mapping === b.mapping &&
    a.key.system === b.key.system &&
    a.key.kind === b.key.kind &&
    a.key.name === b.key.name
  );
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}
