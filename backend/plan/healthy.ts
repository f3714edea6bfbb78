/**
 * What is alive and out of service stays in service while too few others would be left: probes that fail everywhere at once are a
 * fault of the probes more often than of all backends. Backends on their way out do not count among those that could be back; the
 * last of them stay until they are gone when nothing else is there to take over. What is dead is never kept.
 */
import type { DesiredItem, DesiredObject, TrafficRules } from '../model/target-object.ts';
import { hold, isDue, type Case, type Round } from './case.ts';

export function holdUnhealthy(round: Round): void {
  for (const cases of round.byKey.values()) {
    const desired = cases[0]?.diff.desired;
    if (desired?.traffic !== undefined) weigh(cases, desired, desired.traffic);
  }
}

function weigh(cases: readonly Case[], desired: DesiredObject, rules: TrafficRules): void {
  const leaving = cases.filter((each) => isDue(each) && takesOutOfService(each, desired, rules));
  if (leaving.length === 0) return;
  const items = [...desired.items.values()].filter(({ address }) => address !== undefined);
  const healthy = items.filter((item) => !item.leaving && willBeThere(item, cases)).length;
  const staying = items.filter((item) => !item.leaving || !isGoing(item)).length;
  const must = Math.min(staying, Math.max(1, least(rules.minHealthy, staying)));
  const [going, unready] = partition(leaving, (each) => isGoing(itemOf(each, desired)));
  const kept = unready.slice(Math.max(0, unready.length - Math.max(0, must - healthy)));
  const detail = `${healthy} of ${staying} in service, ${must} must stay`;
  for (const each of kept) hold(each, 'min-healthy', detail);
  if (healthy + kept.length > 0) return;
  for (const each of going) hold(each, 'min-healthy', 'nothing else is in service');
}

/** It is alive and in service now, and would not be after: a removal of what has drained takes nothing away. */
function takesOutOfService(each: Case, desired: DesiredObject, rules: TrafficRules): boolean {
  if (itemOf(each, desired)?.leaving !== true) return false;
  return each.draft.type === 'updateItem' || rules.drainMs === 0 || rules.draining === undefined;
}

function itemOf({ draft }: Case, { items }: DesiredObject): DesiredItem | undefined {
  if (draft.type === 'updateItem') return items.get(draft.item.id);
  return draft.type === 'removeItem' ? items.get(draft.item) : undefined;
}

function willBeThere({ id }: DesiredItem, cases: readonly Case[]): boolean {
  const [first] = cases;
  if (first?.diff.actual.items.has(id) === true) return true;
  return cases.some((each) => each.draft.type === 'addItem' && each.draft.item.id === id && isDue(each));
}

/** Every backend behind it terminates. */
function isGoing(item: DesiredItem | undefined): boolean {
  return item?.reasons.every(({ state }) => state === 'terminating') ?? true;
}

function least(minHealthy: TrafficRules['minHealthy'], of: number): number {
  return 'count' in minHealthy ? minHealthy.count : Math.ceil(minHealthy.share * of);
}

function partition<T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}
