/**
 * The loop of one system: waits until something is dirty, keeps the pace, runs one round, and comes back after a failure.
 * A bug in a round is reported and costs that round, not the process.
 */
import { backOffMs } from '../model/back-off.ts';
import { problemOf, type Problem } from '../model/problems.ts';
import type { RunReport } from '../model/run-report.ts';
import type { Pace } from './pace.ts';
import type { Dirty, DirtyKeys } from './queue.ts';
import { reconcile, type Stages } from './reconcile.ts';

const retry = { firstMs: 500, maxMs: 60_000 };

export interface LoopContext {
  readonly queue: DirtyKeys;
  readonly pace: Pace;
  readonly random: () => number;
  readonly stages: Stages;
  /** Where a failure goes that cannot even be reported. */
  readonly failed: (problem: Problem) => void;
}

export async function runLoop(context: LoopContext, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    await context.queue.waitUntilDirty();
    await context.pace.ready(signal);
    const dirty = context.queue.takeAll();
    const complete = await oneRound(context, dirty, signal);
    failures = complete ? 0 : failures + 1;
    if (complete) continue;
    context.queue.addAfter('all', backOffMs(failures, retry, context.random()));
  }
}

/** false: it stopped early, and everything must be looked at again. */
export async function oneRound(
  { failed, pace, stages }: LoopContext,
  dirty: Dirty,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const applied = await reconcile(dirty, stages, signal);
    if (applied.requests > 0) pace.spent();
    return applied.complete;
  } catch (thrown) {
    if (signal.aborted) return false;
    const problem = problemOf(thrown);
    failed(problem);
    try {
      stages.report(failedRun(dirty, problem));
    } catch (again) {
      failed(problemOf(again));
    }
    return false;
  }
}

function failedRun(
  { keys, causedAt }: Dirty,
  problem: RunReport['problem'],
): Parameters<Stages['report']>[0] {
  const plan = { changes: [], findings: [], mappings: [], drains: [], unknown: new Map() };
  return { keys: keys === 'all' ? [] : [...keys], causedAt, plan, outcomes: [], requests: 0, problem };
}
