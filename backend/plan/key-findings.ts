/**
 * What is to be said about one key beside its changes.
 */
import type { Finding } from '../model/plan.ts';
import { problem, type Problem } from '../model/problems.ts';
import { isEmptied } from './diff-object.ts';
import type { DraftEntry, Ground, Sides } from './key-diff.ts';
import { mappingOf, standingOf } from './ownership.ts';

export function findingsOf(sides: Sides, ground: Ground, entries: readonly DraftEntry[]): Finding[] {
  const { key, desired, actual } = sides;
  const problems: Problem[] = [...(desired?.problems ?? []), ...actual.problems];
  for (const found of [ofGround(sides, ground), ofOrphan(sides, entries), ofOthers(sides), ofKept(sides)])
    if (found !== undefined) problems.push(found);
  return problems.map((each) => ({ key, problem: each }));
}

function ofGround({ key, desired, actual, present }: Sides, ground: Ground): Problem | undefined {
  if (ground === 'missing') return problem('object.missing', key.name);
  if (ground !== 'foreign' || desired === undefined) return undefined;
  const itemsAreOurs = actual.mark === undefined && (present.get(desired.mapping) ?? 0) > 0;
  return itemsAreOurs
    ? problem(
        'mark.lost',
        `${key.name} holds addresses of mapping ${desired.mapping}, and carries no mark itself`,
      )
    : problem('object.foreign', key.name);
}

function ofOrphan({ key, actual, index }: Sides, entries: readonly DraftEntry[]): Problem | undefined {
  const orphans = entries.filter((entry) => entry.orphan);
  if (orphans.length === 0) return undefined;
  const ofObject = standingOf(actual.mark, index) === 'orphan' ? 'the object' : undefined;
  const items = [...actual.items.values()].filter((item) => standingOf(item.mark, index) === 'orphan');
  const mark = actual.mark !== undefined && ofObject !== undefined ? actual.mark : items[0]?.mark;
  const what = [ofObject, items.length > 0 ? `${items.length} items in it` : undefined].filter(Boolean);
  const whose = mark === undefined ? '' : ` (${mappingOf(mark, index)})`;
  return problem('object.orphan', `${key.name}: ${what.join(' and ')}${whose}`);
}

function ofOthers({ key, actual, index }: Sides): Problem | undefined {
  const marks = [actual.mark, ...[...actual.items.values()].map((item) => item.mark)];
  const other = marks.find((mark) => standingOf(mark, index) === 'other');
  return other === undefined
    ? undefined
    : problem('mark.other-instance', `${key.name}: instance ${other.instance}`);
}

function ofKept(sides: Sides): Problem | undefined {
  const { key, actual, retiring, index } = sides;
  if (!retiring || actual.mark === undefined || actual.foreignChildren === 0) return undefined;
  if (standingOf(actual.mark, index) !== 'ours' || !isEmptied(sides, actual.mark)) return undefined;
  return problem('object.in-use', `${key.name}: ${actual.foreignChildren} children or references`);
}
