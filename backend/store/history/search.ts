/**
 * Finds entries, newest first. One filter leads: its index is read backwards from the cursor, a stretch at a time, and what is
 * found there is held against the others. Between stretches whatever else waits has its turn, so that a search for something rare
 * among a million lines keeps nobody from writing.
 */
import type { SQLInputValue } from 'node:sqlite';
import type { HistoryEntry, HistoryPage, HistoryQuery } from '../../api/contract/history.ts';
import { ProblemError } from '../../model/problems.ts';
import type { Database, Row as Stored } from '../sqlite/database.ts';
import { conditionsOf, type Conditions } from './conditions.ts';
import { kinds } from './schema.ts';

/** Lines that are looked at in one go. The first are few: most searches end there. */
const usualStretches = { first: 500, most: 20_000 };

/** A place in the timeline: entries before it are older. */
interface Place {
  readonly at: number;
  readonly id: number;
}

export async function search(
  database: Database,
  query: HistoryQuery,
  pause: () => Promise<void>,
  stretches = usualStretches,
): Promise<HistoryPage> {
  const conditions = conditionsOf(database, query);
  const found: Stored[] = [];
  let place: Place | undefined = startOf(query);
  let size = stretches.first;
  while (conditions !== undefined && place !== undefined && found.length <= query.limit) {
    const wanted = query.limit + 1 - found.length;
    const stretch: Stretch = { conditions, from: query.from ?? 0, place, size: Math.max(size, wanted) };
    found.push(...matches(database, stretch, wanted));
    place = found.length > query.limit ? undefined : endOf(database, stretch);
    size = Math.min(size * 4, stretches.most);
    if (place !== undefined) await pause();
  }
  const entries = found.slice(0, query.limit).map(entryOf);
  const last = entries.at(-1);
  return {
    entries,
    next: found.length > query.limit && last !== undefined ? cursorOf(last) : null,
    oldest: oldestOf(database),
  };
}

interface Stretch {
  readonly conditions: Conditions;
  readonly from: number;
  readonly place: Place;
  readonly size: number;
}

function within({ conditions: { index, lead }, from, place, size }: Stretch): {
  sql: string;
  values: SQLInputValue[];
} {
  return {
    sql: `FROM entries INDEXED BY ${index} WHERE ${lead.sql} AND at >= ? AND at <= ? AND (at < ? OR id < ?)
      ORDER BY at DESC, id DESC LIMIT ${size}`,
    values: [...lead.values, from, place.at, place.at, place.id],
  };
}

const columns = `id, at, kind, address, item, what, why, result, detail,
  (SELECT name FROM names WHERE id = system) AS system, (SELECT name FROM names WHERE id = mapping) AS mapping,
  (SELECT name FROM names WHERE id = key) AS key, (SELECT name FROM names WHERE id = person) AS person`;

function matches(database: Database, stretch: Stretch, count: number): Stored[] {
  const { rest } = stretch.conditions;
  const { sql, values } = within(rest === undefined ? { ...stretch, size: count } : stretch);
  if (rest === undefined) return database.all(`SELECT ${columns} ${sql}`, ...values);
  return database.all(
    `SELECT ${columns} FROM (SELECT * ${sql}) AS e WHERE ${rest.sql} ORDER BY at DESC, id DESC LIMIT ?`,
    ...values,
    ...rest.values,
    count,
  );
}

/** The last place that was looked at; undefined: there is nothing beyond. */
function endOf(database: Database, stretch: Stretch): Place | undefined {
  if (stretch.conditions.rest === undefined) return undefined;
  const { sql, values } = within(stretch);
  const row = database.get(`SELECT at, id ${sql} OFFSET ${stretch.size - 1}`, ...values);
  return row === undefined ? undefined : { at: Number(row['at']), id: Number(row['id']) };
}

function startOf({ before, to }: HistoryQuery): Place {
  const end = { at: to ?? Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };
  if (before === undefined) return end;
  const [, at, id] = /^([0-9a-z]{1,11})-([0-9a-z]{1,11})$/.exec(before) ?? [];
  if (at === undefined || id === undefined)
    throw new ProblemError('request.invalid', `before: expected \`next\` of a page, found ${before}`);
  const place = { at: parseInt(at, 36), id: parseInt(id, 36) };
  return place.at > end.at ? end : place;
}

function cursorOf({ at, id }: HistoryEntry): string {
  return `${at.toString(36)}-${Number(id).toString(36)}`;
}

function oldestOf(database: Database): number | null {
  const at = database.get('SELECT min(at) AS at FROM entries')?.['at'];
  return typeof at === 'number' ? at : null;
}

function entryOf(row: Stored): HistoryEntry {
  const text = (column: string): string | null => {
    const value = row[column];
    return typeof value === 'string' ? value : null;
  };
  return {
    id: String(row['id']),
    at: Number(row['at']),
    kind: kinds[Number(row['kind'])] ?? 'change',
    system: text('system'),
    mapping: text('mapping'),
    key: text('key'),
    address: text('address'),
    item: text('item'),
    person: text('person'),
    what: text('what') ?? '',
    why: text('why') ?? '',
    result: text('result') ?? '',
    detail: text('detail') ?? '',
  };
}
