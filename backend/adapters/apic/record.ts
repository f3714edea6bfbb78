/**
 * One object as it was last known: itself and what is followed below it, as the APIC has them, and what that means in the words of
 * rounds. Never altered: a write makes another one, and whoever holds one may keep it.
 */
import type { OwnershipMark } from '../../model/ownership-mark.ts';
import type { Attributes, ItemId } from '../../model/target-object.ts';
import type { Codec, StoredItem } from './codec/codec.ts';
import { joinDn, splitDn, splitLast, type Dn } from './dn.ts';
import { markOf } from './marks.ts';
import { isDeletion, MoTable, type Followed } from './mo-table.ts';
import type { Mo } from './mo.ts';
import { patchedMo, type Patch } from './patch.ts';

/** A description for people of ours does not count; anything else that hangs on an object does. */
const tagClasses: ReadonlySet<string> = new Set(['tagAnnotation', 'tagTag']);
const ownTag = 'aci-kube-sync:';

const followedOf = new WeakMap<Codec, Followed>();

function followed(codec: Codec): Followed {
  const known = followedOf.get(codec);
  if (known !== undefined) return known;
  const entries = Object.entries(codec.classes).map(
    ([className, defaults]) => [className, ['annotation', ...Object.keys(defaults)]] as const,
  );
  const found = Object.fromEntries(entries);
  followedOf.set(codec, found);
  return found;
}

/** Most objects of a class read alike: equal values share one object. */
const shared = new Map<string, Attributes>();

/** Only what is followed, in canonical form. */
function reduced(codec: Codec, mo: Mo): Mo {
  const attributes: Record<string, string> = {};
  for (const name of followed(codec)[mo.className] ?? []) {
    const value = mo.attributes[name];
    if (value !== undefined) attributes[name] = codec.canonicalAttribute(name, value);
  }
  const text = JSON.stringify(attributes);
  const known = shared.get(text);
  if (known === undefined && shared.size < 1000) shared.set(text, attributes);
  return { className: mo.className, dn: mo.dn, attributes: known ?? attributes };
}

function isFollowed(codec: Codec, dn: Dn, mo: Mo): boolean {
  if (!(mo.className in codec.classes)) return false;
  if (!tagClasses.has(mo.className)) return true;
  const { parent, rn } = splitLast(mo.dn);
  return parent === dn && !rn.includes(ownTag);
}

export class ObjectRecord {
  readonly codec: Codec;
  readonly dn: Dn;
  readonly #mos: MoTable;
  readonly #root: Mo;
  #items: ReadonlyMap<ItemId, StoredItem> | undefined;
  #references: ReadonlySet<Dn> | undefined;

  private constructor(codec: Codec, root: Mo, mos: MoTable) {
    this.codec = codec;
    this.dn = root.dn;
    this.#root = root;
    this.#mos = mos;
  }

  /** Of an object and what is below it as read; undefined when the object itself is not among them. */
  static of(codec: Codec, dn: Dn, mos: readonly Mo[]): ObjectRecord | undefined {
    const found = mos.filter((mo) => isFollowed(codec, dn, mo)).map((mo) => reduced(codec, mo));
    const root = found.find((mo) => mo.dn === dn);
    return root === undefined
      ? undefined
      : new ObjectRecord(codec, root, new MoTable(followed(codec), found));
  }

