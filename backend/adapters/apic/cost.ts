/** What a change adds to a request, at most: cheap, since it is asked of every change before requests are cut. Pure. */
import type { TargetKey } from '../../model/identity.ts';
import type { Change } from '../../model/plan.ts';
import { codecOf } from './place.ts';

/** What stands around the values of one object, its mark and its status included, and the way to it. */
const frameBytes = 320;

/** Nodes that only lead to a change are not counted as objects: nothing is written to them. */
export function costOf(change: Change): { readonly objects: number; readonly bytes: number } {
  const name = change.key.name.length;
  if (change.type === 'removeItem')
    return sized(objectsOf(change.key, change.itemKind, true), name + change.itemName.length);
  if (!('item' in change)) return sized(1, name + ('attributes' in change ? lengthOf(change.attributes) : 0));
  const { item, key } = change;
  return sized(objectsOf(key, item.kind, false), name + item.name.length + lengthOf(item.attributes));
}

function objectsOf(key: TargetKey, itemKind: string, isRemoved: boolean): number {
  return codecOf(key)?.objectsOf(itemKind, isRemoved) ?? 1;
}

function sized(objects: number, values: number): { readonly objects: number; readonly bytes: number } {
  return { objects, bytes: objects * (frameBytes + values) };
}

function lengthOf(attributes: Readonly<Record<string, string>>): number {
  return Object.entries(attributes).reduce((sum, [key, value]) => sum + key.length + value.length + 6, 0);
}
