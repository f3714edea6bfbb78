/**
 * The order of a plan: by mapping as in the document, by key, then what must come first. Independent of the order of the input.
 */
import type { Change } from '../model/plan.ts';
import type { Case } from './case.ts';
import type { MappingIndex } from './ownership.ts';

/** By code units: the same everywhere, whatever the locale. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

const typeRank: Readonly<Record<Change['type'], number>> = {
  createObject: 0,
  updateObject: 1,
  removeItem: 2,
  updateItem: 3,
  addItem: 4,
  deleteObject: 5,
};

/** What is not an address (a contract) goes before the addresses that need it; what leaves alive goes after what takes over. */
function rankOf({ draft }: Case): number {
  if (draft.type === 'updateItem' && draft.item.leaving) return typeRank.addItem + 0.75;
  const counted = draft.type === 'addItem' && draft.item.address !== undefined;
  return typeRank[draft.type] + (counted ? 0.5 : 0);
}

export function inOrder(cases: readonly Case[], index: MappingIndex): Case[] {
  const mappingRank = ({ draft }: Case): number => index.rank.get(draft.mapping) ?? Infinity;
  return [...cases].sort(
    (a, b) =>
      byNumber(mappingRank(a), mappingRank(b)) ||
      compareText(a.draft.mapping, b.draft.mapping) ||
      compareText(a.diff.text, b.diff.text) ||
      rankOf(a) - rankOf(b) ||
      compareText(a.id, b.id),
  );
}

/** Also for infinities, whose difference is no number. */
function byNumber(one: number, other: number): number {
  return one === other ? 0 : one - other;
}
