/**
 * How often a system is written to: at once after quiet, and at a steady pace while work keeps coming, so that what
 * happens in between goes in one request. A token bucket: a few rounds that write are free, then one for each interval.
 */
import type { Clock } from '../model/clock.ts';

export interface Pace {
  /** Resolves when the next round may start; at once when there was quiet. */
  ready(signal: AbortSignal): Promise<void>;
  /** A round wrote something. */
  spent(): void;
}

export function createPace(clock: Clock, { burst = 4, intervalMs = 200 } = {}): Pace {
  let tokens = burst;
  let refilledAt = clock.monotonic();
  const refill = (): void => {
    const now = clock.monotonic();
    tokens = Math.min(burst, tokens + (now - refilledAt) / intervalMs);
    refilledAt = now;
  };
  return {
    async ready(signal) {
      refill();
      if (tokens < 1) await clock.sleep((1 - tokens) * intervalMs, signal);
    },
    spent() {
      refill();
      tokens -= 1;
    },
  };
}
