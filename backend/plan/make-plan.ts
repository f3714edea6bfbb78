/**
 * The difference between what is wanted and what is there, each change with its own verdict.
 *
 * In: desired and actual state, the ledger, the time; all read, none changed. Out: a plan, a value. It always covers the whole
 * system. Knows nothing of requests, clusters or APICs. The order of the steps matters: each looks only at changes that are
 * still due, and what it holds is settled.
 *
 *     diff per key ─► drain ladder ─► rules ─► structure ─► claims and moves ─► add-only ─► guard ─► min-healthy ─► singles
 *     ─► deletions ─► order, fingerprints
 */
import { keyText, parseKeyText, type KeyText, type MappingName, type TargetKey } from '../model/identity.ts';
import type { Change, DrainId, Finding, MappingPlan, Plan } from '../model/plan.ts';
import { problem, type Problem } from '../model/problems.ts';
import { fingerprintOf, firstOf, waitingFor } from '../model/approvals.ts';
import { openCases, type Case, type Round } from './case.ts';
import { settleClaims } from './claims.ts';
import { diffKey } from './diff.ts';
import type { KeyDiff } from './key-diff.ts';
import { explainRemovals, guard, holdAddOnly, presentNow } from './guard.ts';
import { holdUnhealthy } from './healthy.ts';
import { hasTargetOn } from '../model/life.ts';
import { compareText, inOrder } from './order.ts';
import { indexMappings, type MappingIndex } from './ownership.ts';
import type { PlanInput } from './ports.ts';
import { applyRules, modeInForce } from './rules.ts';
import {
  holdDeletions,
  holdDependents,
  holdIsolated,
  holdWithoutObject,
  settleSingles,
} from './structure.ts';

/** Remembers the differences of keys whose two sides are still the same objects; what it remembers never changes the result. */
export interface Planner {
  plan(input: PlanInput): Plan;
  /** The same, in steps. What changes meanwhile may be seen as it was or as it is, so it is for looking at and never for acting on. */
  inSteps(input: PlanInput): Generator<void, Plan>;
}

/** Keys that are looked at in one go. */
const stretch = 20;

export function makePlan(input: PlanInput): Plan {
  return createPlanner().plan(input);
}

export function createPlanner(): Planner {
  let remembered: ReadonlyMap<KeyText, KeyDiff> = new Map();
  let index: MappingIndex | undefined;
  let indexed: PlanInput['mappings'] | undefined;
  function* inSteps(input: PlanInput): Generator<void, Plan> {
    if (index?.instance !== input.ledger.instance || indexed !== input.mappings) {
      index = indexMappings(input.ledger.instance, input.mappings);
      indexed = input.mappings;
      remembered = new Map();
    }
    const { diffs, unknown } = yield* diffAll(input, index, remembered);
    remembered = diffs;
    const round = openRound(input, index, diffs);
    yield;
    judge(round);
    return finish(round, unknown);
  }
  return { plan: (input) => toTheEnd(inSteps(input)), inSteps };
}

function toTheEnd<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

interface Differences {
  readonly diffs: ReadonlyMap<KeyText, KeyDiff>;
  readonly unknown: ReadonlyMap<KeyText, Problem>;
}

function* diffAll(
  input: PlanInput,
  index: MappingIndex,
  remembered: ReadonlyMap<KeyText, KeyDiff>,
): Generator<void, Differences> {
  const diffs = new Map<KeyText, KeyDiff>();
  const unknown = new Map<KeyText, Problem>();
  for (const [text, key] of keysOf(input, remembered)) {
    const actual = input.actual.get(key);
    if ('code' in actual) {
      unknown.set(text, actual);
      continue;
    }
    const desired = input.desired.get(text);
    const known = remembered.get(text);
    if ((diffs.size + 1) % stretch === 0) yield;
    const same = known !== undefined && known.desired === desired && known.actual === actual;
    diffs.set(text, same ? known : diffKey(key, desired, actual, index));
  }
  return { diffs, unknown };
}

/** What is wanted, and what carries a mark, in the order of their names, which is known as long as they are the same. */
function keysOf(
  { desired, actual, system }: PlanInput,
  remembered: ReadonlyMap<KeyText, KeyDiff>,
): Iterable<readonly [KeyText, TargetKey]> {
  const keys = new Set(desired.keys(system));
  for (const { key } of actual.owned()) keys.add(keyText(key));
  if (keys.size === remembered.size && keys.values().every((text) => remembered.has(text)))
    return remembered.entries().map(([text, { key }]) => [text, key] as const);
  return [...keys].sort(compareText).map((text) => [text, parseKeyText(text)] as const);
}

