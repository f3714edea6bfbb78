/**
 * One turn of the desired state: collects what changed, and afterwards says which keys to look at again and how each
 * address left.
 */
import type { KeyText } from '../model/identity.ts';
import { hostPrefix } from '../model/ip.ts';
import type { IpAddress } from '../model/ip.ts';
import { itemId } from '../model/target-object.ts';
import type { ItemId } from '../model/target-object.ts';
import { lostName } from './cause.ts';
import type { Cause, Departures } from './departures.ts';
import type { GroupEntry, KeyEntry, Member, Ripple } from './groups.ts';

export function subnetId(address: IpAddress): ItemId {
  return itemId('subnet', hostPrefix(address));
}

interface Loss {
  readonly group: GroupEntry;
  readonly address: IpAddress;
  readonly cause: Cause;
}

export class Turn implements Ripple {
  readonly #explain: (member: Member) => Cause;
  readonly #holders = new Map<KeyEntry, GroupEntry | undefined>();
  readonly #changed = new Set<KeyEntry>();
  readonly #losses: Loss[] = [];
  readonly #gains: { readonly group: GroupEntry; readonly address: IpAddress }[] = [];

  constructor(explain: (member: Member) => Cause) {
    this.#explain = explain;
  }

  touching(key: KeyEntry): void {
    if (!this.#holders.has(key)) this.#holders.set(key, key.groups[0]);
  }

  changed(key: KeyEntry): void {
    this.#changed.add(key);
  }

  left(group: GroupEntry, address: IpAddress, member: Member): void {
    this.#losses.push({ group, address, cause: this.#explain(member) });
  }

  came(group: GroupEntry, address: IpAddress): void {
    this.#gains.push({ group, address });
  }

  /** Writes down what left for good, forgets what came back, and returns the keys that changed. */
  settle(departures: Departures): Set<KeyText> {
    // Several may have carried an address: what went missing has the last word over what was seen to go.
    for (const loss of this.#losses) if (loss.cause.how === 'seen') this.#settleLoss(loss, departures);
    for (const loss of this.#losses) if (loss.cause.how === 'missing') this.#settleLoss(loss, departures);
    for (const { group, address } of this.#gains)
      if (holds(group.key, address)) departures.forget(group.key.text, [subnetId(address)]);
    for (const [key, before] of this.#holders)
      if (before !== key.groups[0]) this.#settleName(key, before, departures);
    return new Set([...this.#changed].map(({ text }) => text));
  }

  #settleLoss({ group, address, cause }: Loss, departures: Departures): void {
    const wasHolder = this.#holders.get(group.key) === group;
    if (wasHolder && !holds(group.key, address)) departures.record(group.key.text, subnetId(address), cause);
  }

  #settleName(key: KeyEntry, before: GroupEntry | undefined, departures: Departures): void {
    departures.forget(key.text, [...(key.groups[0]?.addresses.keys() ?? [])].map(subnetId));
    if (before === undefined) return;
    for (const [address, [reason]] of before.addresses)
      if (!holds(key, address) && reason !== undefined)
        departures.record(key.text, subnetId(address), lostName(before, reason));
  }
}

/** Whether the group that has the name has the address. */
function holds(key: KeyEntry, address: IpAddress): boolean {
  return key.groups[0]?.addresses.has(address) ?? false;
}
