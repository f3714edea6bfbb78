/**
 * Follows one kind by complete lists on a schedule; between two of them the last one is believed.
 * Lists never overlap: the next wait begins when a list is done.
 */
import { problemOf } from '../../model/problems.ts';
import { readCompletely, type Follow } from './complete-read.ts';
import { createNap } from './nap.ts';
import { createPause } from './pause.ts';
import { backOffOf, type Follower } from './reflector.ts';
import type { Schedule } from './schedule.ts';

export function createPoller(follow: Follow, schedule: Schedule): Follower {
  const { access, listener } = follow;
  const backOff = backOffOf(follow);
  const nap = createNap(access.clock);
  const pause = createPause(follow);
  let woken = false;

  const untilDue = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      const { waitMs, isDue } = schedule.next();
      await nap.sleep(waitMs, signal);
      if (woken || isDue()) return;
    }
  };

  const pollOnce = async (signal: AbortSignal): Promise<void> => {
    woken = false;
    try {
      await readCompletely(follow, false, signal);
      backOff.reset();
    } catch (thrown) {
      signal.throwIfAborted();
      access.counters.errors += 1;
      listener.lost(access.kind, problemOf(thrown));
      await pause.sleep(backOff.next(), signal);
      return;
    }
    await untilDue(signal);
  };

  const wake = (): void => {
    woken = true;
    nap.wake();
  };

  return {
    relist: () => {
      wake();
      pause.shorten();
    },
    restart: wake,
    retry: () => pause.shorten(),
    run: async (signal) => {
      while (!signal.aborted) await pollOnce(signal).catch(() => undefined);
    },
  };
}
