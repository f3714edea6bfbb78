/** What a person may say to a mapping's plan, and in counts what that would do. */
import type { MappingModel, PlanChange, PlanGroup, PlanMapping } from '../../backend/api/contract/models.ts';
import { formatCount, plural } from './format.ts';

/** What is asked of a person: to approve what waits under a fingerprint, or to let the first plan go. */
export type Question = 'fingerprint' | 'first';

/** A first plan has its command only where the mapping may write once it is let go: until then the mode in force is report. */
export function questionOf({ fingerprint, firstContact, approve }: PlanMapping): Question | undefined {
  if (fingerprint !== null) return 'fingerprint';
  return firstContact && approve !== null ? 'first' : undefined;
}

/** Why a first plan cannot be let go now; undefined: it can, or none is asked about. */
export function awaitedWords(
  mapping: PlanMapping,
  declared: readonly Pick<MappingModel, 'name' | 'awaited'>[],
): string | undefined {
  if (questionOf(mapping) !== 'first') return undefined;
  const awaited = declared.find(({ name }) => name === mapping.name)?.awaited ?? [];
  return awaited.length === 0 ? undefined : `waits for a whole plan on ${awaited.join(', ')}`;
}

/** The groups that the answer is about. */
export function groupsAsked(mapping: PlanMapping): readonly PlanGroup[] {
  if (questionOf(mapping) === 'first')
    return mapping.groups.filter(({ hold }) => hold === 'first-contact' || hold === null);
  return mapping.groups.filter(({ approvable }) => approvable);
}

type Words = readonly [one: string, many: string];

const kinds: Readonly<Record<PlanChange['type'], Words>> = {
  createObject: ['target object created', 'target objects created'],
  updateObject: ['target object changed', 'target objects changed'],
  deleteObject: ['target object deleted', 'target objects deleted'],
  addItem: ['address added', 'addresses added'],
  updateItem: ['address changed', 'addresses changed'],
  removeItem: ['address removed', 'addresses removed'],
};

/** What stands in an external EPG beside addresses. */
const relations: Partial<Record<PlanChange['type'], Words>> = {
  addItem: ['contract relation added', 'contract relations added'],
  updateItem: ['contract relation changed', 'contract relations changed'],
  removeItem: ['contract relation removed', 'contract relations removed'],
};

/** Kinds of item that are there for an address. */
const forAddresses: ReadonlySet<string> = new Set(['subnet', 'member', 'destination']);

function wordsOf({ type, item }: PlanChange): Words {
  const other = item !== null && !forAddresses.has(item.kind) ? relations[type] : undefined;
  return other ?? kinds[type];
}

/** `12 addresses removed`, `1 target object deleted`; of what is not listed only the number is known. */
export function countsOf(groups: readonly PlanGroup[]): readonly string[] {
  const changes = groups.flatMap((group) => group.changes);
  const rest = groups.reduce((sum, { count }) => sum + count, 0) - changes.length;
  const lines = [...Object.values(kinds), ...Object.values(relations)].flatMap((words) => {
    const count = changes.filter((change) => wordsOf(change) === words).length;
    return count === 0 ? [] : [plural(count, ...words)];
  });
  return rest > 0 ? [...lines, plural(rest, 'more change', 'more changes')] : lines;
}

/** Whether what waits now is something else than what was looked at. */
export function hasMoved(seen: PlanMapping, now: PlanMapping | undefined): boolean {
  if (now === undefined || questionOf(now) !== questionOf(seen)) return true;
  if (seen.fingerprint !== null) return seen.fingerprint !== now.fingerprint;
  return seen.firstPlan !== now.firstPlan || countAsked(seen) !== countAsked(now);
}

export function countAsked(mapping: PlanMapping): number {
  return groupsAsked(mapping).reduce((sum, { count }) => sum + count, 0);
}

/** What drains is told apart from what is held: it ends by itself. */
export function planCounts(
  { due, held }: Pick<PlanMapping, 'due' | 'held'>,
  groups: readonly PlanGroup[],
): string {
  const draining = groups.reduce((sum, { hold, count }) => sum + (hold === 'draining' ? count : 0), 0);
  const rest = `${formatCount(due)} due · ${formatCount(held - draining)} held`;
  return draining === 0 ? rest : `${rest} · ${formatCount(draining)} draining`;
}
