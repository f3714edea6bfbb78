/**
 * All groups with their items, and the keys that they stand for. Contributions go in and out one contributor at a
 * time; what changed on the way is told to a `Ripple`, from which the caller learns which keys to look at again.
 */
import type { KeyText, SystemName, TargetKey } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import type { DesiredItem, DesiredObject, ExposedAddress, ItemId } from '../model/target-object.ts';
import type { Contributor } from './cluster-index.ts';
import { compareGroups, keyOf, renderGroup } from './group.ts';
import type { Group, GroupId } from './group.ts';
import type { RenderedName } from './naming.ts';
import type { Contribution } from './scope.ts';

export interface Member {
  readonly contributor: Contributor;
  readonly contribution: Contribution;
}

/** One item to be, with who contributes to it. */
export interface Slot {
  readonly id: ItemId;
  readonly address: IpAddress;
  /** By contributor id; never empty, and none of them is an empty list. */
  readonly reasons: Map<string, readonly ExposedAddress[]>;
  /** As last built; dropped when a reason changes. */
  built: DesiredItem | undefined;
}

export interface GroupEntry {
  readonly group: Group;
  readonly name: RenderedName;
  readonly key: KeyEntry;
  /** By contributor id. */
  readonly members: Map<string, Member>;
  readonly slots: Map<ItemId, Slot>;
  /** How many slots an address has. */
  readonly addresses: Map<IpAddress, number>;
  /** Those of them that another group has too. */
  readonly shared: Set<IpAddress>;
}

export interface KeyEntry {
  readonly key: TargetKey;
  readonly text: KeyText;
  /** In the order in which they may have the name; only the first has it. */
  groups: GroupEntry[];
  built: DesiredObject | undefined;
}

/** What a change of contributions touched. */
export interface Ripple {
  /** Called before the first change to a key. */
  touching(key: KeyEntry): void;
  /** Something that the plan reads changed. */
  changed(key: KeyEntry): void;
  /** A contribution gave up an item of a group; others may still carry it. */
  left(group: GroupEntry, item: ItemId, member: Member): void;
  came(group: GroupEntry, item: ItemId): void;
}

export class Groups {
  readonly #groups = new Map<GroupId, GroupEntry>();
  readonly #keys = new Map<KeyText, KeyEntry>();
  readonly #byAddress = new Map<IpAddress, readonly GroupEntry[]>();
  readonly #contributed = new Map<string, readonly Member[]>();

  keys(): Iterable<KeyEntry> {
    return this.#keys.values();
  }

  key(text: KeyText): KeyEntry | undefined {
    return this.#keys.get(text);
  }

  all(): Iterable<GroupEntry> {
    return this.#groups.values();
  }

  members(contributor: Contributor): readonly Member[] {
    return this.#contributed.get(contributor.id) ?? [];
  }

  /** Groups that have the address, whether or not they have their name. */
  holding(address: IpAddress): readonly GroupEntry[] {
    return this.#byAddress.get(address) ?? [];
  }

  /**
   * The groups of a system that have both the address and their name, in the order of the document, as far as their objects hold
   * addresses one at a time.
   */
  wanting(address: IpAddress, system: SystemName): readonly GroupEntry[] {
    return this.holding(address)
      .filter(
        (entry) => hasName(entry) && entry.key.key.system === system && entry.group.rule.makes.exclusive,
      )
      .sort((a, b) => compareGroups(a.group, b.group));
  }

  /** Replaces all that a contributor contributes. */
  replace(contributor: Contributor, contributions: readonly Contribution[], ripple: Ripple): void {
    const before = new Map(this.members(contributor).map((member) => [member.contribution.group.id, member]));
    const after = contributions.map((contribution) => ({ contributor, contribution }));
    for (const member of after) {
      this.#put(member, before.get(member.contribution.group.id), ripple);
      before.delete(member.contribution.group.id);
    }
    for (const member of before.values()) this.#take(member, ripple);
    if (after.length === 0) this.#contributed.delete(contributor.id);
    else this.#contributed.set(contributor.id, after);
  }

