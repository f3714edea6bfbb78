/**
 * What left when one snapshot took the place of another, and why.
 */
import { lostName } from './cause.ts';
import type { Cause, Departures } from './departures.ts';
import { contractItems } from './desired-object.ts';
import type { GroupEntry, Member } from './groups.ts';
import type { ExposedAddress, ItemId } from '../model/target-object.ts';
import type { Snapshot } from './snapshot.ts';
import { subnetId } from './turn.ts';

interface Difference {
  readonly before: Snapshot;
  readonly next: Snapshot;
  readonly explain: 'mapping-edited' | ((member: Member) => Cause);
  readonly departures: Departures;
}

const edited: Cause = { how: 'seen', explanation: 'mapping-edited' };

export function recordDifference({ before, next, explain, departures }: Difference): void {
  for (const { text, groups } of before.groups.keys()) {
    const [had] = groups;
    const [has] = next.groups.key(text)?.groups ?? [];
    if (had === undefined) continue;
    for (const [address, reasons] of had.addresses) {
      if (has?.addresses.has(address) === true) continue;
      const cause = explain === 'mapping-edited' ? edited : causeFor(had, has, reasons, explain);
      departures.record(text, subnetId(address), cause);
    }
    if (explain === 'mapping-edited')
      for (const item of lostContracts(had, has)) departures.record(text, item, edited);
  }
}

/** What went missing has the last word over what was seen to go. */
function causeFor(
  had: GroupEntry,
  has: GroupEntry | undefined,
  reasons: readonly ExposedAddress[],
  explain: (member: Member) => Cause,
): Cause {
  const [first] = reasons;
  const lostItsName = has !== undefined && has.group.id !== had.group.id;
  if (lostItsName && first !== undefined) return lostName(had, first);
  const causes = reasons.flatMap(({ cluster, origin }) => {
    const member = had.members.get(`${cluster}|${origin.kind}|${origin.path}`);
    return member === undefined ? [] : [explain(member)];
  });
  return causes.find(({ how }) => how === 'missing') ?? causes[0] ?? edited;
}

function lostContracts(had: GroupEntry, has: GroupEntry | undefined): readonly ItemId[] {
  const kept = new Set(has === undefined ? [] : contractItems(has.group.rule).map(({ id }) => id));
  return contractItems(had.group.rule)
    .map(({ id }) => id)
    .filter((id) => !kept.has(id));
}
