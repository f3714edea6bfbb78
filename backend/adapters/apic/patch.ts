/**
 * A write as a flat list: what is to be done to which object. Whoever encodes a change says no more than that; the tree that the APIC
 * takes, the ownership to read again and what the mirror shows afterwards all follow from it. Pure.
 */
import type { Attributes } from '../../model/target-object.ts';
import type { Dn } from './dn.ts';
import type { Mo } from './mo.ts';

export interface Patch {
  readonly dn: Dn;
  readonly className: string;
  /** `created` is refused by what is there already, `modified` by what is not; both together take what they find. */
  readonly status: 'created' | 'modified' | 'deleted' | 'created,modified';
  /** As sent, with those that name the object; `undefined` is left out, since an empty text would clear the value. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
  /** What it will show besides: the state of a relation. */
  readonly shows?: Attributes;
}

/** One patch for each object, in the order in which the objects first appear. */
export function merged(patches: Iterable<Patch>): ReadonlyMap<Dn, Patch> {
  const byDn = new Map<Dn, Patch>();
  for (const patch of patches) {
    const before = byDn.get(patch.dn);
    byDn.set(patch.dn, before === undefined ? patch : merge(before, patch));
  }
  return byDn;
}

/** Taking away and making in one request is changing what is there. */
function merge(one: Patch, other: Patch): Patch {
  if (one.status === 'deleted' && other.status === 'deleted') return one;
  if (one.status === 'deleted') return asChange(other);
  if (other.status === 'deleted') return asChange(one);
  const status = one.status === 'created' ? one.status : other.status;
  return { ...one, ...other, status, attributes: { ...one.attributes, ...other.attributes } };
}

function asChange(patch: Patch): Patch {
  return patch.status === 'created' ? { ...patch, status: 'created,modified' } : patch;
}

/** The object after the patch; undefined when it is gone. `defaults`: what is followed, as it reads when nobody set it. */
export function patchedMo(before: Mo | undefined, patch: Patch, defaults: Attributes): Mo | undefined {
  if (patch.status === 'deleted') return undefined;
  const attributes: Record<string, string> = { ...(before?.attributes ?? { annotation: '', ...defaults }) };
  for (const name of ['annotation', ...Object.keys(defaults)]) {
    const value = patch.shows?.[name] ?? patch.attributes[name];
    if (value !== undefined) attributes[name] = value;
  }
  return { className: patch.className, dn: patch.dn, attributes };
}
