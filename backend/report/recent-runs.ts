/**
 * The last runs, in memory. Rounds without effect that follow each other share a line, so that an idle day
 * does not push out what happened before it.
 */
import type { ChangeOutcome } from '../model/outcome.ts';
import type { RunReport } from '../model/run-report.ts';
import { problemOrNull } from './problem-model.ts';
import type { RecentRuns, RunModel } from './ports.ts';

export function recentRuns(limit = 200): RecentRuns {
  let runs: readonly RunModel[] = [];
  return {
    append(report) {
      const run = runModel(report);
      const before = runs.find(({ system }) => system === run.system);
      const repeats = before !== undefined && isIdle(before) && isIdle(run) && sameProblem(before, run);
      const line = repeats ? { ...run, rounds: before.rounds + 1 } : run;
      runs = [line, ...runs.filter((other) => !(repeats && other === before))].slice(0, limit);
    },
    last: (count) => runs.slice(0, count),
  };
}

function isIdle(run: RunModel): boolean {
  return run.requests === 0 && run.accepted + run.refused + run.unclear === 0;
}

function sameProblem(a: RunModel, b: RunModel): boolean {
  return a.problem?.code === b.problem?.code && a.held === b.held;
}

export function runModel(report: RunReport): RunModel {
  const { outcomes, finishedAt, causedAt } = report;
  const count = (result: string): number =>
    outcomes.filter(({ outcome }) => outcome.result === result).length;
  const accepted = outcomes.filter(({ outcome }) => outcome.result === 'accepted');
  return {
    run: report.run,
    system: report.system,
    startedAt: report.startedAt,
    finishedAt,
    keys: report.keys.length,
    requests: report.requests,
    accepted: accepted.length,
    refused: count('refused'),
    unclear: count('unknown'),
    held: report.plan.changes.filter(({ verdict }) => !verdict.apply).length,
    added: ofType(accepted, 'addItem'),
    removed: ofType(accepted, 'removeItem'),
    reactionMs: causedAt === undefined || accepted.length === 0 ? null : Math.max(0, finishedAt - causedAt),
    rounds: 1,
    problem: problemOrNull(report.problem),
  };
}

function ofType(outcomes: readonly ChangeOutcome[], type: ChangeOutcome['change']['type']): number {
  return outcomes.filter(({ change }) => change.type === type).length;
}
