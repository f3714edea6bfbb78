/**
 * One target object in full: its items, wanted and present side by side, each with why it is there.
 */
import { keyText } from '../model/identity.ts';
import type { InstanceId } from '../model/identity.ts';
import type { Change } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ActualItem, ActualObject, DesiredItem, DesiredObject, ItemId } from '../model/target-object.ts';
import { exposureModel } from './explanation-model.ts';
import type { Pending } from './pending.ts';
import type { ItemModel, TargetModel, TargetRow } from './ports.ts';
import { isKnown, isOurs } from './target-rows.ts';

interface TargetInput {
  readonly row: TargetRow;
  readonly limit: number;
  readonly instance: InstanceId;
  readonly desired: DesiredObject | undefined;
  readonly actual: ActualObject | Problem | undefined;
  readonly pending: Pending | undefined;
}

export function targetModel({ row, limit, instance, desired, actual, pending }: TargetInput): TargetModel {
  const wanted = desired?.items ?? new Map<ItemId, DesiredItem>();
  const present = isKnown(actual) ? actual.items : new Map<ItemId, ActualItem>();
  const verdicts = pendingItems(pending, row.key);
  const every = [...new Set([...wanted.keys(), ...present.keys()])];
  // What is pending comes first: it must not be cut off.
  const ids = [...every.filter((id) => verdicts.has(id)), ...every.filter((id) => !verdicts.has(id))];
  const items = ids.slice(0, limit).map((id): ItemModel => {
    const there = present.get(id);
    return {
      ...identify(wanted.get(id) ?? there),
      wanted: wanted.has(id),
      present: there !== undefined,
      ours: there === undefined || isOurs(there, instance),
      reasons: (wanted.get(id)?.reasons ?? []).map(exposureModel),
      pending: verdicts.get(id) ?? null,
    };
  });
  return { row, items, total: ids.length };
}

function identify(item: DesiredItem | ActualItem | undefined): Pick<ItemModel, 'kind' | 'name'> {
  return { kind: item?.kind ?? '', name: item?.name ?? '' };
}

function pendingItems(pending: Pending | undefined, key: string): Map<ItemId, string> {
  const verdicts = new Map<ItemId, string>();
  for (const { change } of pending?.changes ?? []) {
    if (keyText(change.key) !== key) continue;
    const id = itemIdOf(change);
    if (id !== undefined) verdicts.set(id, change.verdict.apply ? 'due' : change.verdict.hold);
  }
  return verdicts;
}

function itemIdOf(change: Change): ItemId | undefined {
  if (change.type === 'removeItem') return change.item;
  return change.type === 'addItem' || change.type === 'updateItem' ? change.item.id : undefined;
}
