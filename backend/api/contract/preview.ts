/** What a mapping would match and write, while it is being edited. */
import { z } from 'zod';
import { faultSchema, writtenEntrySchema } from './configuration.ts';
import { planGroupSchema, problemSchema, targetKindSchema } from './models.ts';
import { count, list } from './shapes.ts';

export const previewRequestSchema = z.strictObject({
  mapping: writtenEntrySchema,
  replaces: z.string().max(64).optional().describe('The name of the mapping that it takes the place of'),
});

export const previewTargetSchema = z.object({
  key: z.string(),
  kind: targetKindSchema,
  system: z.string(),
  name: z.string(),
  group: z.string().describe('What it is made from: workload prod-a/shop/web'),
  exists: z.boolean().nullable().describe('null: cannot be read now'),
  items: count,
  present: count.describe('Of the items'),
  sample: list(z.string()).describe('The first few items'),
});

export const previewSchema = z.object({
  faults: list(faultSchema).describe('When there are any, nothing else is told'),
  groups: count,
  addresses: count,
  targets: list(previewTargetSchema).describe('At most 200'),
  total: count.describe('Target objects in all'),
  changes: list(planGroupSchema).describe('What would be written in mode full, and what would be held'),
  problems: list(problemSchema).describe('Selects nothing, a name is taken, a source is not read yet …'),
  cutOff: list(z.string()).describe('Pairs of groups that may talk today and could not after, in words'),
});

export type PreviewModel = z.infer<typeof previewSchema>;
export type PreviewTarget = z.infer<typeof previewTargetSchema>;
