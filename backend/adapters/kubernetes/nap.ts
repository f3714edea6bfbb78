/**
 * A pause that can be cut short.
 */
import type { Clock } from '../../model/clock.ts';

export interface Nap {
  /** Ends after `ms` or when woken, and tells whether it was woken; rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<boolean>;
  wake(): void;
}

export function createNap(clock: Clock): Nap {
  let current: AbortController | undefined;
  return {
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      const controller = new AbortController();
      const onAbort = (): void => controller.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      current = controller;
      try {
        await clock.sleep(ms, controller.signal);
        return false;
      } catch {
        signal.throwIfAborted();
        return true;
      } finally {
        signal.removeEventListener('abort', onAbort);
        current = undefined;
      }
    },
    wake: () => current?.abort(),
  };
}
