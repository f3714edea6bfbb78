/** Which rows of the table are shown, and in which order. */
import type { TargetKind, TargetRow, TargetState } from '../../backend/api/contract/models.ts';
import { kindWords, nameParts, stateOrder } from './words.ts';

export type Column =
  'state' | 'name' | 'kind' | 'where' | 'system' | 'mapping' | 'wanted' | 'present' | 'held';

export interface Sort {
  readonly column: Column;
  readonly descending: boolean;
}

export interface Filter {
  /** Words that must all occur. */
  readonly text: string;
  readonly state: TargetState | 'all';
  readonly kind: TargetKind | 'all';
  /** Empty: every one. */
  readonly system: string;
}

export const everything: Filter = { text: '', state: 'all', kind: 'all', system: '' };

/** Same column: turn round; another: begin with what one wants to see first. */
export function nextSort(sort: Sort, column: Column): Sort {
  if (sort.column === column) return { column, descending: !sort.descending };
  return { column, descending: column === 'wanted' || column === 'present' || column === 'held' };
}

export function selectKeys(rows: Iterable<TargetRow>, filter: Filter, sort: Sort): string[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = Array.from(rows).filter(
    (row) =>
      (filter.state === 'all' || row.state === filter.state) && isIn(row, filter) && matches(row, words),
  );
  const keyed = chosen.map((row) => ({ row, value: sortValue(row, sort.column) }));
  const direction = sort.descending ? -1 : 1;
  keyed.sort((a, b) => direction * compare(a.value, b.value) || compare(a.row.name, b.row.name));
  return keyed.map(({ row }) => row.key);
}

/** Of the rows of the kind and system that the filter names. */
export function countByState(
  rows: Iterable<TargetRow>,
  filter: Pick<Filter, 'kind' | 'system'>,
): { readonly all: number; readonly by: ReadonlyMap<TargetState, number> } {
  const by = new Map<TargetState, number>();
  let all = 0;
  for (const row of rows) {
    if (!isIn(row, filter)) continue;
    all += 1;
    by.set(row.state, (by.get(row.state) ?? 0) + 1);
  }
  return { all, by };
}

function isIn(row: TargetRow, { kind, system }: Pick<Filter, 'kind' | 'system'>): boolean {
  return (kind === 'all' || row.kind === kind) && (system === '' || row.system === system);
}

function matches(row: TargetRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text =
    `${row.name} ${row.group} ${row.mapping} ${row.system} ${kindWords[row.kind].name}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function sortValue(row: TargetRow, column: Column): string | number {
  switch (column) {
    case 'state':
      return stateOrder.indexOf(row.state);
    case 'wanted':
      return row.wanted;
    case 'present':
      return row.present ?? -1;
    case 'held':
      return row.held.reduce((sum, { count }) => sum + count, 0);
    case 'mapping':
    case 'system':
      return row[column];
    case 'kind':
      return kindWords[row.kind].title;
    case 'name':
    case 'where':
      return nameParts(row.name)[column];
  }
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
