/**
 * One turn of the desired state: collects what changed, and afterwards says which keys to look at again and how each
 * address left.
 */
import type { KeyText } from '../model/identity.ts';
import type { ItemId } from '../model/target-object.ts';
import { lostName, type Carried } from './cause.ts';
import type { Cause, Departures } from './departures.ts';
import type { GroupEntry, KeyEntry, Member, Ripple } from './groups.ts';

/** How a contribution ended, for an item that it carried. */
export type Explain = (member: Member, carried: Carried) => Cause;

interface Loss {
  readonly group: GroupEntry;
  readonly item: ItemId;
  readonly cause: Cause;
}

export class Turn implements Ripple {
  readonly #explain: Explain;
  readonly #holders = new Map<KeyEntry, GroupEntry | undefined>();
  readonly #changed = new Set<KeyEntry>();
  readonly #losses: Loss[] = [];
  readonly #gains: { readonly group: GroupEntry; readonly item: ItemId }[] = [];

  constructor(explain: Explain) {
    this.#explain = explain;
  }

  touching(key: KeyEntry): void {
    if (!this.#holders.has(key)) this.#holders.set(key, key.groups[0]);
  }

  changed(key: KeyEntry): void {
    this.#changed.add(key);
  }

  left(group: GroupEntry, item: ItemId, member: Member): void {
    this.#losses.push({ group, item, cause: this.#explain(member, carriedBy(member, group, item)) });
  }

  came(group: GroupEntry, item: ItemId): void {
    this.#gains.push({ group, item });
  }

  /** Writes down what left for good, forgets what came back, and returns the keys that changed. */
  settle(departures: Departures): Set<KeyText> {
    // Several may have carried an address: what went missing has the last word over what was seen to go.
    for (const loss of this.#losses) if (loss.cause.how === 'seen') this.#settleLoss(loss, departures);
    for (const loss of this.#losses) if (loss.cause.how === 'missing') this.#settleLoss(loss, departures);
    for (const { group, item } of this.#gains)
      if (holds(group.key, item)) departures.forget(group.key.text, [item]);
    for (const [key, before] of this.#holders)
      if (before !== key.groups[0]) this.#settleName(key, before, departures);
    return new Set([...this.#changed].map(({ text }) => text));
  }

  #settleLoss({ group, item, cause }: Loss, departures: Departures): void {
    const wasHolder = this.#holders.get(group.key) === group;
    if (wasHolder && !holds(group.key, item)) departures.record(group.key.text, item, cause);
  }

  #settleName(key: KeyEntry, before: GroupEntry | undefined, departures: Departures): void {
    departures.forget(key.text, key.groups[0]?.slots.keys() ?? []);
    if (before === undefined) return;
    for (const { id, reasons } of before.slots.values()) {
      const [[reason] = []] = reasons.values();
      if (!holds(key, id) && reason !== undefined) departures.record(key.text, id, lostName(before, reason));
    }
  }
}

/** Whether the group that has the name has the item. */
function holds(key: KeyEntry, item: ItemId): boolean {
  return key.groups[0]?.slots.has(item) ?? false;
}

/** What had the address, in what the member contributed to it. */
function carriedBy({ contribution }: Member, { group }: GroupEntry, item: ItemId): Carried {
  const exposed = contribution.exposed.find((each) => group.rule.makes.idOf(each) === item);
  return exposed ?? { origin: contribution.record, node: undefined };
}
