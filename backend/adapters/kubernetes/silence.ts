/**
 * Notices a stream that has gone quiet: half-open connections and dead load balancers never say so themselves.
 */
import type { Clock } from '../../model/clock.ts';
import { ProblemError } from '../../model/problems.ts';

export interface SilenceGuard {
  /** Aborted with `cluster.silent` when nothing was heard for the limit, or with the outer signal's reason. */
  readonly signal: AbortSignal;
  heard(): void;
  /** Ends the guard, and with it whatever still runs on its signal. */
  stop(): void;
}

export function guardSilence(clock: Clock, limitMs: number, outer: AbortSignal): SilenceGuard {
  const controller = new AbortController();
  const onOuter = (): void => controller.abort(outer.reason);
  if (outer.aborted) onOuter();
  outer.addEventListener('abort', onOuter, { once: true });
  let lastHeard = clock.monotonic();

  const keepWatch = async (): Promise<void> => {
    for (;;) {
      const left = limitMs - (clock.monotonic() - lastHeard);
      if (left <= 0) break;
      await clock.sleep(left, controller.signal);
    }
    controller.abort(
      new ProblemError('cluster.silent', `nothing was heard for ${Math.round(limitMs / 1000)} s`),
    );
  };
  // The sleep is rejected when the guard stops: that is its end, not a failure.
  keepWatch().catch(() => undefined);

  return {
    signal: controller.signal,
    heard: () => {
      lastHeard = clock.monotonic();
    },
    stop: () => {
      outer.removeEventListener('abort', onOuter);
      controller.abort(new Error('the stream is done'));
    },
  };
}

/** What really ended a stream: the guard's own reason hides behind the abort that it caused. */
export function causeOfEnd(thrown: unknown, guard: SilenceGuard): unknown {
  return guard.signal.aborted && guard.signal.reason instanceof ProblemError ? guard.signal.reason : thrown;
}
