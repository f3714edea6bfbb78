/**
 * The source in a mark is all that is left, after a restart, of who else may serve an address: it is narrowed only while every
 * source of the mapping can be believed. Widening it to `-` is safe at any time.
 */
import type { OwnershipMark } from '../model/ownership-mark.ts';
import type { Draft, KeyDiff } from './key-diff.ts';
import type { DesiredView } from './ports.ts';

type Update = Extract<Draft, { type: 'updateObject' | 'updateItem' }>;

/** Whether the draft would narrow the source of what it updates before that can be believed. */
export function forgetsSource(draft: Draft, diff: KeyDiff, desired: DesiredView): draft is Update {
  if (draft.type !== 'updateObject' && draft.type !== 'updateItem') return false;
  const { source } = markIn(draft);
  if (source === '-' || source === markBefore(draft, diff)?.source) return false;
  return desired.freshness(draft.mapping, '-') !== 'synced';
}

/** The draft, with the mark as it is where only that allows the attributes to be repaired meanwhile. */
export function keepingSource(draft: Draft, diff: KeyDiff, desired: DesiredView): Draft {
  if (!forgetsSource(draft, diff, desired)) return draft;
  const mark = markBefore(draft, diff);
  if (mark === undefined || mark.mapping !== markIn(draft).mapping || !repairs(draft)) return draft;
  return draft.type === 'updateItem' ? { ...draft, item: { ...draft.item, mark } } : { ...draft, mark };
}

function markIn(draft: Update): OwnershipMark {
  return draft.type === 'updateItem' ? draft.item.mark : draft.mark;
}

function markBefore(draft: Update, { actual }: KeyDiff): OwnershipMark | undefined {
  return draft.type === 'updateItem' ? actual.items.get(draft.item.id)?.mark : actual.mark;
}

function repairs(draft: Update): boolean {
  const attributes = draft.type === 'updateItem' ? draft.item.attributes : draft.attributes;
  return Object.entries(attributes).some(([name, value]) => draft.before[name] !== value);
}
