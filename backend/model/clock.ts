/**
 * Time as a collaborator: whoever decides something by time is given a `Clock`.
 */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Milliseconds that never go backwards; only differences mean something. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Trap: a timer that is set for longer fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock, run `rate` times as fast (1 = real time), so that a day can be lived in a minute. */
export function systemClock(rate = 1): Clock {
  const startedAt = Date.now();
  const startedMonotonic = performance.now();
  const elapsed = (): number => (performance.now() - startedMonotonic) * rate;
  return {
    // At the real rate the wall clock is followed, corrections included: schedules are shaped by it.
    now: () => (rate === 1 ? Date.now() : startedAt + elapsed()),
    monotonic: elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason as Error);
        const onAbort = (): void => {
          clearTimeout(timer);
          reject(signal?.reason as Error);
        };
        let timer: NodeJS.Timeout;
        const wait = (left: number): void => {
          timer = setTimeout(
            () => {
              if (left > longestTimerMs) return wait(left - longestTimerMs);
              signal?.removeEventListener('abort', onAbort);
              resolve();
            },
            Math.min(left, longestTimerMs),
          );
        };
        wait(ms / rate);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
  };
}

/** A clock that stands still until it is told to move; for tests. */
export interface ManualClock extends Clock {
  /** Moves time forward, wakes the sleepers whose time has come, in order, and lets what they started run. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock on, or back, and nothing else: as a person does, or a time server. */
  set(byMs: number): void;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function manualClock(start = 0): ManualClock {
  let time = start;
  let wallAhead = 0;
  let sleepers: Sleeper[] = [];
  return {
    now: () => time + wallAhead,
    monotonic: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason as Error);
        const sleeper: Sleeper = { at: time + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener(
          'abort',
          () => {
            sleepers = sleepers.filter((other) => other !== sleeper);
            reject(signal.reason as Error);
          },
          { once: true },
        );
      }),
    set(byMs) {
      wallAhead += byMs;
    },
    async advance(ms) {
      time += ms;
      const due = sleepers.filter((sleeper) => sleeper.at <= time).sort((a, b) => a.at - b.at);
      sleepers = sleepers.filter((sleeper) => sleeper.at > time);
      for (const sleeper of due) sleeper.wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
