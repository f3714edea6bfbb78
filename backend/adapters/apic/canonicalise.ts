/** Target objects as an APIC would read them back. Pure. */
import type { DesiredObject } from '../../model/target-object.ts';
import { codecOf } from './place.ts';

/** The same object when nothing is written otherwise. */
export function canonicalise(object: DesiredObject): DesiredObject {
  const codec = codecOf(object.key);
  if (codec === undefined) return object;
  const items = new Map([...object.items].map(([id, item]) => [id, codec.canonicaliseItem(item)]));
  return [...items].every(([id, item]) => object.items.get(id) === item) ? object : { ...object, items };
}
