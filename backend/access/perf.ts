/** The product's clock as lru-cache reads time. Trap: lru-cache takes an entry that was set at time 0 for one that never ends. */
import type { Perf } from 'lru-cache';
import type { Clock } from '../model/clock.ts';

export function perfOf(clock: Clock): Perf {
  return { now: () => clock.monotonic() + 1 };
}
