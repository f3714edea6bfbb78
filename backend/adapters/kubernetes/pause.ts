/**
 * The pause after a failure. One kind that reaches the cluster again shortens it for all, so that a cluster is not half known for as
 * long as the last of its kinds happens to wait. Never below the first step of the back-off: where every other request fails, each
 * that succeeds would call for the next.
 */
import type { Follow } from './complete-read.ts';
import { createNap } from './nap.ts';

export interface Pause {
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  shorten(): void;
}

export function createPause({ access: { clock, limits } }: Pick<Follow, 'access'>): Pause {
  const nap = createNap(clock);
  return {
    sleep: async (ms, signal) => {
      const startedAt = clock.monotonic();
      if (!(await nap.sleep(ms, signal))) return;
      const left = startedAt + ms - clock.monotonic();
      await clock.sleep(Math.min(left, limits.backOffBaseMs), signal);
    },
    shorten: () => nap.wake(),
  };
}
