/**
 * One line per target object: what is wanted, what is there, what stands between.
 */
import { parseKeyText } from '../model/identity.ts';
import type { InstanceId, KeyText } from '../model/identity.ts';
import type { Problem, ProblemCode } from '../model/problems.ts';
import type { ActualItem, ActualObject, DesiredObject } from '../model/target-object.ts';
import { addOnce, heldCounts } from './pending.ts';
import type { KeyPending } from './pending.ts';
import { problemModel } from './problem-model.ts';
import type { TargetRow, TargetState } from './ports.ts';

export interface RowInput {
  readonly key: KeyText;
  readonly instance: InstanceId;
  readonly desired: DesiredObject | undefined;
  readonly actual: ActualObject | Problem | undefined;
  readonly pending: KeyPending | undefined;
  /** The mapping to name when nothing is wanted any more. */
  readonly lastMapping: string | undefined;
}

/** These tell something and ask for nothing. */
const notes: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'name.cut',
  'address.none',
  'removal.held',
  'pool.foreign-member',
  'pool.connections-not-cut',
]);

export function isKnown(actual: ActualObject | Problem | undefined): actual is ActualObject {
  return actual !== undefined && 'exists' in actual;
}

export function isOurs(item: ActualItem, instance: InstanceId): boolean {
  return item.mark?.instance === instance;
}

/** The row, or undefined when there is nothing to say of the key any more. */
export function targetRow(input: RowInput): TargetRow | undefined {
  const { key, desired, actual, pending } = input;
  const present = presentAddresses(input);
  if (desired === undefined && pending === undefined && (present ?? 0) === 0) return undefined;
  const counts = { wanted: wantedAddresses(desired), present, ...pendingCounts(pending) };
  const problems = problemsOf(input);
  return {
    key,
    ...parseKeyText(key),
    ...madeFrom(input),
    state: stateOf(counts, problems),
    exists: isKnown(actual) && actual.exists,
    ...counts,
    problems: problems.map(problemModel),
  };
}

function madeFrom({ desired, pending, lastMapping }: RowInput): Pick<TargetRow, 'mapping' | 'group'> {
  if (desired === undefined) return { mapping: pending?.mapping ?? lastMapping ?? '', group: '' };
  return { mapping: desired.mapping, group: desired.group };
}

function pendingCounts(pending: KeyPending | undefined): Pick<TargetRow, 'due' | 'held'> {
  return pending === undefined ? { due: 0, held: [] } : { due: pending.due, held: heldCounts(pending.held) };
}

function wantedAddresses(desired: DesiredObject | undefined): number {
  let count = 0;
  for (const item of desired?.items.values() ?? [])
    if (item.address !== undefined && !item.leaving) count += 1;
  return count;
}

/** `null` when unknown. */
function presentAddresses({ actual, instance }: RowInput): number | null {
  if (!isKnown(actual)) return null;
  let count = 0;
  for (const item of actual.items.values())
    if (item.address !== undefined && isOurs(item, instance)) count += 1;
  return count;
}

function problemsOf({ desired, actual, pending }: RowInput): readonly Problem[] {
  const all: Problem[] = [];
  for (const problem of pending?.problems ?? []) addOnce(all, problem);
  for (const problem of desired?.problems ?? []) addOnce(all, problem);
  if (isKnown(actual)) for (const problem of actual.problems) addOnce(all, problem);
  else if (actual !== undefined) addOnce(all, actual);
  return all;
}

function stateOf(
  counts: Pick<TargetRow, 'wanted' | 'present' | 'due' | 'held'>,
  problems: readonly Problem[],
): TargetState {
  const { wanted, present, due, held } = counts;
  if (present === null) return 'unknown';
  if (problems.some((problem) => !notes.has(problem.code))) return 'problem';
  if (held.some(({ reason }) => reason !== 'draining')) return 'held';
  if (due > 0) return 'due';
  if (held.length > 0) return 'draining';
  if (wanted !== present) return 'due';
  return wanted === 0 ? 'empty' : 'inStep';
}