  /** After a write; `before` undefined: there was none. The answer is undefined when there is none afterwards. */
  static after(
    codec: Codec,
    before: ObjectRecord | undefined,
    patches: readonly Patch[],
  ): ObjectRecord | undefined {
    const mos = before === undefined ? new MoTable(followed(codec)) : before.#mos.copy();
    const gone = new Set<string>();
    for (const patch of patches) {
      const defaults = codec.classes[patch.className];
      if (defaults === undefined) continue;
      const next = patchedMo(mos.get(patch.dn), patch, defaults);
      if (next !== undefined) mos.set(reduced(codec, next));
      else gone.add(patch.dn);
    }
    dropWithin(mos, gone, codec);
    const dn = before?.dn ?? patches.find(({ className }) => className === codec.objectClass)?.dn;
    const root = dn === undefined ? undefined : mos.get(dn);
    if (root === undefined) return undefined;
    const record = new ObjectRecord(codec, root, mos);
    if (before !== undefined && before.#items !== undefined)
      record.#items = record.#itemsAfter(before, patches);
    return record;
  }

  /** The object itself and what is followed below it. */
  get mos(): Iterable<Mo> {
    return this.#mos.values();
  }

  find(dn: string): Mo | undefined {
    return this.#mos.get(dn);
  }

  get mark(): OwnershipMark | undefined {
    return markOf(this.#root.attributes['annotation']);
  }

  get attributes(): Attributes {
    const named = Object.entries(this.#root.attributes).filter(([name]) => name !== 'annotation');
    return Object.fromEntries(named);
  }

  get items(): ReadonlyMap<ItemId, StoredItem> {
    return (this.#items ??= this.#decoded());
  }

  /** It, or something in it, carries a mark of ours, of any instance. */
  get isMarked(): boolean {
    for (const mo of this.#mos.values()) if (markOf(mo.attributes['annotation']) !== undefined) return true;
    return false;
  }

  /** What it refers to, each once. */
  get references(): ReadonlySet<Dn> {
    return (this.#references ??= this.#found());
  }

  /** Children that are not of `instance`: items without its mark, and children that are no items. */
  foreignChildren(instance: string): number {
    let count = 0;
    for (const item of this.items.values()) if (item.mark?.instance !== instance) count += 1;
    for (const mo of this.#mos.values()) if (this.#isOtherChild(mo)) count += 1;
    return count;
  }

  equals(other: ObjectRecord | undefined): boolean {
    return other !== undefined && this.#mos.equals(other.#mos);
  }

  /** Whether a notification about the object or something below it says nothing that the record does not. */
  agrees(notice: Mo): boolean {
    return !isFollowed(this.codec, this.dn, notice) || this.#mos.agrees(canonical(this.codec, notice));
  }

  #found(): ReadonlySet<Dn> {
    const found = new Set<Dn>();
    for (const mo of this.#mos.values()) {
      const dn = this.codec.refersTo(mo);
      if (dn !== undefined) found.add(dn);
    }
    return found;
  }

  #isOtherChild(mo: Mo): boolean {
    return (
      mo !== this.#root && !this.codec.itemClasses.has(mo.className) && splitLast(mo.dn).parent === this.dn
    );
  }

  #decoded(): ReadonlyMap<ItemId, StoredItem> {
    const items = new Map<ItemId, StoredItem>();
    for (const mo of this.#mos.values()) this.#take(mo, items);
    return items;
  }

  /** Of two spellings of one item, the one that somebody may answer for. */
  #take(mo: Mo, items: Map<ItemId, StoredItem>): void {
    const item = this.#decode(mo);
    if (item !== undefined && items.get(item.id)?.mark === undefined) items.set(item.id, item);
  }

  #decode(mo: Mo): StoredItem | undefined {
    if (!this.codec.itemClasses.has(mo.className)) return undefined;
    return this.codec.decodeItem(this.dn, mo, (dn) => this.#mos.get(dn));
  }

  /** Only what the patches touch is decoded again: all else is the same item still. */
  #itemsAfter(before: ObjectRecord, patches: readonly Patch[]): ReadonlyMap<ItemId, StoredItem> {
    const items = new Map(before.items);
    const touched = new Set(patches.map(({ dn }) => this.#childAt(dn)));
    for (const dn of touched) {
      const old = before.#mos.get(dn);
      const gone = old && before.#decode(old);
      if (gone !== undefined && items.get(gone.id)?.dn === dn) items.delete(gone.id);
    }
    for (const dn of touched) {
      const mo = this.#mos.get(dn);
      if (mo !== undefined) this.#take(mo, items);
    }
    return items;
  }

  /** The child that `dn` is, or is below. */
  #childAt(dn: Dn): Dn {
    return dn === this.dn ? dn : joinDn(this.dn, splitDn(dn.slice(this.dn.length + 1))[0] ?? '');
  }
}

/** Items go by their own DN; what is below one goes with it. */
function dropWithin(mos: MoTable, gone: ReadonlySet<string>, { itemClasses }: Codec): void {
  for (const dn of gone) mos.delete(dn);
  if (gone.size === 0) return;
  for (const { className, dn } of mos.values())
    if (!itemClasses.has(className) && gone.has(splitLast(dn).parent)) mos.delete(dn);
}

function canonical(codec: Codec, notice: Mo): Mo {
  if (isDeletion(notice)) return notice;
  const { status = '' } = notice.attributes;
  const { className, dn, attributes } = reduced(codec, notice);
  return { className, dn, attributes: { ...attributes, status } };
}

export function sameRecord(one: ObjectRecord | undefined, other: ObjectRecord | undefined): boolean {
  return one === undefined ? other === undefined : one.equals(other);
}

/** Whether a notification at `dn` says nothing that is not known. */
export function agrees(codec: Codec, record: ObjectRecord | undefined, notice: Mo): boolean {
  if (record !== undefined) return record.agrees(notice);
  return isDeletion(notice) || !(notice.className in codec.classes);
}
