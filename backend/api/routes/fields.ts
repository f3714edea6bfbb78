/** Parameters that several routes take. */
import { z } from 'zod';

/** A whole number from 0. */
export function upTo(most: number, otherwise: number): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce
    .number(`expected a number from 0 to ${most}`)
    .int(`expected a whole number from 0 to ${most}`)
    .min(0, `expected a number from 0 to ${most}`)
    .max(most, `expected a number from 0 to ${most}`)
    .default(otherwise);
}

export const nameParameter = z.object({
  name: z
    .string('expected a name')
    .regex(/^[^\p{Cc}/]{1,64}$/u, 'expected 1 to 64 characters')
    .describe('As it is declared'),
});

export const revisionParameter = z.object({
  revision: z
    .string()
    .regex(/^[0-9]{1,9}$/, 'expected the number of a revision')
    .transform(Number)
    .describe('Number of a version'),
});

/** Of what a caller sent, for the audit: what it is called, cut. */
export function called(kind: string, name: unknown): string {
  return typeof name === 'string' ? `${kind} ${name.slice(0, 120)}` : kind;
}
