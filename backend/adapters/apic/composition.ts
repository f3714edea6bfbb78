/**
 * What a batch of changes comes to: the patches that say it to the APIC, and the records that the mirror shows once it is accepted. In:
 * changes and what is known. Out: both, with companions that come with the batch or are left without a reference by it. Pure.
 */
import type { Change } from '../../model/plan.ts';
import { formatMark } from '../../model/ownership-mark.ts';
import type { Codec, Known } from './codec/codec.ts';
import { arrivals, departures, type Surroundings } from './companions.ts';
import { rnValue, splitLast, type Dn } from './dn.ts';
import { merged, type Patch } from './patch.ts';
import { knownDn, objectAt } from './place.ts';
import { ObjectRecord } from './record.ts';

export interface Composition {
  /** By change, for those that say anything. */
  readonly patches: ReadonlyMap<Change, readonly Patch[]>;
  readonly arriving: readonly Patch[];
  /** Companions that nothing known refers to any more. */
  readonly departing: readonly Patch[];
  /** Every object that the batch touches, as it is afterwards. */
  readonly after: ReadonlyMap<Dn, ObjectRecord | undefined>;
}

export type Resolves = (dn: Dn, itemKind: string, itemName: string) => boolean;

interface Target {
  readonly dn: Dn;
  readonly codec: Codec;
  readonly known: Known;
}

function objectPatch({ dn, codec }: Target, status: Patch['status'], change: Partial<Values>): Patch {
  const name = rnValue(splitLast(dn).rn, codec.prefix);
  const annotation = change.mark && formatMark(change.mark);
  return { dn, className: codec.objectClass, status, attributes: { name, ...change.attributes, annotation } };
}

type Values = Pick<Extract<Change, { type: 'createObject' }>, 'attributes' | 'mark'>;

function patchesOf(change: Change, target: Target): readonly Patch[] {
  const { dn, codec, known } = target;
  switch (change.type) {
    case 'createObject':
      return [objectPatch(target, 'created', change)];
    case 'updateObject':
      return [objectPatch(target, 'modified', change)];
    case 'deleteObject':
      return [objectPatch(target, 'deleted', {})];
    case 'addItem':
      return codec.encodeItem(dn, change.item, 'created', known);
    case 'updateItem':
      return codec.encodeItem(dn, change.item, 'modified', known);
    case 'removeItem': {
      const { item: id, itemKind: kind, itemName: name } = change;
      return codec.encodeItem(dn, { id, kind, name }, 'deleted', known);
    }
  }
}

function targetOf(change: Change, { get }: Pick<Surroundings, 'get'>, resolves: Resolves): Target {
  const dn = knownDn(change.key);
  const { codec } = objectAt(dn);
  return { dn, codec, known: { object: get(dn), resolves: (kind, name) => resolves(dn, kind, name) } };
}

export function compose(
  changes: readonly Change[],
  surroundings: Surroundings,
  resolves: Resolves,
): Composition {
  const patches = new Map<Change, readonly Patch[]>();
  for (const change of changes) {
    const own = patchesOf(change, targetOf(change, surroundings, resolves));
    if (own.length > 0) patches.set(change, own);
  }
  const all = [...patches.values()].flat();
  const arriving = arrivals(all, surroundings);
  const after = recordsAfter([...all, ...arriving], surroundings);
  const departing = departures(after, surroundings);
  for (const { dn } of departing) after.set(dn, undefined);
  return { patches, arriving, departing, after };
}

function recordsAfter(patches: readonly Patch[], { get }: Surroundings): Map<Dn, ObjectRecord | undefined> {
  const groups = Map.groupBy(merged(patches).values(), ({ dn }) => objectAt(dn).dn);
  const records = [...groups].map(([dn, own]) => {
    const codec = objectAt(dn).codec;
    return [dn, ObjectRecord.after(codec, get(dn), own)] as const;
  });
  return new Map(records);
}
