/**
 * The table's view as signals. While someone points at it or has the focus in it the order stands still, values go on
 * changing in place, and rows that are new or would move wait.
 */
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { TargetRow } from '../../backend/api/contract/models.ts';
import { everything, nextSort, selectKeys } from './rows.ts';
import type { Column, Filter, Sort } from './rows.ts';

export interface TableView {
  readonly filter: Signal<Filter>;
  readonly sort: Signal<Sort>;
  readonly keys: ReadonlySignal<readonly string[]>;
  /** Rows that wait until the table is let go. */
  readonly waiting: ReadonlySignal<number>;
  readonly still: Signal<boolean>;
  setFilter(change: Partial<Filter>): void;
  sortBy(column: Column): void;
  /** Takes in what waits, now. */
  refresh(): void;
}

export function createTableView(rows: ReadonlySignal<ReadonlyMap<string, TargetRow>>): TableView {
  const filter = signal<Filter>(everything);
  const sort = signal<Sort>({ column: 'name', descending: false });
  const still = signal(false);
  const asked = signal(0);
  const fresh = computed(() => selectKeys(rows.value.values(), filter.value, sort.value));
  let held: { readonly keys: readonly string[]; readonly by: string } | undefined;

  const order = computed(() => {
    const by = JSON.stringify([filter.value, sort.value, asked.value]);
    if (!still.value || held?.by !== by) held = { keys: fresh.value, by };
    const known = rows.value;
    return held.keys.every((key) => known.has(key)) ? held.keys : held.keys.filter((key) => known.has(key));
  });

  return {
    filter,
    sort,
    still,
    keys: order,
    waiting: computed(() => countNew(fresh.value, order.value)),
    setFilter(change) {
      filter.value = { ...filter.peek(), ...change };
    },
    sortBy(column) {
      sort.value = nextSort(sort.peek(), column);
    },
    refresh: () => void (asked.value += 1),
  };
}

function countNew(fresh: readonly string[], order: readonly string[]): number {
  if (fresh === order) return 0;
  const shown = new Set(order);
  return fresh.filter((key) => !shown.has(key)).length;
}
