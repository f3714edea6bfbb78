/**
 * What waits for a person, and what a person's yes covers: exactly the changes that were held when it was given, so that a
 * set that shrank stays approved and one that grew does not.
 */
import { digest } from './digest.ts';
import type { KeyText, MappingName } from './identity.ts';
import { approvable, approvalId, type Fingerprint, type Plan } from './plan.ts';

/** Of one mapping's changes, those that wait for a person, as `approvalId` names them, sorted. */
export function waitingFor(mapping: MappingName, { changes }: Pick<Plan, 'changes'>): string[] {
  return changes
    .filter((change) => change.mapping === mapping)
    .filter(({ verdict }) => !verdict.apply && approvable.has(verdict.hold))
    .map(approvalId)
    .sort();
}

/** The key of the change that `approvalId` names so: neither a type nor the text of a key has a space in it. */
export function keyOfApproval(id: string): KeyText {
  return (id.split(' ')[1] ?? '') as KeyText;
}

/** Of ids as `waitingFor` gives them; undefined when nothing waits. */
export function fingerprintOf(waiting: readonly string[]): Fingerprint | undefined {
  return waiting.length === 0 ? undefined : (digest(waiting.join('\n'), 12) as Fingerprint);
}
