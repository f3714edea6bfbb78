/**
 * The choke point: everything that is written to a system passes here, and only here.
 * Each decorator wraps `write`; compose stacks them: pause outside, then audit, the system innermost.
 */
import type { Batch, Outcome } from '../model/outcome.ts';
import { problem } from '../model/problems.ts';

export type Write = (batch: Batch, signal: AbortSignal) => Promise<Outcome>;

/**
 * Stops writing at once while `paused()`. What has come past here may still wait for a turn or a last look: adapters ask again directly before
 * they send. What is in flight is let go through.
 */
export function withPause(write: Write, paused: () => boolean): Write {
  return (batch, signal) =>
    paused()
      ? Promise.resolve({ result: 'unknown', problem: problem('write.paused', 'writing is paused') })
      : write(batch, signal);
}

/** Calls `seen` with every batch and what became of it, after the reply; `ms` is how long the reply took. */
export function withAudit(
  write: Write,
  monotonic: () => number,
  seen: (batch: Batch, outcome: Outcome, ms: number) => void,
): Write {
  return async (batch, signal) => {
    const startedAt = monotonic();
    const outcome = await write(batch, signal);
    seen(batch, outcome, monotonic() - startedAt);
    return outcome;
  };
}
