/**
 * What a round leaves in the log: nothing when nothing happened, one line when it did, and one for each refusal.
 */
import type { RunReport } from '../backend/model/run-report.ts';
import { describeProblem } from '../backend/model/problems.ts';
import { changeId } from '../backend/model/plan.ts';
import type { Logger } from './logging.ts';

export function logRun(logger: Logger, report: RunReport): void {
  const { run, system, plan, outcomes, requests, problem, startedAt, finishedAt } = report;
  const log = logger.child({ run, system });
  if (problem !== undefined) log.warn({ code: problem.code, detail: problem.detail }, 'round stopped');
  if (requests > 0)
    log.info(
      {
        requests,
        accepted: outcomes.filter(({ outcome }) => outcome.result === 'accepted').length,
        removed: explanationsOf(outcomes),
        held: plan.changes.filter(({ verdict }) => !verdict.apply).length,
        ms: Math.round(finishedAt - startedAt),
      },
      'round applied',
    );
  for (const { change, outcome } of outcomes)
    if (outcome.result !== 'accepted')
      log.warn(
        { change: changeId(change), result: outcome.result, problem: describeProblem(outcome.problem) },
        'change not accepted',
      );
}

/** How the removals that went through were explained, with their number. */
function explanationsOf(outcomes: RunReport['outcomes']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { change, outcome } of outcomes)
    if (change.type === 'removeItem' && outcome.result === 'accepted')
      counts[change.explanation] = (counts[change.explanation] ?? 0) + 1;
  return counts;
}
