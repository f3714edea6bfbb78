/**
 * Exponential back-off with full jitter over a floor: clients that lost the same server do not come back together,
 * and none comes back at once.
 */
export interface BackOff {
  /** How many times in a row `next` was called since the last `reset`. */
  readonly attempts: number;
  /** The pause before the next try, milliseconds. */
  next(): number;
  reset(): void;
}

export interface BackOffOptions {
  readonly floorMs: number;
  readonly baseMs: number;
  readonly mostMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

export function createBackOff({ floorMs, baseMs, mostMs, random }: BackOffOptions): BackOff {
  let attempts = 0;
  return {
    get attempts() {
      return attempts;
    },
    next: () => {
      const ceiling = Math.min(mostMs, baseMs * 2 ** Math.min(attempts, 30));
      attempts += 1;
      return floorMs + random() * Math.max(0, ceiling - floorMs);
    },
    reset: () => {
      attempts = 0;
    },
  };
}
