/**
 * Prints the last plan of every system, as text or as JSON.
 */
import { describeProblem } from '../../backend/model/problems.ts';
import { renderPlan } from '../../backend/plan/render-text.ts';
import type { RunReport } from '../../backend/model/run-report.ts';
import type { Product } from '../compose.ts';

/** true: something is due or waits for a person. */
export function printPlans(product: Product, { json }: { readonly json: boolean }): boolean {
  const reports = [...product.runs.values()];
  if (json) process.stdout.write(`${JSON.stringify(product.status.plan(100_000))}\n`);
  else process.stdout.write(reports.map(textOf).join('\n'));
  return reports.some(({ plan }) => plan.changes.length > 0);
}

function textOf({ system, plan, outcomes, problem }: RunReport): string {
  if (problem !== undefined) return `${system}: ${describeProblem(problem)}\n`;
  const refused = outcomes.filter(({ outcome }) => outcome.result !== 'accepted');
  const lines = refused.map(({ change, outcome }) =>
    outcome.result === 'accepted' ? '' : `  ${change.key.name}: ${describeProblem(outcome.problem)}\n`,
  );
  return `${renderPlan(plan)}\n${lines.join('')}`;
}

/** Systems that could not be read, so that their plan says nothing. */
export function failedSystems({ runs }: Product): RunReport[] {
  return [...runs.values()].filter(({ problem, plan }) => problem !== undefined || plan.unknown.size > 0);
}
