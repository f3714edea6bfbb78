/** The part of the history that has been read: newest first, growing at both ends. */
import type { HistoryEntry, HistoryPage, HistoryQuery } from '../../backend/api/contract/history.ts';
import type { Zone } from './format.ts';

export interface HistoryList {
  readonly entries: readonly HistoryEntry[];
  /** Where older ones begin; null: there are none. */
  readonly next: string | null;
  readonly oldest: number | null;
}

/** With what is new at the top. Where too much came at once to know that nothing lies between, it begins anew. */
export function withNewest(list: HistoryList | undefined, page: HistoryPage): HistoryList {
  const known = new Set(list?.entries.map(({ id }) => id));
  const fresh = page.entries.filter(({ id }) => !known.has(id));
  if (list === undefined || fresh.length === page.entries.length) return page;
  return { ...list, oldest: page.oldest, entries: [...fresh, ...list.entries] };
}

export function withOlder(list: HistoryList, page: HistoryPage): HistoryList {
  const known = new Set(list.entries.map(({ id }) => id));
  return {
    entries: [...list.entries, ...page.entries.filter(({ id }) => !known.has(id))],
    next: page.next,
    oldest: page.oldest,
  };
}

export function countNewer(list: HistoryList, page: HistoryPage): number {
  const known = new Set(list.entries.map(({ id }) => id));
  return page.entries.filter(({ id }) => !known.has(id)).length;
}

export type HistoryWish = { readonly [Key in keyof HistoryQuery]?: HistoryQuery[Key] | undefined };

const kinds = ['change', 'run', 'act'] as const;
const results = ['accepted', 'refused', 'unknown'] as const;

/** Of the address of the page; what is not understood is left out. Times stand in it in UTC. */
export function historyQuery(query: Readonly<Record<string, string>>): HistoryWish {
  const text = (name: string): string | undefined => query[name] || undefined;
  return {
    kind: kinds.find((one) => one === query['kind']),
    result: results.find((one) => one === query['result']),
    search: text('search'),
    address: text('address'),
    key: text('key'),
    mapping: text('mapping'),
    system: text('system'),
    person: text('person'),
    from: momentOf(query['from'], 'utc'),
    to: momentOf(query['to'], 'utc'),
  };
}

/** Of a field for day and time, as it was meant where the reader is. */
export function momentOf(text: string | undefined, zone: Zone): number | undefined {
  if (text === undefined || text === '') return undefined;
  const at = Date.parse(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(at) ? undefined : at;
}

/** For such a field. */
export function fieldOf(at: number | undefined, zone: Zone): string {
  if (at === undefined) return '';
  const shown = zone === 'utc' ? at : at - new Date(at).getTimezoneOffset() * 60_000;
  return new Date(shown).toISOString().slice(0, 16);
}