  #put(member: Member, before: Member | undefined, ripple: Ripple): void {
    const entry =
      this.#groups.get(member.contribution.group.id) ?? this.#open(member.contribution.group, ripple);
    ripple.touching(entry.key);
    entry.key.built = undefined;
    entry.members.set(member.contributor.id, member);
    this.#exchange(entry, before, member, ripple);
    if (!samePlan(before?.contribution, member.contribution)) ripple.changed(entry.key);
  }

  #take(member: Member, ripple: Ripple): void {
    const entry = this.#groups.get(member.contribution.group.id);
    if (entry === undefined) return;
    ripple.touching(entry.key);
    ripple.changed(entry.key);
    entry.key.built = undefined;
    entry.members.delete(member.contributor.id);
    this.#exchange(entry, member, undefined, ripple);
    if (entry.members.size === 0) this.#close(entry, ripple);
  }

  #exchange(entry: GroupEntry, before: Member | undefined, after: Member | undefined, ripple: Ripple): void {
    const now = byItem(entry, after);
    if (before !== undefined)
      for (const id of byItem(entry, before).keys()) if (!now.has(id)) this.#lose(entry, id, before, ripple);
    if (after !== undefined)
      for (const [id, reasons] of now)
        this.#gain(entry, id, { contributor: after.contributor.id, reasons }, ripple);
  }

  #gain(entry: GroupEntry, id: ItemId, { contributor, reasons }: Gain, ripple: Ripple): void {
    const known = entry.slots.get(id);
    const [{ address }] = reasons;
    const slot: Slot = known ?? { id, address, reasons: new Map(), built: undefined };
    slot.reasons.set(contributor, reasons);
    slot.built = undefined;
    if (known !== undefined) return;
    entry.slots.set(id, slot);
    const count = entry.addresses.get(address) ?? 0;
    entry.addresses.set(address, count + 1);
    ripple.came(entry, id);
    if (count > 0) return;
    const holding = this.#byAddress.get(address);
    if (holding === undefined) this.#byAddress.set(address, [entry]);
    else this.#share(address, [...holding, entry], ripple);
  }

  #lose(entry: GroupEntry, id: ItemId, member: Member, ripple: Ripple): void {
    const slot = entry.slots.get(id);
    if (slot === undefined) return;
    slot.reasons.delete(member.contributor.id);
    slot.built = undefined;
    ripple.left(entry, id, member);
    if (slot.reasons.size > 0) return;
    entry.slots.delete(id);
    const { address } = slot;
    const count = entry.addresses.get(address) ?? 1;
    if (count > 1) {
      entry.addresses.set(address, count - 1);
      return;
    }
    entry.addresses.delete(address);
    entry.shared.delete(address);
    const holding = this.holding(address).filter((other) => other !== entry);
    if (holding.length === 0) this.#byAddress.delete(address);
    else this.#share(address, holding, ripple);
  }

  /** Whoever has the address is told of two claims, or that there is but one now. */
  #share(address: IpAddress, holding: readonly GroupEntry[], ripple: Ripple): void {
    this.#byAddress.set(address, holding);
    for (const entry of holding) {
      if (holding.length > 1) entry.shared.add(address);
      else entry.shared.delete(address);
      if (!entry.group.rule.makes.exclusive) continue;
      entry.key.built = undefined;
      ripple.changed(entry.key);
    }
  }

  #open(group: Group, ripple: Ripple): GroupEntry {
    const name = renderGroup(group);
    const { key, text } = keyOf(group.rule, name.name);
    const known = this.#keys.get(text);
    const keyEntry: KeyEntry = known ?? { key, text, groups: [], built: undefined };
    ripple.touching(keyEntry);
    const entry: GroupEntry = {
      group,
      name,
      key: keyEntry,
      members: new Map(),
      slots: new Map(),
      addresses: new Map(),
      shared: new Set(),
    };
    this.#rename(keyEntry, [...keyEntry.groups, entry], ripple);
    this.#keys.set(text, keyEntry);
    this.#groups.set(group.id, entry);
    return entry;
  }

  #close(entry: GroupEntry, ripple: Ripple): void {
    this.#rename(
      entry.key,
      entry.key.groups.filter((other) => other !== entry),
      ripple,
    );
    if (entry.key.groups.length === 0) this.#keys.delete(entry.key.text);
    this.#groups.delete(entry.group.id);
  }

  /** When the name goes to another group, what either shares is contested by other keys than before. */
  #rename(key: KeyEntry, groups: GroupEntry[], ripple: Ripple): void {
    const [before] = key.groups;
    key.groups = groups.sort((a, b) => compareGroups(a.group, b.group));
    const [after] = key.groups;
    if (before === after) return;
    for (const group of [before, after])
      for (const address of group?.shared ?? []) this.#share(address, this.holding(address), ripple);
  }
}

export function hasName(entry: GroupEntry): boolean {
  return entry.key.groups[0] === entry;
}

type Reasons = readonly [ExposedAddress, ...ExposedAddress[]];

interface Gain {
  readonly contributor: string;
  readonly reasons: Reasons;
}

/** What a member contributes, by the item that it belongs to. */
function byItem({ group }: GroupEntry, member: Member | undefined): ReadonlyMap<ItemId, Reasons> {
  const found = new Map<ItemId, [ExposedAddress, ...ExposedAddress[]]>();
  for (const exposed of member?.contribution.exposed ?? []) {
    const id = group.rule.makes.idOf(exposed);
    const known = found.get(id);
    if (known === undefined) found.set(id, [exposed]);
    else known.push(exposed);
  }
  return found;
}

/** Whether the plan would read the same from both: nodes, and the states of what is in service, are for people only. */
function samePlan(a: Contribution | undefined, b: Contribution): boolean {
  return (
    a?.trait === b.trait &&
    a.waiting === b.waiting &&
    a.owner?.uid === b.owner?.uid &&
    a.exposed.length === b.exposed.length &&
    a.exposed.every((exposed, place) => sameExposure(exposed, b.exposed[place])) &&
    a.refusals.length === b.refusals.length &&
    a.refusals.every(({ problem }, place) => problem.detail === b.refusals[place]?.problem.detail)
  );
}

function sameExposure(a: ExposedAddress, b: ExposedAddress | undefined): boolean {
  if (a.address !== b?.address || a.port !== b.port || a.mac !== b.mac) return false;
  // Another backend may have taken over the address; one that terminates is let go sooner than one that may be back.
  const isSameBackend = a.origin.path === b.origin.path && a.inService === b.inService;
  return isSameBackend && (a.inService || (a.state === 'terminating') === (b.state === 'terminating'));
}
