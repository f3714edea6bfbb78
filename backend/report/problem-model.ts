/** A problem with the texts that faces show. */
import { problemTable } from '../model/problems.ts';
import type { Problem } from '../model/problems.ts';
import type { ProblemModel } from './ports.ts';

export function problemModel({ code, detail }: Problem): ProblemModel {
  const { kind, title, next } = problemTable[code];
  return { code, kind, title, detail, next };
}

export function problemOrNull(problem: Problem | undefined): ProblemModel | null {
  return problem === undefined ? null : problemModel(problem);
}
