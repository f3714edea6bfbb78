/**
 * Exponential back-off with full jitter: how long to wait before attempt `attempt` (1 = first retry).
 * `random` is uniform in [0, 1). Never less than the floor, by default a tenth of the step, so that a run of small draws is no hot loop.
 */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly floorMs?: number;
}

export function backOffMs(attempt: number, { firstMs, maxMs, floorMs }: BackOff, random: number): number {
  const step = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  const floor = floorMs ?? step / 10;
  return floor + random * Math.max(0, step - floor);
}
