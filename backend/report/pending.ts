/**
 * What is left of a run's plan after the run: the changes that were not accepted, with what came in their way.
 */
import { changeId } from '../model/plan.ts';
import { keyText } from '../model/identity.ts';
import type { KeyText, MappingName, SystemName } from '../model/identity.ts';
import type { Change, HoldReason, Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { RunReport } from '../model/run-report.ts';
import type { HeldCount } from './ports.ts';

export interface PendingChange {
  readonly change: Change;
  /** What the system answered when it was tried. */
  readonly problem: Problem | undefined;
}

export interface KeyPending {
  /** Of its first change; undefined when there is none. */
  mapping: MappingName | undefined;
  due: number;
  readonly held: Map<HoldReason, number>;
  readonly problems: Problem[];
}

export interface Pending {
  readonly system: SystemName;
  readonly madeAt: number;
  readonly plan: Plan;
  readonly changes: readonly PendingChange[];
  readonly byKey: ReadonlyMap<KeyText, KeyPending>;
}

export function pendingOf(run: RunReport): Pending {
  const tried = new Map(run.outcomes.map(({ change, outcome }) => [changeId(change), outcome]));
  const changes: PendingChange[] = [];
  for (const change of run.plan.changes) {
    const outcome = tried.get(changeId(change));
    if (outcome?.result === 'accepted') continue;
    changes.push({ change, problem: outcome?.problem });
  }
  const byKey = indexByKey(changes, run.plan);
  return { system: run.system, madeAt: run.startedAt, plan: run.plan, changes, byKey };
}

function indexByKey(changes: readonly PendingChange[], plan: Plan): Map<KeyText, KeyPending> {
  const byKey = new Map<KeyText, KeyPending>();
  const at = (key: KeyText): KeyPending => {
    const known = byKey.get(key) ?? empty();
    byKey.set(key, known);
    return known;
  };
  for (const { change, problem } of changes) {
    const entry = at(keyText(change.key));
    count(entry, change);
    if (problem !== undefined) addOnce(entry.problems, problem);
  }
  // A finding without a name is of the whole system; it stands in the plan, on no target.
  const ofTargets = plan.findings.filter(({ key }) => key.name !== '');
  for (const finding of ofTargets) addOnce(at(keyText(finding.key)).problems, finding.problem);
  for (const [key, problem] of plan.unknown) addOnce(at(key).problems, problem);
  return byKey;
}

function empty(): KeyPending {
  return { mapping: undefined, due: 0, held: new Map(), problems: [] };
}

function count(entry: KeyPending, { verdict, mapping }: Change): void {
  entry.mapping ??= mapping;
  if (verdict.apply) entry.due += 1;
  else entry.held.set(verdict.hold, (entry.held.get(verdict.hold) ?? 0) + 1);
}

/** A refused request repeats one answer on each of its changes; people need it once. */
export function addOnce(problems: Problem[], problem: Problem): void {
  const same = (other: Problem): boolean => other.code === problem.code && other.detail === problem.detail;
  if (problems.length < 50 && !problems.some(same)) problems.push(problem);
}

export function heldCounts(held: ReadonlyMap<HoldReason, number>): HeldCount[] {
  return [...held].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}
