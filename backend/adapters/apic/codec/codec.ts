/**
 * What a kind of target object is on an APIC: where it lies, its classes, and how each item is written and read back. Pure.
 * Another kind is another file like `redirect-policy.ts` and one row in `registry.ts`; nothing else names a kind.
 *
 * Inside this adapter an object is known by its DN, which is unique over all kinds; keys appear only at its edge.
 */
import type { TargetKind } from '../../../model/identity.ts';
import type { Target } from '../../../model/mapping.ts';
import type { OwnershipMark } from '../../../model/ownership-mark.ts';
import type { Problem } from '../../../model/problems.ts';
import type {
  ActualItem,
  Attributes,
  DesiredItem,
  DesiredObject,
  ItemId,
} from '../../../model/target-object.ts';
import type { Dn } from '../dn.ts';
import type { Mo } from '../mo.ts';
import type { Patch } from '../patch.ts';
import type { Question } from '../query.ts';
import type { Structure } from '../structure.ts';

export type WriteStatus = 'created' | 'modified' | 'deleted';

/** An item as far as writing it needs. */
export interface ItemToWrite {
  readonly id: ItemId;
  readonly kind: string;
  readonly name: string;
  readonly attributes?: Attributes;
  /** Written along when given; never left out for what we create. */
  readonly mark?: OwnershipMark;
}

/** An item as it stands on the fabric. */
export interface StoredItem extends ActualItem {
  /** As it is spelled there, which is not always as we would. */
  readonly dn: Dn;
}

/** What writing looks up. */
export interface Known {
  /** The object and its items as they were last known; undefined when it is not there. */
  readonly object:
    { readonly items: ReadonlyMap<ItemId, StoredItem>; find(dn: string): Mo | undefined } | undefined;
  /** Whether what a relation names is there, which is what the APIC will find. */
  resolves(itemKind: string, itemName: string): boolean;
}

/** What reading looks up. */
export interface Fabric {
  readonly structure: Structure;
  /** Release of its first controller, `5.2(7f)`; undefined until read. */
  readonly release: string | undefined;
  /** Whether an object of one of the kinds is there. */
  readonly has: (dn: Dn) => boolean;
  readonly find: (dn: string) => Mo | undefined;
}

/** Beside which an item is to stand. */
export interface Around {
  readonly object: DesiredObject;
  readonly fabric: Fabric;
  /** As if this one were not there, and did not come. */
  readonly without: ItemId | undefined;
}

export interface Codec {
  readonly kind: TargetKind;
  /** For people: `external EPG`. */
  readonly noun: string;
  /** The child of a tenant that objects lie in: its class, and the pattern of its relative name. */
  readonly container: { readonly className: string; readonly rn: string };
  readonly objectClass: string;
  /** Of the relative name of an object, `<prefix>-<name>`. */
  readonly prefix: string;
  /** What is followed of an object and below it: by class, what each attribute reads as when nobody set it. */
  readonly classes: Readonly<Record<string, Attributes>>;
  /** Reads over the whole fabric, by which ours are found wherever they are. */
  readonly everywhere: readonly Question[];
  /** Read in containers that are followed; the classes of `everywhere` are known already. */
  readonly onlyFollowed: readonly string[];
  /** Classes of children that are items. */
  readonly itemClasses: ReadonlySet<string>;
  /** It comes with the first thing that refers to it, in the same request, and goes with the last: a relation of this class, by its tDn. */
  readonly companion?: { readonly referredBy: string };
  /** It holds addresses against others of its VRF. */
  readonly classifies: boolean;
  /** The container of what a mapping wants; undefined when it is another kind that it wants. */
  containerOf(target: Target): Dn | undefined;
  /** The object's DN, or undefined when the name has not the form of this kind. */
  dnOf(name: string): Dn | undefined;
  nameOf(dn: Dn): string;
  /** Why nothing can be said of what is in the container, whatever was read of it. */
  sentinel(structure: Structure, container: Dn): Problem | undefined;
  /** The item that the child `mo` of the object is, with what lies below it; undefined when it is none. */
  decodeItem(dn: Dn, mo: Mo, find: (dn: string) => Mo | undefined): StoredItem | undefined;
  /** What else has to be there for an item to be shown as it is. */
  readonly shown?: (item: StoredItem, fabric: Fabric) => StoredItem;
  /** The object that this child, or this part of a child, refers to. */
  refersTo(mo: Mo): Dn | undefined;
  /** The value as the APIC would give it back. */
  canonicalAttribute(attribute: string, value: string): string;
  encodeItem(dn: Dn, item: ItemToWrite, status: WriteStatus, known: Known): readonly Patch[];
  /** Objects that the item takes with it when it is written, or removed, at most. */
  objectsOf(itemKind: string, isRemoved: boolean): number;
  canonicaliseItem(item: DesiredItem): DesiredItem;
  /** Why the system would refuse the item as things are. */
  lacks?(dn: Dn, item: DesiredItem, around: Around): Problem | undefined;
}
