/**
 * What the page knows, as signals: differences go in, and only what they touch is drawn again.
 */
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type {
  Difference,
  PlanModel,
  RunModel,
  StatusSummary,
  TargetRow,
} from '../../backend/api/contract/models.ts';
import type { Contact } from './feed.ts';

export interface Store {
  readonly contact: Signal<Contact>;
  /** undefined until the first answer. */
  readonly summary: Signal<StatusSummary | undefined>;
  readonly rows: Signal<ReadonlyMap<string, TargetRow>>;
  readonly runs: Signal<readonly RunModel[]>;
  readonly plan: Signal<PlanModel | undefined>;
  readonly planVersion: Signal<string>;
  /** The server's time, moved on by our own clock. */
  readonly now: Signal<number>;
  apply(difference: Difference): void;
  /** Moves `now` on. */
  tick(): void;
}

export function createStore(clock: () => number): Store {
  let ahead = 0;
  const store: Store = {
    contact: signal<Contact>('connecting'),
    summary: signal(undefined),
    rows: signal(new Map()),
    runs: signal([]),
    plan: signal(undefined),
    planVersion: signal(''),
    now: signal(clock()),
    apply(difference) {
      ahead = difference.now - clock();
      store.now.value = difference.now;
      store.rows.value = mergeRows(store.rows.value, difference);
      if (difference.summary !== null) store.summary.value = difference.summary;
      if (difference.runs !== null) store.runs.value = difference.runs;
      store.planVersion.value = difference.plan;
    },
    tick() {
      store.now.value = clock() + ahead;
    },
  };
  return store;
}

/** The same map when nothing in it changed, so that nothing is drawn. */
export function mergeRows(
  rows: ReadonlyMap<string, TargetRow>,
  { complete, targets }: Pick<Difference, 'complete' | 'targets'>,
): ReadonlyMap<string, TargetRow> {
  if (!complete && targets.put.length === 0 && targets.gone.length === 0) return rows;
  const merged = new Map(complete ? [] : rows);
  for (const key of targets.gone) merged.delete(key);
  for (const row of targets.put) merged.set(row.key, row);
  return merged;
}
