import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { HistoryPage } from '../../../backend/api/contract/history.ts';
import type { App } from '../../live/app.ts';
import { countNewer, withNewest, withOlder } from '../../logic/history-list.ts';
import type { HistoryList, HistoryWish } from '../../logic/history-list.ts';
import { useAct, useRequest } from '../../parts/use-request.ts';

const pageSize = 100;
/** Acts of others change nothing that we follow: they are asked for now and then. */
const beatMs = 15_000;

export interface ReadHistory {
  readonly list: HistoryList | undefined;
  readonly problem: ReturnType<typeof useAct>['problem'];
  /** Newer ones that are not shown while somebody reads further down. */
  readonly waiting: number;
  readonly readingOlder: boolean;
  readonly readOlder: () => void;
  readonly takeNewest: () => void;
  readonly onScrolled: (top: number) => void;
}

/** Follows what is new as long as one is at the top; what is older is read when it comes into sight. */
export function useHistory(app: App, wish: HistoryWish): ReadHistory {
  const by = JSON.stringify(wish);
  const list = useSignal<HistoryList | undefined>(undefined);
  const newest = useSignal<HistoryPage | undefined>(undefined);
  const atTop = useSignal(true);
  const shownBy = useRef(by);
  const beat = useComputed(() => Math.floor(app.store.now.value / beatMs));
  const older = useAct();
  const { value, problem } = useRequest(async () => {
    const page = await app.requests.history({ ...wish, limit: pageSize });
    return { page, by };
  }, [by, app.store.planVersion.value, app.store.runs.value, beat.value]);

  const take = (): void => {
    if (newest.peek() !== undefined) list.value = withNewest(list.peek(), newest.value as HistoryPage);
  };
  useEffect(() => {
    if (value === undefined) return;
    newest.value = value.page;
    const anew = shownBy.current !== value.by || list.peek() === undefined;
    shownBy.current = value.by;
    if (anew) list.value = value.page;
    else if (atTop.peek()) take();
  }, [value]);
  return {
    list: list.value,
    problem: problem ?? older.problem,
    waiting:
      list.value === undefined || newest.value === undefined ? 0 : countNewer(list.value, newest.value),
    readingOlder: older.busy,
    takeNewest: take,
    onScrolled(top) {
      atTop.value = top < 4;
      if (atTop.value) take();
    },
    readOlder() {
      const now = list.peek();
      const before = now?.next;
      if (typeof before !== 'string') return;
      void older.run(async () => {
        const page = await app.requests.history({ ...wish, limit: pageSize, before });
        // Another question may have been asked meanwhile.
        if (list.peek()?.next === before) list.value = withOlder(list.peek() as HistoryList, page);
      });
    },
  };
}
