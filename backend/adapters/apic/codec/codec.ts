/**
 * What a kind of target object is on an APIC: its classes, its names, and how each item is written and read back. Pure.
 * Another kind is another file like `external-epg.ts` and one row in `registry.ts`.
 */
import type { TargetKind } from '../../../model/identity.ts';
import type { OwnershipMark } from '../../../model/ownership-mark.ts';
import type { ActualItem, Attributes, DesiredObject, ItemId } from '../../../model/target-object.ts';
import type { Dn } from '../dn.ts';
import type { Mo, WireMo } from '../mo.ts';

export type WriteStatus = 'created' | 'modified' | 'deleted';

/** An item as far as writing it needs. */
export interface ItemToWrite {
  readonly kind: string;
  readonly name: string;
  readonly attributes?: Attributes;
  /** Written along when given; never left out for what we create. */
  readonly mark?: OwnershipMark;
}

/** An item as it stands on the fabric. */
export interface StoredItem extends ActualItem {
  /** Its name there, when it is not the canonical one: what its DN is made of. */
  readonly spelling?: string;
}

export interface Codec {
  readonly kind: TargetKind;
  readonly objectClass: string;
  /** Classes of the items, with the attributes that are followed in each. */
  readonly itemClasses: Readonly<Record<string, readonly string[]>>;
  /** Attributes of the object that are followed. */
  readonly objectAttributes: readonly string[];
  /** Where an object is, as `watchFor` names it. */
  containerOf(name: string): string;
  /** What an attribute reads as when nobody set it, for objects and items that we just wrote. */
  defaults(itemKind?: string): Attributes;
  itemClass(kind: string): string;
  /** The object's DN, or undefined when the name has not the form of this kind. */
  dnOf(name: string): Dn | undefined;
  /** The DN of an item, present or not. */
  itemDn(name: string, item: Pick<ItemToWrite, 'kind' | 'name'>): Dn;
  decodeObject(mo: Mo): { readonly attributes: Attributes; readonly mark: OwnershipMark | undefined };
  /** undefined: no item of this kind of object. `name` is the object's. */
  decodeItem(name: string, mo: Mo): StoredItem | undefined;
  /** Only which item it is: cheaper than decoding it. */
  identifyItem(name: string, mo: Mo): ItemId | undefined;
  /** The value as the APIC would give it back. */
  canonicalAttribute(attribute: string, value: string): string;
  encodeItem(name: string, item: ItemToWrite, status: WriteStatus): WireMo;
  /** The object itself without its items; attributes that are not given are not touched. */
  encodeObject(
    name: string,
    object: { readonly attributes?: Attributes; readonly mark?: OwnershipMark },
    status: WriteStatus,
    children?: readonly WireMo[],
  ): WireMo;
  canonicalise(object: DesiredObject): DesiredObject;
}
