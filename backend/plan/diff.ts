/**
 * One key's difference: wanted beside present. Knows no time, no ledger, no other key; what it finds is judged elsewhere.
 *
 *     item      wanted, absent                          addItem (not what is alive and to be given no traffic)
 *               wanted, ours or an orphan's, differs    updateItem
 *               wanted, a person's                      nothing: it is there
 *               not wanted, or to be given no more      removeItem, which may take its time: see drain.ts
 *               traffic; ours or an orphan's
 *               not wanted, a person's                  nothing
 *     object    see `diffObject`
 *
 * Only attributes that are wanted are compared: what a person adds is theirs.
 */
import { keyText, type MappingName, type TargetKey } from '../model/identity.ts';
import type {
  ActualItem,
  ActualObject,
  Attributes,
  DesiredItem,
  DesiredObject,
} from '../model/target-object.ts';
import { diffObject } from './diff-object.ts';
import type { Draft, DraftEntry, KeyDiff, Sides } from './key-diff.ts';
import { findingsOf } from './key-findings.ts';
import { mappingOf, sameMark, standingOf, type MappingIndex } from './ownership.ts';

export function diffKey(
  key: TargetKey,
  desired: DesiredObject | undefined,
  actual: ActualObject,
  index: MappingIndex,
): KeyDiff {
  const wanted = desired === undefined ? 0 : countAddresses(desired.items.values());
  const retiring = wanted === 0 && !staysEmpty(desired, actual);
  const present = presentOf(actual, index);
  const sides: Sides = { key, desired, actual, index, wanted, retiring, present };
  const { ground, entries: ofObject } = diffObject(sides);
  const entries = [...ofObject, ...wantedItems(sides), ...unwantedItems(sides)];
  const findings = findingsOf(sides, ground, entries);
  return { key, text: keyText(key), desired, actual, ground, entries, findings, wanted, present };
}

/** Whether it shall be there without an address. */
function staysEmpty(desired: DesiredObject | undefined, { exists }: ActualObject): boolean {
  return desired?.whenEmpty === 'keep' && (exists || desired.createEmpty);
}

function countAddresses(items: Iterable<DesiredItem>): number {
  let count = 0;
  for (const item of items) if (item.address !== undefined && !item.leaving) count += 1;
  return count;
}

function presentOf(actual: ActualObject, index: MappingIndex): Map<MappingName, number> {
  const present = new Map<MappingName, number>();
  for (const { mark, address } of actual.items.values()) {
    if (address === undefined || mark?.instance !== index.instance) continue;
    const mapping = mappingOf(mark, index);
    present.set(mapping, (present.get(mapping) ?? 0) + 1);
  }
  return present;
}

function wantedItems({ key, desired, actual, index, retiring }: Sides): DraftEntry[] {
  const entries: DraftEntry[] = [];
  if (desired === undefined || retiring) return entries;
  for (const item of desired.items.values()) {
    if (item.leaving) continue;
    const there = actual.items.get(item.id);
    const base = { key, mapping: desired.mapping };
    if (there === undefined) {
      entries.push({ draft: { ...base, type: 'addItem', item }, orphan: false });
      continue;
    }
    const standing = standingOf(there.mark, index);
    if (standing === 'nobody' || standing === 'other' || isSame(item, there)) continue;
    const before = pick(there.attributes, item.attributes);
    entries.push({ draft: { ...base, type: 'updateItem', item, before }, orphan: standing === 'orphan' });
  }
  return entries;
}

function isSame(item: DesiredItem, there: ActualItem): boolean {
  return sameMark(there.mark, item.mark) && sameAttributes(item.attributes, there.attributes);
}

/** Empty: to be without. */
function sameAttributes(wanted: Attributes, there: Attributes): boolean {
  for (const name in wanted) if (wanted[name] !== (there[name] ?? '')) return false;
  return true;
}

/** Of `attributes`, those that `wanted` names. */
function pick(attributes: Attributes, wanted: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => Object.hasOwn(wanted, name)));
}

function unwantedItems(sides: Sides): DraftEntry[] {
  const entries: DraftEntry[] = [];
  for (const item of sides.actual.items.values()) {
    const wanted = sides.desired?.items.get(item.id);
    if (item.mark === undefined || (wanted !== undefined && !wanted.leaving)) continue;
    const standing = standingOf(item.mark, sides.index);
    if (standing === 'other' || (standing === 'ours' && staysWithObject(sides, item))) continue;
    const draft: Draft = {
      type: 'removeItem',
      key: sides.key,
      mapping: mappingOf(item.mark, sides.index),
      item: item.id,
      itemKind: item.kind,
      itemName: item.name,
      mark: item.mark,
      address: item.address,
    };
    entries.push({ draft, orphan: standing === 'orphan' });
  }
  return entries;
}

/**
 * When nobody wants the key any more, its contracts stay as long as addresses do, and as long as the object is ours: taking
 * them first would cut off addresses whose own removal may be held.
 */
function staysWithObject({ desired, actual, index, present }: Sides, item: ActualItem): boolean {
  if (item.address !== undefined || desired !== undefined) return false;
  return present.size > 0 || standingOf(actual.mark, index) === 'ours';
}
