/**
 * The time that is stored, and by which what was stored is judged: the guard's window, drains, how long something is empty. It
 * outlives the process, so it is the wall clock's, which may be set. By as much as that is set while we look, stored times are
 * moved, before anything is judged by them: docs/adr/0026.
 */
import type { Clock } from '../model/clock.ts';
import type { Ledger } from './ports.ts';

/** Less is no step: the two clocks are not read at one instant. */
const stepMs = 10_000;

/** `Clock.now()`, once the ledger agrees with it. */
export type StoredTime = () => number;

export function createStoredTime(
  clock: Pick<Clock, 'now' | 'monotonic'>,
  ledger: Pick<Ledger, 'moveTimes'>,
): StoredTime {
  let ahead = clock.now() - clock.monotonic();
  ledger.moveTimes(0, clock.now());
  return () => {
    const now = clock.now();
    const step = now - clock.monotonic() - ahead;
    if (Math.abs(step) < stepMs) return now;
    ledger.moveTimes(step, now);
    ahead += step;
    return now;
  };
}
