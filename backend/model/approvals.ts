/**
 * What waits for a person, and what a person's yes covers: exactly the changes that were held when it was given, so that a
 * set that shrank stays approved and one that grew does not.
 */
import { digest } from './digest.ts';
import type { KeyText, MappingName } from './identity.ts';
import { approvable, approvalId, type Change, type Fingerprint, type Plan } from './plan.ts';

/** Of one mapping's changes, those that wait for a person, as `approvalId` names them, sorted. */
export function waitingFor(mapping: MappingName, { changes }: Pick<Plan, 'changes'>): string[] {
  return changes
    .filter((change) => change.mapping === mapping)
    .filter(({ verdict }) => !verdict.apply && approvable.has(verdict.hold))
    .map(approvalId)
    .sort();
}

/** Of one mapping's changes, those of its first plan, as `approvalId` names them, sorted. */
export function firstOf(mapping: MappingName, { changes }: Pick<Plan, 'changes'>): string[] {
  return changes
    .filter((change) => change.mapping === mapping)
    .filter(({ verdict }) => !verdict.apply && verdict.hold === 'first-contact')
    .map(approvalId)
    .sort();
}

const firstPrefix = 'first:';

/** Under which name the ledger keeps what a first plan would do, in words: no mapping is named so. */
export function firstPlanName(mapping: MappingName): MappingName {
  return `${firstPrefix}${mapping}` as MappingName;
}

const wholePrefix = 'whole:';

/** Under which name the ledger keeps, for a system, that all of the mapping there is seen and planned. */
export function wholePlanName(mapping: MappingName): MappingName {
  return `${wholePrefix}${mapping}` as MappingName;
}

export function isWholePlanName(name: string): boolean {
  return name.startsWith(wholePrefix);
}

/** Of what the ledger keeps beside what waits under the name of a mapping. */
export function isPlanName(name: string): boolean {
  return name.startsWith(firstPrefix) || isWholePlanName(name);
}

/** What stands under `wholePlanName`: that it stands there is all that it says. */
export const wholePlan = { fingerprint: 'whole' as Fingerprint, changes: [] } as const;

/** A mapping is let go as a whole, on all systems that it writes to. */
export function fingerprintOfAll(parts: readonly Fingerprint[]): Fingerprint | undefined {
  return parts.length < 2 ? parts[0] : fingerprintOf([...parts].sort());
}

const countNames: Readonly<Record<Change['type'], string>> = {
  createObject: 'to create',
  updateObject: 'to change',
  deleteObject: 'to delete',
  addItem: 'to add',
  updateItem: 'to change in them',
  removeItem: 'to remove',
};

/** `2 to create`, `12 to add`: of ids as `approvalId` gives them. */
export function countsOf(ids: readonly string[]): string[] {
  const byType = Map.groupBy(ids, (id) => id.split(' ', 1)[0] ?? '');
  return Object.entries(countNames).flatMap(([type, words]) => {
    const of = byType.get(type);
    return of === undefined ? [] : [`${of.length} ${words}`];
  });
}

/** The key of the change that `approvalId` names so: neither a type nor the text of a key has a space in it. */
export function keyOfApproval(id: string): KeyText {
  return (id.split(' ')[1] ?? '') as KeyText;
}

/** Of ids as `waitingFor` gives them; undefined when nothing waits. */
export function fingerprintOf(waiting: readonly string[]): Fingerprint | undefined {
  return waiting.length === 0 ? undefined : (digest(waiting.join('\n'), 12) as Fingerprint);
}
