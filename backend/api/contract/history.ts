/** What happened: rounds that did something, changes that were sent, what people did; and who held an address when. */
import { z } from 'zod';
import { targetKindSchema } from './models.ts';
import { list, time } from './shapes.ts';

const text = z.string().max(200);

export const historyKindSchema = z.enum(['change', 'run', 'act']);

export const historyQuerySchema = z.object({
  kind: historyKindSchema.optional(),
  address: text.optional(),
  key: z.string().max(400).optional().describe('Of a target object'),
  mapping: text.optional(),
  system: text.optional(),
  person: text.optional(),
  result: z.enum(['accepted', 'refused', 'unknown']).optional().describe('Of changes'),
  search: text.optional().describe('Part of what is shown'),
  from: z.coerce.number().optional().describe('Milliseconds since the epoch'),
  to: z.coerce.number().optional(),
  before: z.string().max(60).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const historyEntrySchema = z.object({
  id: z.string(),
  at: time,
  kind: historyKindSchema,
  system: z.string().nullable(),
  mapping: z.string().nullable(),
  key: z.string().nullable().describe('Of the target object'),
  address: z.string().nullable(),
  item: z.string().nullable().describe('The name of the item: an address, a member'),
  person: z.string().nullable(),
  what: z
    .string()
    .describe('What was done, in a few words: `add subnet 10.244.1.7/32`, `approve`, `round 12`'),
  why: z
    .string()
    .describe(
      'The explanation in plain words, or where the address comes from; of acts: how they were known, from where',
    ),
  result: z.string().describe('accepted, refused, unknown; of acts: done, or the code of the problem'),
  detail: z.string(),
});

export const historyPageSchema = z.object({
  entries: list(historyEntrySchema).describe('Newest first'),
  next: z.string().nullable().describe('For `before`; null: there is no more'),
  oldest: time.nullable().describe('How far back it is kept now'),
});

export const holderSchema = z.object({
  address: z.string(),
  key: z.object({ system: z.string(), kind: targetKindSchema, name: z.string() }),
  mapping: z.string(),
  origin: z.string().describe('Where the address came from: pod prod-a/shop/web-1'),
  from: time,
  seen: z.boolean().describe('true: it was there already when it was first looked at'),
  until: time.nullable().describe('null: it still is'),
});

export const holdersQuerySchema = z.object({
  address: z.string('expected an address').max(60),
  at: z.coerce.number().optional().describe('Milliseconds since the epoch; absent: every holder there was'),
});
export const holdersSchema = z.object({ holders: list(holderSchema) });

export type HistoryQuery = z.output<typeof historyQuerySchema>;
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type HistoryPage = z.infer<typeof historyPageSchema>;
export type HolderModel = z.infer<typeof holderSchema>;
