/**
 * What travels over HTTP, as schemas: read by the routes, by the OpenAPI document, and as types by the page.
 * Imports zod only. Absent values are null; times are milliseconds since the epoch, UTC.
 */
import { z } from 'zod';
import { count, list } from './shapes.ts';

const time = z.number().describe('Milliseconds since the epoch, UTC; 0 never');

export const freshnessSchema = z.enum(['synced', 'stale', 'unknown']);
export const modeSchema = z.enum(['report', 'add-only', 'full']);
export const holdReasonSchema = z.enum([
  'report-mode',
  'first-contact',
  'paused',
  'add-only',
  'source-not-synced',
  'guard',
  'last-item',
  'conflict',
  'isolated',
  'foreign',
  'fighting',
  'not-empty-long-enough',
  'back-off',
  'draining',
  'min-healthy',
  'incomplete',
  'orphan',
  'missing',
]);

/** RFC 9457, with the code of the problem and what to do next. */
export const problemDetailsSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  next: z.string(),
  faults: list(z.object({ path: z.string(), found: z.string(), expected: z.string() }))
    .optional()
    .describe('Of what was sent, where it is a document or an entry of one'),
});

export const problemSchema = z.object({
  code: z.string(),
  kind: z.enum(['transient', 'terminal', 'unsafe', 'bug']),
  title: z.string(),
  detail: z.string(),
  next: z.string(),
});

export const kindSchema = z.object({
  kind: z.string(),
  freshness: freshnessSchema,
  count,
  lastContact: time.nullable().describe('null while contact is live'),
  problem: problemSchema.nullable(),
});

export const sourceSchema = z.object({
  name: z.string(),
  kind: z.enum(['cluster', 'fabric']).describe('fabric: the endpoints that it learned'),
  identity: z.string().nullable(),
  freshness: freshnessSchema,
  objects: count,
  lastContact: time.nullable().describe('null while contact is live'),
  problem: problemSchema.nullable(),
  kinds: list(kindSchema),
});

export const systemSchema = z.object({
  name: z.string(),
  kind: z.enum(['fabric', 'bigip', 'haproxy']),
  identity: z.string().nullable(),
  freshness: freshnessSchema,
  lastRound: time,
  lastWrite: time,
  conflictsFullyChecked: z.boolean(),
  problem: problemSchema.nullable(),
});

export const heldCountSchema = z.object({ reason: holdReasonSchema, count });

export const mappingSchema = z.object({
  name: z.string(),
  systems: list(z.string()),
  mode: modeSchema,
  firstContact: z.boolean(),
  awaited: list(z.string()).describe(
    'Systems of a mapping on first contact that are not planned whole: until they are, it cannot be let go',
  ),
  targets: count,
  wanted: count,
  present: count,
  due: count,
  held: list(heldCountSchema),
});

export const targetStateSchema = z.enum(['inStep', 'empty', 'due', 'draining', 'held', 'problem', 'unknown']);
export const targetKindSchema = z.enum(['externalEpg', 'redirectPolicy', 'pool', 'redirectHealthGroup']);

export const targetRowSchema = z.object({
  key: z.string(),
  kind: targetKindSchema,
  system: z.string(),
  name: z.string(),
  mapping: z.string(),
  group: z.string(),
  state: targetStateSchema,
  exists: z.boolean(),
  wanted: count,
  present: count.nullable().describe('null: cannot be read now'),
  due: count,
  held: list(heldCountSchema),
  problems: list(problemSchema),
});

export const summarySchema = z.object({
  product: z.object({ name: z.string(), version: z.string() }),
  instance: z.string(),
  startedAt: time,
  mode: z.enum(['writing', 'report', 'paused']),
  sources: list(sourceSchema),
  systems: list(systemSchema),
  mappings: list(mappingSchema),
  problems: list(problemSchema).describe('Of the product itself: its store, its configuration'),
});

export const statusSchema = summarySchema.extend({ cursor: z.string(), targets: list(targetRowSchema) });

export const runSchema = z.object({
  run: count,
  system: z.string(),
  startedAt: time,
  finishedAt: time,
  keys: count,
  requests: count,
  accepted: count,
  refused: count,
  unclear: count,
  held: count,
  added: count,
  removed: count,
  reactionMs: z.number().nullable(),
  rounds: count.describe('How many rounds without effect this line stands for'),
  problem: problemSchema.nullable(),
});

export const runsSchema = z.object({ runs: list(runSchema) });

export const differenceSchema = z.object({
  cursor: z.string(),
  now: time,
  complete: z.boolean().describe('true: forget what you had, this is everything'),
  summary: summarySchema.nullable(),
  targets: z.object({ put: list(targetRowSchema), gone: list(z.string()) }),
  runs: list(runSchema).nullable(),
  plan: z.string().describe('Differs whenever the plan does'),
});

export const planChangeSchema = z.object({
  id: z.string(),
  type: z.enum(['createObject', 'updateObject', 'deleteObject', 'addItem', 'updateItem', 'removeItem']),
  key: z.string(),
  name: z.string(),
  item: z.object({ kind: z.string(), name: z.string() }).nullable(),
  explanation: z.string().nullable(),
  because: z.string().describe('The explanation in plain words; empty where none is needed'),
  step: z.string().describe('What is done beyond adding or removing: drain (30 s, then leave)'),
  leaving: z.boolean().describe('A first step of a removal: it is given no more traffic'),
  detail: z.string(),
  problem: problemSchema.nullable(),
});

