/** Checks query parameters against a schema; what is wrong is said per parameter, in plain words. */
import type { z } from 'zod';
import { ProblemError } from '../model/problems.ts';

export async function parseQuery<Query extends z.ZodObject>(
  schema: Query,
  raw: Readonly<Record<string, string>>,
): Promise<z.output<Query>> {
  const unknown = Object.keys(raw).filter((name) => !(name in schema.shape));
  if (unknown.length > 0) {
    const known = Object.keys(schema.shape);
    const expected = known.length === 0 ? 'none is expected' : `expected: ${known.join(', ')}`;
    throw new ProblemError('request.invalid', `unknown parameter ${quote(unknown[0] ?? '')}; ${expected}`);
  }
  const parsed = await schema.safeParseAsync(raw);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ProblemError('request.invalid', faults.join('; '));
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
