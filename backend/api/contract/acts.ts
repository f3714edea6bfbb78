/** What a person may do while it runs. */
import { z } from 'zod';

const name = z
  .string('expected a name')
  .min(1, 'expected a name')
  .max(120, 'expected at most 120 characters');
const fingerprint = z.string('expected a fingerprint').min(1).max(64);

export const approveRequestSchema = z.strictObject({
  mapping: name,
  fingerprint: fingerprint
    .optional()
    .describe(
      'Of what waits, or of the first plan (`firstPlan`). Absent: the first plan, whatever it is by now',
    ),
});
export const refuseRequestSchema = z.strictObject({
  mapping: name,
  fingerprint,
  reason: z.string().max(500, 'expected at most 500 characters').default(''),
});
export const pauseRequestSchema = z.strictObject({ paused: z.boolean('expected true or false') });
export const identityRequestSchema = z.strictObject({ name, identity: z.string().min(1).max(200) });
export const resyncRequestSchema = z.strictObject({ name });
export const doneSchema = z.object({ done: z.string().describe('What was done, in words') });
