/**
 * The plan as people read it: by mapping, then by what holds the changes.
 */
import { fingerprintOfAll } from '../model/approvals.ts';
import { keyText } from '../model/identity.ts';
import type { MappingName, SystemName } from '../model/identity.ts';
import { approvable, changeId } from '../model/plan.ts';
import type { Change, Fingerprint, HoldReason, MappingPlan } from '../model/plan.ts';
import type { Mapping } from '../model/mapping.ts';
import { explanationTexts, stepText } from '../model/plan-texts.ts';
import { holdTexts } from '../model/hold-texts.ts';
import type { Pending, PendingChange } from './pending.ts';
import { problemModel, problemOrNull } from './problem-model.ts';
import type { PlanChange, PlanGroup, PlanMapping, PlanModel } from './ports.ts';

/** How a person approves what waits, as a command line; without a fingerprint: a mapping's first plan. */
export type ApproveCommand = (mapping: MappingName, fingerprint: Fingerprint | undefined) => string;

/** Who said no to exactly what waits under the fingerprint. */
export type Refusal = (mapping: MappingName, fingerprint: Fingerprint) => PlanMapping['refused'] | undefined;

export interface PlanInput {
  readonly version: string;
  readonly pending: readonly Pending[];
  readonly mappings: readonly Mapping[];
  readonly approveCommand: ApproveCommand;
  readonly refusal: Refusal;
  /** Changes shown per group; counts are always whole. */
  readonly limit: number;
}

export function planModel(input: PlanInput): PlanModel {
  const { version, pending } = input;
  const mappings = inOrder(
    pending.flatMap((one) => planMappings(one, input)),
    input,
  );
  return {
    version,
    madeAt: Math.max(0, ...pending.map((one) => one.madeAt)),
    due: mappings.reduce((sum, mapping) => sum + mapping.due, 0),
    held: mappings.reduce((sum, mapping) => sum + mapping.held, 0),
    mappings,
    findings: pending.flatMap(({ plan }) =>
      plan.findings.map(({ key, problem }) => ({ key: keyText(key), problem: problemModel(problem) })),
    ),
    unknown: pending.flatMap(({ plan }) =>
      [...plan.unknown].map(([key, problem]) => ({ key, problem: problemModel(problem) })),
    ),
  };
}

/** As the document has them, whichever system was planned last; what left the document comes last. */
function inOrder(plans: readonly PlanMapping[], { mappings }: PlanInput): PlanMapping[] {
  const places = new Map<string, number>(mappings.map(({ name }, index) => [name, index]));
  const place = ({ name }: PlanMapping): number => places.get(name) ?? mappings.length;
  return [...plans].sort((a, b) => place(a) - place(b) || (a.system < b.system ? -1 : 1));
}

/** Mappings that left the document may still own changes (orphans): they come last. */
function planMappings({ system, plan, changes }: Pending, input: PlanInput): PlanMapping[] {
  const byMapping = Map.groupBy(changes, ({ change }) => change.mapping);
  const declared = plan.mappings.map((mapping) =>
    planMapping(system, mapping, { input, changes: byMapping.get(mapping.mapping) ?? [] }),
  );
  const names = new Set(plan.mappings.map(({ mapping }) => mapping));
  const gone = [...byMapping].filter(([name]) => !names.has(name));
  return [
    ...declared,
    ...gone.map(([mapping, left]) =>
      planMapping(
        system,
        { mapping, mode: 'report', firstContact: false, wanted: 0, present: 0, fingerprint: undefined },
        { input, changes: left },
      ),
    ),
  ];
}

function planMapping(
  system: SystemName,
  { mapping, mode, firstContact, fingerprint, firstPlan }: MappingPlan,
  { input, changes }: { readonly input: PlanInput; readonly changes: readonly PendingChange[] },
): PlanMapping {
  const groups = planGroups(changes, input);
  const due = groups.find(({ hold }) => hold === null)?.count ?? 0;
  const first = firstPlan === undefined ? undefined : firstPlanOnAll(mapping, input);
  const waits = fingerprint !== undefined || groups.some(({ hold }) => hold === 'first-contact');
  return {
    name: mapping,
    system,
    mode,
    firstContact,
    due,
    held: changes.length - due,
    fingerprint: fingerprint ?? null,
    firstPlan: first ?? null,
    refused: (fingerprint && input.refusal(mapping, fingerprint)) ?? null,
    approve: waits ? input.approveCommand(mapping, fingerprint ?? first) : null,
    groups,
  };
}

function firstPlanOnAll(name: MappingName, { pending }: PlanInput): Fingerprint | undefined {
  const own = pending.flatMap(({ plan }) => plan.mappings).filter(({ mapping }) => mapping === name);
  return fingerprintOfAll(own.flatMap(({ firstPlan }) => firstPlan ?? []));
}

/** What waits for a person stands first, what is due last. */
export function planGroups(
  changes: readonly PendingChange[],
  input: Pick<PlanInput, 'limit' | 'mappings'>,
): PlanGroup[] {
  const byHold = Map.groupBy(changes, ({ change }) => (change.verdict.apply ? null : change.verdict.hold));
  const rank = ({ hold, approvable: waits }: PlanGroup): number => (hold === null ? 2 : waits ? 0 : 1);
  return [...byHold]
    .map(([hold, members]) => planGroup(hold, members, input))
    .sort((a, b) => rank(a) - rank(b) || b.count - a.count);
}

function planGroup(
  hold: HoldReason | null,
  members: readonly PendingChange[],
  { limit, mappings }: Pick<PlanInput, 'limit' | 'mappings'>,
): PlanGroup {
  const text =
    hold === null ? { title: 'Due', next: 'Nothing to do: sent with the next request.' } : holdTexts[hold];
  return {
    hold,
    ...text,
    approvable: hold !== null && approvable.has(hold),
    count: members.length,
    changes: members.slice(0, limit).map((member) => planChange(member, mappings)),
  };
}

export function planChange({ change, problem }: PendingChange, mappings: readonly Mapping[]): PlanChange {
  const explanation = change.type === 'removeItem' ? change.explanation : null;
  const mapping = mappings.find(({ name }) => name === change.mapping);
  return {
    id: changeId(change),
    type: change.type,
    key: keyText(change.key),
    name: change.key.name,
    item: itemOf(change),
    explanation,
    because: explanation === null ? '' : explanationTexts[explanation],
    step: stepText(change, mapping),
    leaving: change.type === 'updateItem' && change.item.leaving,
    detail: change.verdict.apply ? '' : change.verdict.detail,
    problem: problemOrNull(problem),
  };
}

function itemOf(change: Change): PlanChange['item'] {
  if (change.type === 'removeItem') return { kind: change.itemKind, name: change.itemName };
  if (change.type === 'addItem' || change.type === 'updateItem')
    return { kind: change.item.kind, name: change.item.name };
  return null;
}
