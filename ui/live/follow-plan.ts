/** Fetches the plan whenever its version moves; one request at a time. */
import { effect } from '@preact/signals';
import type { PlanModel } from '../../backend/api/contract/models.ts';
import type { Store } from './store.ts';

const retryMs = 3_000;

export interface FollowPlanOptions {
  readonly store: Pick<Store, 'plan' | 'planVersion'>;
  readonly read: () => Promise<PlanModel>;
  /** Calls back after `ms`. */
  readonly later: (ms: number, callback: () => void) => void;
}

/** `refresh` reads it again although its version has not moved. */
export function followPlan({ store, read, later }: FollowPlanOptions): { readonly refresh: () => void } {
  let asked = '';
  let busy = false;
  const fetchNewest = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    while (asked !== store.planVersion.peek()) {
      asked = store.planVersion.peek();
      store.plan.value = await read();
    }
    busy = false;
  };
  const refresh = (): void => {
    asked = '';
    follow();
  };
  const follow = (): void =>
    void fetchNewest().catch(() => {
      busy = false;
      later(retryMs, refresh);
    });
  effect(() => {
    if (store.planVersion.value !== '') follow();
  });
  return { refresh };
}