function openRound(input: PlanInput, index: MappingIndex, diffs: ReadonlyMap<KeyText, KeyDiff>): Round {
  const cases = inOrder(openCases(input, diffs.values(), index), index);
  const byKey = Map.groupBy(cases, ({ diff }) => diff.text);
  const findings: Finding[] = [];
  for (const diff of diffs.values()) findings.push(...diff.findings);
  return { input, index, diffs, cases, byKey, findings };
}

function judge(round: Round): void {
  applyRules(round);
  holdDependents(round);
  holdWithoutObject(round);
  holdIsolated(round);
  settleClaims(round);
  explainRemovals(round);
  holdAddOnly(round);
  guard(round);
  holdUnhealthy(round);
  settleSingles(round);
  holdDeletions(round);
}

function finish(round: Round, unknown: ReadonlyMap<KeyText, Problem>): Plan {
  const findings = [...round.findings, ...findingsOfAll(round)];
  const changes = round.cases.map(toChange);
  return { changes, findings, mappings: mappingPlans(round, changes), drains: drainsOf(round), unknown };
}

/** What has begun to leave, or begins with this plan: whatever else holds its removal, time that runs is not set back. */
function drainsOf({ cases, input }: Round): DrainId[] {
  return cases.flatMap(({ drain, draft, hold }) => {
    if (drain === undefined) return [];
    const begins = hold === undefined || hold.hold === 'draining';
    const runs = draft.type === 'removeItem' && input.ledger.drainingSince(drain) !== undefined;
    return begins || runs ? [drain] : [];
  });
}

/** Of the system, and of its mappings, as a whole. */
function findingsOfAll({ input, diffs }: Round): Finding[] {
  const { system, mappings, desired, actual } = input;
  const keyOf = (kind: TargetKey['kind']): TargetKey => ({ system, kind, name: '' });
  const found: Finding[] = mappings.flatMap(({ name: mapping, to }) => {
    const target = to.find((each) => each.system === system);
    if (target === undefined) return [];
    return desired.problems(mapping).map((each) => ({ key: keyOf(target.kind), mapping, problem: each }));
  });
  const mayConflict = diffs.values().some(({ key }) => key.kind === 'externalEpg');
  if (!actual.conflictsFullyChecked && mayConflict)
    found.push({ key: keyOf('externalEpg'), problem: problem('conflict.not-checked', system) });
  return found;
}

function toChange({ draft, hold, atom, dependsOn, explanation, cut }: Case): Change {
  const verdict = hold === undefined ? { apply: true as const } : { apply: false as const, ...hold };
  // A move into an object that is created with it relies on its own atom.
  const relies = dependsOn === undefined || dependsOn === atom ? {} : { dependsOn };
  const judged = { verdict, atom, ...relies };
  if (draft.type === 'removeItem') return { ...draft, ...judged, explanation, cut };
  if (draft.type === 'updateItem' && draft.item.leaving) return { ...draft, ...judged, explanation };
  return { ...draft, ...judged };
}

/** The document's mappings for this system, and those that left something behind. */
function mappingPlans(round: Round, changes: readonly Change[]): MappingPlan[] {
  const { input, diffs } = round;
  const names = new Set<MappingName>();
  for (const mapping of input.mappings) if (hasTargetOn(input.system, mapping)) names.add(mapping.name);
  for (const diff of diffs.values()) for (const name of diff.present.keys()) names.add(name);
  for (const { mapping } of changes) names.add(mapping);
  const waiting = Map.groupBy(changes, ({ mapping }) => mapping);
  const wanted = wantedNow(diffs.values());
  return [...names].map((mapping) => {
    const own = { changes: waiting.get(mapping) ?? [] };
    const inForce = modeInForce(round, mapping);
    return {
      mapping,
      ...inForce,
      wanted: wanted.get(mapping) ?? 0,
      present: presentNow(mapping, round),
      fingerprint: fingerprintOf(waitingFor(mapping, own)),
      firstPlan: inForce.firstContact ? fingerprintOf(firstOf(mapping, own)) : undefined,
    };
  });
}

/** Addresses, by mapping. */
function wantedNow(diffs: Iterable<KeyDiff>): ReadonlyMap<MappingName, number> {
  const wanted = new Map<MappingName, number>();
  for (const { desired, wanted: here } of diffs)
    if (desired !== undefined) wanted.set(desired.mapping, (wanted.get(desired.mapping) ?? 0) + here);
  return wanted;
}
