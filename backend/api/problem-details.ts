/** Problems as RFC 9457 problem details. */
import { problemTable } from '../model/problems.ts';
import type { Problem } from '../model/problems.ts';
import type { z } from 'zod';
import type { problemDetailsSchema } from './contract/models.ts';

export type ProblemDetails = z.infer<typeof problemDetailsSchema>;

export function problemDetails({ code, detail, faults }: Problem): ProblemDetails {
  const { title, status, next } = problemTable[code];
  return { type: 'about:blank', title, status, detail, code, next, ...(faults && { faults }) };
}
