/** Which index a search is led by, and what is held against the lines that are found there. */
import type { SQLInputValue } from 'node:sqlite';
import type { HistoryQuery } from '../../api/contract/history.ts';
import type { Database } from '../sqlite/database.ts';
import { canonicalAddress } from './query-address.ts';
import { kinds } from './schema.ts';

export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

export interface Conditions {
  readonly index: string;
  readonly lead: Condition;
  /** undefined: every line of the index is wanted. */
  readonly rest: Condition | undefined;
}

interface Filter extends Condition {
  /** undefined: no index has it. */
  readonly index: string | undefined;
}

/** undefined: it names something that history never heard of, so nothing is found. */
export function conditionsOf(database: Database, query: HistoryQuery): Conditions | undefined {
  const filters = [
    addressFilter(query),
    named(database, 'key', query),
    named(database, 'person', query),
    resultFilter(query),
    kindFilter(query),
    named(database, 'mapping', query),
    named(database, 'system', query),
    searchFilter(database, query),
  ].filter((filter) => filter !== undefined);
  if (filters.includes('unheard of')) return undefined;
  const known = filters.filter((filter) => filter !== 'unheard of');
  const leading = known.find(({ index }) => index !== undefined);
  const rest = known.filter((filter) => filter !== leading);
  return {
    index: leading?.index ?? 'entries_by_time',
    lead: leading ?? { sql: 'TRUE', values: [] },
    rest:
      rest.length === 0
        ? undefined
        : {
            sql: rest.map(({ sql }) => `(${sql})`).join(' AND '),
            values: rest.flatMap(({ values }) => values),
          },
  };
}

function addressFilter({ address }: HistoryQuery): Filter | undefined {
  if (address === undefined) return undefined;
  return { index: 'entries_by_address', sql: 'address = ?', values: [canonicalAddress(address)] };
}

function named(
  database: Database,
  column: 'key' | 'person' | 'mapping' | 'system',
  { [column]: name }: HistoryQuery,
): Filter | 'unheard of' | undefined {
  if (name === undefined) return undefined;
  const id = database.get('SELECT id FROM names WHERE name = ?', name)?.['id'];
  return id === undefined
    ? 'unheard of'
    : { index: `entries_by_${column}`, sql: `${column} = ?`, values: [id] };
}

/** Nearly all are accepted changes: no index has them, and none is needed to find some. */
function resultFilter({ result }: HistoryQuery): Filter | undefined {
  if (result === undefined) return undefined;
  if (result === 'accepted') return { index: undefined, sql: "kind = 0 AND result = 'accepted'", values: [] };
  return {
    index: 'entries_by_result',
    // As the index says it, or it would not be taken.
    sql: "kind = 0 AND result <> 'accepted' AND result = ?",
    values: [result],
  };
}

function kindFilter({ kind }: HistoryQuery): Filter | undefined {
  if (kind === undefined) return undefined;
  if (kind === 'change') return { index: undefined, sql: 'kind = 0', values: [] };
  return { index: 'entries_by_kind', sql: `kind <> 0 AND kind = ?`, values: [kinds.indexOf(kind)] };
}

function searchFilter(database: Database, { search }: HistoryQuery): Filter | undefined {
  if (search === undefined || search.trim() === '') return undefined;
  const pattern = `%${search.trim().replaceAll(/[\\%_]/g, '\\$&')}%`;
  const names = database.all("SELECT id FROM names WHERE name LIKE ? ESCAPE '\\'", pattern);
  const ids = JSON.stringify(names.map(({ id }) => Number(id)));
  // What was done names the item, and that its address.
  const texts = ['what', 'why', 'detail', 'result'];
  const columns = names.length === 0 ? [] : ['system', 'mapping', 'key', 'person'];
  return {
    index: undefined,
    sql: [
      ...texts.map((column) => `${column} LIKE ? ESCAPE '\\'`),
      ...columns.map((column) => `${column} IN (SELECT value FROM json_each(?))`),
    ].join(' OR '),
    values: [...texts.map(() => pattern), ...columns.map(() => ids)],
  };
}
