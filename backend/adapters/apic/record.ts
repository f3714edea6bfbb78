/**
 * One external EPG as it was last known, and the comparisons on it. Records are replaced or copied on change, never altered after
 * they were handed out: whoever holds one may keep it.
 */
import type { OwnershipMark } from '../../model/ownership-mark.ts';
import type { ActualItem, Attributes, ItemId } from '../../model/target-object.ts';
import type { Codec, StoredItem } from './codec/codec.ts';
import { splitLast } from './dn.ts';
import { markOf, sameMark } from './marks.ts';
import { isDeletion, MoTable, type Followed } from './mo-table.ts';
import type { Mo } from './mo.ts';

/** Children beside items. Their presence keeps an object from being deleted; some of them let it talk. */
export const relationClasses: Followed = {
  fvRsProv: ['state'],
  fvRsCons: ['state'],
  fvRsSecInherited: ['state'],
  fvRsConsIf: ['state'],
  fvRsIntraEpg: ['state'],
  fvRsProtBy: [],
  l3extRsInstPToProfile: [],
  tagTag: [],
};
const contractClasses: ReadonlySet<string> = new Set(['fvRsProv', 'fvRsCons', 'fvRsConsIf', 'fvRsIntraEpg']);

export interface ObjectRecord {
  readonly name: string;
  mark: OwnershipMark | undefined;
  attributes: Attributes;
  readonly items: Map<ItemId, StoredItem>;
  /** Relations with their state, and other children that are no items, by DN. */
  readonly relations: MoTable;
}

/** The record of an object and its children as read; undefined when the object itself is not among them. */
export function recordOf(codec: Codec, name: string, mos: readonly Mo[]): ObjectRecord | undefined {
  const dn = codec.dnOf(name);
  const root = mos.find((mo) => mo.dn === dn);
  if (root === undefined) return undefined;
  const record: ObjectRecord = {
    name,
    ...codec.decodeObject(root),
    items: new Map(),
    relations: new MoTable(relationClasses),
  };
  for (const mo of mos) {
    if (mo === root || splitLast(mo.dn).parent !== dn) continue;
    const item = codec.decodeItem(name, mo);
    // Of two spellings of one prefix, the one that somebody may answer for.
    if (item !== undefined && record.items.get(item.id)?.mark === undefined) record.items.set(item.id, item);
    if (mo.className in relationClasses || isForeignTag(mo)) record.relations.set(mo);
  }
  return record;
}

export function copyOf(record: ObjectRecord): ObjectRecord {
  return { ...record, items: new Map(record.items), relations: record.relations.copy() };
}

/** A description for people of ours does not count; anything else that hangs on an object does. */
function isForeignTag({ className, dn }: Mo): boolean {
  return className === 'tagAnnotation' && !splitLast(dn).rn.includes('aci-kube-sync:');
}

/** An attribute that only one of them has is of another release, not another value. */
function sameAttributes(some: Attributes, others: Attributes): boolean {
  if (some === others) return true;
  return Object.entries(some).every(([name, value]) => others[name] === undefined || others[name] === value);
}

function sameItem(one: ActualItem, other: ActualItem | undefined): boolean {
  return (
    other !== undefined && sameMark(one.mark, other.mark) && sameAttributes(one.attributes, other.attributes)
  );
}

export function sameRecord(one: ObjectRecord | undefined, other: ObjectRecord | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    sameMark(one.mark, other.mark) &&
    sameAttributes(one.attributes, other.attributes) &&
    one.items.size === other.items.size &&
    one.items.values().every((item) => sameItem(item, other.items.get(item.id))) &&
    one.relations.equals(other.relations)
  );
}

/** Whether a notification about the object or a child of it says nothing that the record does not. */
export function agrees(codec: Codec, record: ObjectRecord | undefined, notice: Mo): boolean {
  if (notice.className === codec.objectClass) return agreesOnObject(codec, record, notice);
  if (record === undefined) return isDeletion(notice);
  const id = codec.identifyItem(record.name, notice);
  if (id !== undefined && !agreesOnItem(codec, record.items.get(id), notice)) return false;
  return !(notice.className in relationClasses) || record.relations.agrees(notice);
}

function agreesOnObject(codec: Codec, record: ObjectRecord | undefined, notice: Mo): boolean {
  if (isDeletion(notice)) return record === undefined;
  return record !== undefined && agreesOnValues(codec, record, notice);
}

function agreesOnItem(codec: Codec, item: ActualItem | undefined, notice: Mo): boolean {
  if (isDeletion(notice)) return item === undefined;
  return item !== undefined && agreesOnValues(codec, item, notice);
}

/** A notification of a change carries only what changed, so only what it carries is compared. */
function agreesOnValues(
  codec: Codec,
  known: { readonly mark: OwnershipMark | undefined; readonly attributes: Attributes },
  { attributes }: Mo,
): boolean {
  const { annotation } = attributes;
  if (annotation !== undefined && !sameMark(markOf(annotation), known.mark)) return false;
  return Object.entries(known.attributes).every(([name, value]) => {
    const said = attributes[name];
    return said === undefined || codec.canonicalAttribute(name, said) === value;
  });
}

/** A contract relation of its own that is formed. */
export function hasContract(record: ObjectRecord): boolean {
  return relationsOf(record).some(
    (mo) => contractClasses.has(mo.className) && mo.attributes['state'] === 'formed',
  );
}

/** Names of the objects that it inherits contracts from. */
export function mastersOf(record: ObjectRecord): readonly string[] {
  return relationsOf(record)
    .filter((mo) => mo.className === 'fvRsSecInherited')
    .map((mo) => splitLast(mo.dn).rn.slice('rssecInherited-['.length, -1));
}

function relationsOf(record: ObjectRecord): readonly Mo[] {
  return [...record.relations.values()];
}

/** Children that are not of `instance`: items without its mark, and children that are no items. */
export function foreignChildren(record: ObjectRecord, instance: string): number {
  const items = record.items.values().filter((item) => item.mark?.instance !== instance);
  const others = relationsOf(record).filter((mo) => !isItemClass(mo.className));
  return items.toArray().length + others.length;
}

function isItemClass(className: string): boolean {
  return className === 'fvRsProv' || className === 'fvRsCons' || className === 'fvRsSecInherited';
}

export function carriesMark(record: ObjectRecord): boolean {
  return record.mark !== undefined || record.items.values().some((item) => item.mark !== undefined);
}
