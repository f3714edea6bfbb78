/**
 * The object itself, apart from its items.
 *
 *     wanted                       present            outcome
 *     yes, create                  no                 createObject (not when it would be empty, and is not wanted so)
 *     yes, create: false           no                 the whole key is `missing`
 *     yes, create                  ours, differs      updateObject
 *     yes, create                  an orphan's        updateObject, the whole key waits as `orphan`
 *     yes, create                  anybody else's     the whole key is `foreign`
 *     yes, create: false           anybody's          nothing: only items are ours
 *     no address, whenEmpty delete ours, empty        deleteObject
 *     no, mapping gone             an orphan's        deleteObject, waiting as `orphan`
 */
import type { Attributes, DesiredObject } from '../model/target-object.ts';
import type { OwnershipMark } from '../model/ownership-mark.ts';
import type { Draft, DraftEntry, Ground, Sides } from './key-diff.ts';
import { lifeOf } from '../model/life.ts';
import { mappingOf, sameMark, standingOf } from './ownership.ts';

export interface ObjectDiff {
  readonly ground: Ground;
  readonly entries: readonly DraftEntry[];
}

const nothing: ObjectDiff = { ground: 'free', entries: [] };

export function diffObject(sides: Sides): ObjectDiff {
  const { desired, actual, retiring } = sides;
  if (!actual.exists) return desired === undefined || retiring ? nothing : absent(sides, desired);
  if (desired?.create === false) return nothing;
  if (desired === undefined || retiring) return { ground: groundOf(sides), entries: deletion(sides) };
  const ground = groundOf(sides);
  return { ground, entries: ground === 'foreign' ? [] : update(sides, desired, ground === 'orphan') };
}

function absent({ key }: Sides, { mapping, attributes, mark, create }: DesiredObject): ObjectDiff {
  if (!create) return { ground: 'missing', entries: [] };
  return {
    ground: 'free',
    entries: [{ draft: { type: 'createObject', key, mapping, attributes, mark }, orphan: false }],
  };
}

/** Without a wish, items of ours may leave whatever they stand in. */
function groundOf({ desired, actual, index }: Sides): Ground {
  if (desired === undefined) return 'free';
  const standing = standingOf(actual.mark, index);
  if (standing === 'ours') return 'free';
  return standing === 'orphan' ? 'orphan' : 'foreign';
}

function update({ key, actual }: Sides, desired: DesiredObject, orphan: boolean): DraftEntry[] {
  const attributes: Record<string, string> = {};
  const before: Record<string, string> = {};
  for (const [name, value] of Object.entries(desired.attributes)) {
    const there = actual.attributes[name];
    if (there === value) continue;
    attributes[name] = value;
    if (there !== undefined) before[name] = there;
  }
  if (isEmpty(attributes) && sameMark(actual.mark, desired.mark)) return [];
  const { mapping, mark } = desired;
  const draft: Draft = { type: 'updateObject', key, mapping, attributes, before, mark };
  return [{ draft, orphan }];
}

function isEmpty(attributes: Attributes): boolean {
  return Object.keys(attributes).length === 0;
}

function deletion(sides: Sides): DraftEntry[] {
  const { key, actual, index } = sides;
  const { mark } = actual;
  if (mark === undefined || !mayDelete(sides, mark)) return [];
  const draft: Draft = { type: 'deleteObject', key, mapping: mappingOf(mark, index), mark };
  return [{ draft, orphan: standingOf(mark, index) === 'orphan' }];
}

function mayDelete(sides: Sides, mark: OwnershipMark): boolean {
  const { actual, index, desired } = sides;
  if (actual.foreignChildren > 0) return false;
  const standing = standingOf(mark, index);
  if (standing === 'ours') return isEmptied(sides, mark);
  if (standing !== 'orphan' || desired !== undefined) return false;
  return [...actual.items.values()].every((item) => standingOf(item.mark, index) === 'orphan');
}

/** Ours, without an address of ours, and its mapping does not keep empty objects. */
export function isEmptied({ key, desired, index, present }: Sides, mark: OwnershipMark): boolean {
  if (present.size > 0) return false;
  const whenEmpty = desired?.whenEmpty ?? lifeOf(key, index.byId.get(mark.mapping))?.whenEmpty;
  return whenEmpty === 'delete';
}
