/**
 * The one table of everything that can go wrong: code, who must act, HTTP status, title, next step. Its rows are in `problems/`.
 * API, CLI, UI, logs and docs take their texts from here.
 */
import type { Fault } from './fault.ts';
import { accessProblems } from './problems/access.ts';
import { appCenterProblems } from './problems/app-center.ts';
import { fabricProblems } from './problems/fabric.ts';
import { loadBalancerProblems } from './problems/load-balancers.ts';
import { mappingProblems } from './problems/mappings.ts';
import { productProblems } from './problems/product.ts';
import { sourceProblems } from './problems/sources.ts';
import type { Row } from './problems/row.ts';

const table = {
  ...productProblems,
  ...accessProblems,
  ...sourceProblems,
  ...fabricProblems,
  ...loadBalancerProblems,
  ...mappingProblems,
  ...appCenterProblems,
} satisfies Record<string, Row>;

export type ProblemCode = keyof typeof table;

/** One thing that went wrong, as a value: shown, logged and compared. */
export interface Problem {
  readonly code: ProblemCode;
  /** What exactly, in plain words: what was found, where, what was expected. Never a secret. */
  readonly detail: string;
  /** Where it is something that a person wrote: each fault of it. */
  readonly faults?: readonly Fault[];
}

export type { ProblemKind } from './problems/row.ts';

export const problemTable: Readonly<Record<ProblemCode, Row>> = table;

export function problem(code: ProblemCode, detail: string): Problem {
  return { code, detail };
}

/** A problem as one line for people: title, detail, next step. */
export function describeProblem({ code, detail }: Problem): string {
  const { title, next } = problemTable[code];
  return `${title}: ${detail} → ${next} [${code}]`;
}

/** An error that carries a problem; `cause` is kept. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(
    code: ProblemCode,
    detail: string,
    { faults, ...options }: { cause?: unknown; faults?: readonly Fault[] } = {},
  ) {
    super(`${problemTable[code].title}: ${detail}`, options);
    this.name = 'ProblemError';
    this.problem = faults === undefined ? { code, detail } : { code, detail, faults };
  }
}

/** The problem of anything that was thrown; what is not a ProblemError is a bug of ours. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  return problem(
    'internal.bug',
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  );
}
