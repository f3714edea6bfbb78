/** What a change adds to a request, at most: cheap, since it is asked of every change before requests are cut. Pure. */
import type { Change } from '../../model/plan.ts';
import { codecOf } from './place.ts';

/** What stands around the values of one object, its mark and its status included, and the way to it. */
const frameBytes = 320;

/** Nodes that only lead to a change are not counted as objects: nothing is written to them. */
export function costOf(change: Change): { readonly objects: number; readonly bytes: number } {
  const name = change.key.name.length;
  if (change.type === 'removeItem') return { objects: 1, bytes: frameBytes + name + change.itemName.length };
  if (!('item' in change)) {
    const values = 'attributes' in change ? lengthOf(change.attributes) : 0;
    return { objects: 1, bytes: frameBytes + name + values };
  }
  const { item, key } = change;
  const objects = codecOf(key)?.objectsOf(item.kind) ?? 1;
  return { objects, bytes: objects * (frameBytes + name + item.name.length + lengthOf(item.attributes)) };
}

function lengthOf(attributes: Readonly<Record<string, string>>): number {
  return Object.entries(attributes).reduce((sum, [key, value]) => sum + key.length + value.length + 6, 0);
}
