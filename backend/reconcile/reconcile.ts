/**
 * One round for one system: observe, desire, plan, apply, report, in this order. Rounds of a system never overlap.
 *
 * It is given identities only. It must not know what happened, which kinds of object there are, or how any of the five
 * stages works.
 */
import type { KeyText } from '../model/identity.ts';
import type { Applied } from '../apply/apply-changes.ts';
import { isApplied, type Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { RunReport } from '../model/run-report.ts';
import type { Dirty } from './queue.ts';

export interface Stages {
  /** Makes the view of these keys true. A problem: the system as a whole cannot be seen. */
  observe(dirty: Dirty['keys'], signal: AbortSignal): Promise<Problem | undefined>;
  /** The keys that the round covers, with what the sources say now. */
  desire(dirty: Dirty['keys']): readonly KeyText[];
  plan(keys: readonly KeyText[]): Plan;
  /** Stores what must be known before the act. */
  remember(plan: Plan): void;
  apply(changes: Plan['changes'], signal: AbortSignal): Promise<Applied>;
  /** Learns from the outcomes: back-off, what to look at again and when. */
  learn(plan: Plan, applied: Applied): void;
  report(run: Omit<RunReport, 'run' | 'system' | 'startedAt' | 'finishedAt'>): void;
}

const nothing: Plan = { changes: [], findings: [], mappings: [], drains: [], unknown: new Map() };

export async function reconcile(
  { keys: dirty, causedAt }: Dirty,
  stages: Stages,
  signal: AbortSignal,
): Promise<Applied> {
  const problem = await stages.observe(dirty, signal);
  const keys = stages.desire(dirty);
  if (problem !== undefined) {
    stages.report({ keys, causedAt, plan: nothing, outcomes: [], requests: 0, problem });
    return { outcomes: [], requests: 0, complete: false };
  }
  const plan = stages.plan(keys);
  stages.remember(plan);
  const applied = await stages.apply(plan.changes.filter(isApplied), signal);
  stages.learn(plan, applied);
  stages.report({
    keys,
    causedAt,
    plan,
    outcomes: applied.outcomes,
    requests: applied.requests,
    problem: undefined,
  });
  return applied;
}

/** The round without its second half: what would be written is reported, nothing is written or remembered. */
export async function inspect(
  { keys: dirty, causedAt }: Dirty,
  stages: Stages,
  signal: AbortSignal,
): Promise<void> {
  const problem = await stages.observe(dirty, signal);
  const keys = stages.desire(dirty);
  const plan = problem === undefined ? stages.plan(keys) : nothing;
  stages.report({ keys, causedAt, plan, outcomes: [], requests: 0, problem });
}