export const planGroupSchema = z.object({
  hold: holdReasonSchema.nullable().describe('null: due'),
  title: z.string(),
  next: z.string(),
  approvable: z.boolean(),
  count,
  changes: list(planChangeSchema),
});

export const planMappingSchema = z.object({
  name: z.string(),
  system: z.string(),
  mode: modeSchema,
  firstContact: z.boolean(),
  due: count,
  held: count,
  fingerprint: z.string().nullable(),
  firstPlan: z
    .string()
    .nullable()
    .describe('Of what the first plan would do, on all systems; null: none waits to be let go'),
  refused: z
    .object({ by: z.string(), at: time, reason: z.string() })
    .nullable()
    .describe('A person said no to exactly what waits now'),
  approve: z.string().nullable(),
  groups: list(planGroupSchema),
});

const keyedProblem = z.object({ key: z.string(), problem: problemSchema });

export const planSchema = z.object({
  version: z.string(),
  madeAt: time,
  due: count,
  held: count,
  mappings: list(planMappingSchema),
  findings: list(keyedProblem),
  unknown: list(keyedProblem),
});

const originSchema = z.object({ kind: z.string(), path: z.string(), uid: z.string() });

export const exposedAddressSchema = z.object({
  address: z.string(),
  addressKind: z.enum(['pod', 'loadBalancer', 'external', 'cluster', 'node', 'learned']),
  cluster: z.string(),
  origin: originSchema,
  owner: originSchema.nullable(),
  node: z.string().nullable(),
  state: z.enum(['starting', 'ready', 'notReady', 'terminating', 'learned', 'absent']),
  inService: z.boolean().describe('Whether it may be given traffic now'),
  port: z.number().optional(),
  mac: z.string().optional(),
});

const itemPendingSchema = planChangeSchema
  .pick({ type: true, because: true, step: true, leaving: true, detail: true })
  .extend({ hold: holdReasonSchema.nullable().describe('null: due') });

export const itemSchema = z.object({
  kind: z.string(),
  name: z.string(),
  wanted: z.boolean().describe('To be there, and in service where it carries traffic'),
  present: z.boolean(),
  ours: z.boolean().describe("false: a person's or another product's"),
  leaving: z.boolean().describe('Alive, and to be given no traffic'),
  attributes: z
    .record(z.string(), z.string())
    .readonly()
    .describe('As they are there, or as they are wanted where it is not'),
  connections: count.nullable().describe('While it drains; null: not known'),
  drainingSince: time.nullable().describe('null: it does not drain'),
  reasons: list(exposedAddressSchema),
  pending: itemPendingSchema.nullable(),
});

export const targetSchema = z.object({
  row: targetRowSchema,
  items: list(itemSchema),
  total: count,
  foreign: count.describe('Items for an address that are not ours and are left alone'),
});

const keyRef = z.object({ system: z.string(), kind: targetKindSchema, name: z.string() });
const items = list(z.string()).describe('Names of the items for the address');

export const explanationSchema = z.object({
  address: z.string(),
  reasons: list(exposedAddressSchema),
  wantedIn: list(z.object({ key: keyRef, mapping: z.string(), group: z.string(), items })),
  presentIn: list(z.object({ key: keyRef, ours: z.boolean(), items })),
  changes: list(planChangeSchema),
  problems: list(problemSchema),
});

export const readySchema = z.object({ ready: z.boolean(), detail: z.string() });
export const liveSchema = z.object({ live: z.boolean() });

export type Freshness = z.infer<typeof freshnessSchema>;
export type HoldReason = z.infer<typeof holdReasonSchema>;
export type Mode = z.infer<typeof modeSchema>;
export type ProblemModel = z.infer<typeof problemSchema>;
export type SourceModel = z.infer<typeof sourceSchema>;
export type SystemModel = z.infer<typeof systemSchema>;
export type MappingModel = z.infer<typeof mappingSchema>;
export type TargetKind = z.infer<typeof targetKindSchema>;
export type TargetState = z.infer<typeof targetStateSchema>;
export type TargetRow = z.infer<typeof targetRowSchema>;
export type StatusSummary = z.infer<typeof summarySchema>;
export type RunModel = z.infer<typeof runSchema>;
export type Difference = z.infer<typeof differenceSchema>;
export type PlanChange = z.infer<typeof planChangeSchema>;
export type PlanGroup = z.infer<typeof planGroupSchema>;
export type PlanMapping = z.infer<typeof planMappingSchema>;
export type PlanModel = z.infer<typeof planSchema>;
export type ExposedAddress = z.infer<typeof exposedAddressSchema>;
export type ItemModel = z.infer<typeof itemSchema>;
export type TargetModel = z.infer<typeof targetSchema>;
export type ExplanationModel = z.infer<typeof explanationSchema>;
export type ProblemDetails = z.infer<typeof problemDetailsSchema>;
