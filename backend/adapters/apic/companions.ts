/**
 * Companions: objects that nobody wants by themselves (health groups), which come with the first thing that refers to them and go with
 * the last. In: what a batch writes, and what is known. Out: patches that make and unmake companions in the same request. Pure.
 *
 *     referred to by the batch            patch
 *     not there, or ours                  created,modified, with our mark: put right if it is gone without our knowing
 *     a person's                          none
 *     no longer referred to afterwards
 *     ours                                deleted, once it was read again
 *     a person's                          none
 */
import { formatMark } from '../../model/ownership-mark.ts';
import { rnValue, splitLast, type Dn } from './dn.ts';
import { markOf } from './marks.ts';
import type { Patch } from './patch.ts';
import { placeOf } from './place.ts';
import type { ObjectRecord } from './record.ts';

export interface Surroundings {
  readonly instance: string;
  readonly get: (dn: Dn) => ObjectRecord | undefined;
  readonly referrers: (dn: Dn) => readonly Dn[];
}

/** A companion that the patch refers to. */
function companionOf(
  patch: Patch,
): { readonly dn: Dn; readonly className: string; readonly name: string } | undefined {
  const place = placeOf(patch.dn);
  if (place?.at !== 'object' || patch.status === 'deleted') return undefined;
  const { tDn = '' } = patch.attributes;
  const dn = place.codec.refersTo({ ...patch, attributes: { tDn } });
  const there = dn === undefined ? undefined : placeOf(dn);
  if (there?.at !== 'object' || there.dn !== dn || there.codec.companion === undefined) return undefined;
  const name = rnValue(splitLast(there.dn).rn, there.codec.prefix) ?? '';
  return { dn: there.dn, className: there.codec.objectClass, name };
}

export function arrivals(patches: readonly Patch[], { get, instance }: Surroundings): readonly Patch[] {
  const found = new Map<Dn, Patch>();
  for (const patch of patches) {
    const companion = companionOf(patch);
    if (companion === undefined || found.has(companion.dn)) continue;
    const { dn, className, name } = companion;
    const there = get(dn);
    if (there !== undefined && there.mark?.instance !== instance) continue;
    const annotation = there?.mark === undefined ? patch.attributes['annotation'] : formatMark(there.mark);
    if (markOf(annotation)?.instance !== instance) continue;
    found.set(dn, { dn, className, status: 'created,modified', attributes: { name, annotation } });
  }
  return [...found.values()];
}

export function departures(
  after: ReadonlyMap<Dn, ObjectRecord | undefined>,
  { get, referrers, instance }: Surroundings,
): readonly Patch[] {
  const before = new Set([...after.keys()].flatMap((dn) => [...(get(dn)?.references ?? [])]));
  const still = new Set([...after.values()].flatMap((record) => [...(record?.references ?? [])]));
  const departing: Patch[] = [];
  for (const dn of before) {
    const record = still.has(dn) ? undefined : get(dn);
    if (record?.codec.companion === undefined || record.mark?.instance !== instance) continue;
    if (referrers(dn).some((other) => !after.has(other))) continue;
    const { prefix, objectClass: className } = record.codec;
    const name = rnValue(splitLast(dn).rn, prefix);
    departing.push({ dn, className, status: 'deleted', attributes: { name } });
  }
  return departing;
}
