/**
 * When a poll is due: after an interval, or at the times of a cron expression in its zone. node-cron says which times
 * match; the clock is ours, so that a day can be lived in a minute. A time that passes while a poll still runs is
 * skipped, never caught up twice.
 */
import { createTask, validate } from 'node-cron';
import type { Clock } from '../../model/clock.ts';

export interface Schedule {
  /** Milliseconds to wait before looking again, and whether a poll is due after that wait. */
  next(): { readonly waitMs: number; readonly isDue: () => boolean };
}

export function everySchedule(everyMs: number): Schedule {
  return { next: () => ({ waitMs: everyMs, isDue: () => true }) };
}

/** undefined when the expression is none. */
export function cronSchedule(expression: string, zone: string, clock: Clock): Schedule | undefined {
  if (!validate(expression)) return undefined;
  // Never started: only asked which times match.
  const task = createTask(expression, () => undefined, { timezone: zone });
  const tickMs = expression.trim().split(/\s+/).length > 5 ? 1_000 : 60_000;
  return {
    next: () => {
      const tick = (Math.floor(clock.now() / tickMs) + 1) * tickMs;
      return { waitMs: tick - clock.now(), isDue: () => task.match(new Date(tick)) };
    },
  };
}
