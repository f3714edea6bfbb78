/**
 * The document as it is edited. Entries travel as an admin writes them (docs/configuration.md); the server checks them.
 *
 * A secret is written once as `{ "secret": "the value" }` where a reference may stand; what is read back is its reference,
 * `secret:…`, which stands for it when it is sent again.
 */
import { z } from 'zod';
import { modeSchema } from './models.ts';
import { list, time } from './shapes.ts';

export const collectionSchema = z.enum(['clusters', 'fabrics', 'loadBalancers', 'mappings']);

export const writtenEntrySchema = z.looseObject({ name: z.string() });
export const writtenSchema = z.looseObject({});

export const faultSchema = z.object({ path: z.string(), found: z.string(), expected: z.string() });

export const differenceLineSchema = z.object({
  sign: z.enum(['+', '-', '~']),
  path: z.string().describe('mappings[shop].mode'),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

export const versionSchema = z.object({
  revision: z.number().int(),
  at: time,
  by: z.string(),
  summary: z.string().describe('What was done: `save mapping shop`'),
});

const documentProblem = z
  .object({ code: z.string(), title: z.string(), detail: z.string(), next: z.string() })
  .nullable();

export const configurationSchema = z.object({
  revision: z.number().int().describe('0: nothing was ever saved'),
  tag: z.string().describe('For If-Match on the whole'),
  at: time,
  by: z.string(),
  readOnly: z.string().nullable().describe('The file that the configuration is read from'),
  problem: documentProblem.describe(
    'The file cannot be taken as it is now, or a stored secret cannot be opened',
  ),
  faults: list(faultSchema).describe('Of the file as it is now; what is declared is as it was before them'),
  document: z.object({
    version: z.literal(1),
    instance: z.string(),
    clusters: list(writtenEntrySchema),
    fabrics: list(writtenEntrySchema),
    loadBalancers: list(writtenEntrySchema),
    mappings: list(writtenEntrySchema),
    settings: writtenSchema,
  }),
});

export const entrySchema = z.object({
  name: z.string(),
  tag: z.string().describe('For If-Match; also in the header ETag'),
  revision: z.number().int().describe('Of the document'),
  by: z.string().describe('Who changed this entry last'),
  at: time,
  entry: writtenSchema,
  problem: documentProblem.describe('The document is saved, and not in force yet: why. null: it is in force'),
});

export const versionsSchema = z.object({ versions: list(versionSchema) });
export const versionDetailSchema = z.object({
  version: versionSchema,
  text: z.string().describe('YAML'),
  difference: list(differenceLineSchema).describe('From that version to what is declared now'),
});

export const textRequestSchema = z.strictObject({
  text: z.string('expected the document as text').max(8_000_000, 'expected at most 8,000,000 characters'),
});

export const entryChangeSchema = z.object({
  collection: collectionSchema,
  name: z.string(),
  change: z.enum(['added', 'changed', 'removed']),
  entry: writtenSchema.nullable().describe('Of a mapping, as it would be declared; for a preview of it'),
});

export const importPreviewSchema = z.object({
  faults: list(faultSchema),
  difference: list(differenceLineSchema),
  entries: list(entryChangeSchema).describe('By name; a rename is a removal and an addition'),
  secrets: list(z.string()).describe(
    'Stored secrets that it names and that are not here: enter them after the import',
  ),
  modes: list(z.object({ mapping: z.string(), mode: modeSchema })).describe(
    'What each mapping would be allowed',
  ),
});

export const exportedSchema = z.object({ text: z.string().describe('YAML') });

export type Collection = z.infer<typeof collectionSchema>;
export type WrittenEntry = z.infer<typeof writtenEntrySchema>;
export type FaultModel = z.infer<typeof faultSchema>;
export type DifferenceLine = z.infer<typeof differenceLineSchema>;
export type VersionModel = z.infer<typeof versionSchema>;
export type ConfigurationModel = z.infer<typeof configurationSchema>;
export type EntryModel = z.infer<typeof entrySchema>;
export type VersionDetail = z.infer<typeof versionDetailSchema>;
export type EntryChange = z.infer<typeof entryChangeSchema>;
export type ImportPreview = z.infer<typeof importPreviewSchema>;
