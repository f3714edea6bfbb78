/**
 * Exponential back-off with full jitter: how long to wait before attempt `attempt` (1 = first retry).
 * `random` is uniform in [0, 1). Never less than a tenth of the step, so that a run of small draws is no hot loop.
 */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

export function backOffMs(attempt: number, { firstMs, maxMs }: BackOff, random: number): number {
  const step = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return step * (0.1 + 0.9 * random);
}
