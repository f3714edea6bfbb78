/**
 * What left when one snapshot took the place of another, and why.
 */
import { lostName } from './cause.ts';
import type { Cause, Departures } from './departures.ts';
import type { GroupEntry, Slot } from './groups.ts';
import type { MappingName, SourceName } from '../model/identity.ts';
import type { ExposedAddress, ItemId } from '../model/target-object.ts';
import type { Snapshot } from './snapshot.ts';
import type { Explain } from './turn.ts';

interface Difference {
  readonly before: Snapshot;
  readonly next: Snapshot;
  readonly explain: Edit | Explain;
  readonly departures: Departures;
}

/** Another document. */
export interface Edit {
  /** Whether all has been read that decides what the mapping, as it is now, takes from the source. */
  readonly isRead: (mapping: MappingName, source: SourceName) => boolean;
}

export function recordDifference({ before, next, explain, departures }: Difference): void {
  for (const { text, groups } of before.groups.keys()) {
    const [had] = groups;
    const [has] = next.groups.key(text)?.groups ?? [];
    if (had === undefined) continue;
    for (const slot of had.slots.values()) {
      if (has?.slots.has(slot.id) === true) continue;
      const cause = 'isRead' in explain ? causeOfEdit(had, slot, explain) : causeFor(had, has, slot, explain);
      departures.record(text, slot.id, cause);
    }
    if ('isRead' in explain)
      for (const item of lostFixed(had, has)) departures.record(text, item, edited(undefined));
  }
}

/** What the edit needs and is not read yet may bring it back: nobody has taken it out. */
function causeOfEdit(had: GroupEntry, slot: Slot, { isRead }: Edit): Cause {
  const unread = reasonsOf(slot).find(({ cluster }) => !isRead(had.group.rule.mapping.name, cluster));
  return unread === undefined ? edited(slot) : lostName(had, unread);
}

function edited(slot: Slot | undefined): Cause {
  const [first] = reasonsOf(slot);
  const from = first && { cluster: first.cluster, ref: first.origin };
  return { how: 'seen', explanation: 'mapping-edited', from };
}

function reasonsOf(slot: Slot | undefined): readonly ExposedAddress[] {
  return [...(slot?.reasons.values() ?? [])].flat();
}

/** What went missing has the last word over what was seen to go. */
function causeFor(had: GroupEntry, has: GroupEntry | undefined, slot: Slot, explain: Explain): Cause {
  const [first] = reasonsOf(slot);
  const lostItsName = has !== undefined && has.group.id !== had.group.id;
  if (lostItsName && first !== undefined) return lostName(had, first);
  const causes = [...slot.reasons].flatMap(([contributor, [reason]]) => {
    const member = had.members.get(contributor);
    return member === undefined || reason === undefined ? [] : [explain(member, reason)];
  });
  return causes.find(({ how }) => how === 'missing') ?? causes[0] ?? edited(slot);
}

function lostFixed(had: GroupEntry, has: GroupEntry | undefined): readonly ItemId[] {
  const kept = new Set(has?.group.rule.makes.fixed.map(({ id }) => id));
  return had.group.rule.makes.fixed.map(({ id }) => id).filter((id) => !kept.has(id));
}
