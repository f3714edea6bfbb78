/**
 * Prints the last plan of every system, as text or as JSON.
 */
import { describeProblem } from '../../backend/model/problems.ts';
import { renderPlan } from '../../backend/plan/render-text.ts';
import type { RunReport } from '../../backend/model/run-report.ts';
import type { ProblemModel } from '../../backend/report/ports.ts';
import type { Product } from '../compose.ts';

/** true: something is due or waits for a person. */
export function printPlans(product: Product, { json }: { readonly json: boolean }): boolean {
  const reports = [...product.runs.values()];
  if (json) process.stdout.write(`${JSON.stringify(product.status.plan(100_000))}\n`);
  else
    process.stdout.write([...sourceLines(product), ...reports.map((run) => textOf(run, product))].join('\n'));
  return reports.some(({ plan }) => plan.changes.length > 0);
}

/** What could not be read of the sources: the plan holds still for it. */
function sourceLines({ status }: Product): string[] {
  const lines = status.status().sources.flatMap(({ name, freshness, problem, kinds }) => {
    if (freshness === 'synced') return [];
    const details = kinds.flatMap((kind) =>
      kind.problem === null ? [] : [`  ${kind.kind}: ${sentence(kind.problem)}`],
    );
    return [
      `${name} is not in step (${freshness})${problem === null ? '' : `: ${sentence(problem)}`}`,
      ...new Set(details),
    ];
  });
  return lines.length === 0 ? [] : [`${lines.join('\n')}\n`];
}

function sentence({ title, detail, next, code }: ProblemModel): string {
  return `${title}: ${detail} → ${next} [${code}]`;
}

function textOf({ system, plan, outcomes, problem }: RunReport, { document, runs }: Product): string {
  const heading = runs.size > 1 ? `On ${system}:\n\n` : '';
  if (problem !== undefined) return `${system}: ${describeProblem(problem)}\n`;
  const refused = outcomes.filter(({ outcome }) => outcome.result !== 'accepted');
  const lines = refused.map(({ change, outcome }) =>
    outcome.result === 'accepted' ? '' : `  ${change.key.name}: ${describeProblem(outcome.problem)}\n`,
  );
  return `${heading}${renderPlan(plan, { mappings: document.mappings })}\n${lines.join('')}`;
}

/** A source or system could not be read, or not wholly, so that the plan does not say everything. */
export function isIncomplete({ runs, status }: Product): boolean {
  const unread = [...runs.values()].some(
    ({ problem, plan }) => problem !== undefined || plan.unknown.size > 0,
  );
  return unread || status.status().sources.some(({ freshness }) => freshness !== 'synced');
}
