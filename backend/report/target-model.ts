/**
 * One target object in full: its items, wanted and present side by side, each with why it is there.
 */
import { keyText } from '../model/identity.ts';
import type { InstanceId } from '../model/identity.ts';
import type { Mapping } from '../model/mapping.ts';
import type { Change, DrainId } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ActualItem, ActualObject, DesiredItem, DesiredObject, ItemId } from '../model/target-object.ts';
import { exposureModel } from './explanation-model.ts';
import type { Pending } from './pending.ts';
import { planChange } from './plan-model.ts';
import type { ItemModel, ItemPending, TargetModel, TargetRow } from './ports.ts';
import { isKnown, isOurs } from './target-rows.ts';

interface TargetInput {
  readonly row: TargetRow;
  readonly limit: number;
  readonly instance: InstanceId;
  readonly mappings: readonly Mapping[];
  readonly desired: DesiredObject | undefined;
  readonly actual: ActualObject | Problem | undefined;
  readonly pending: Pending | undefined;
  readonly drainingSince: (item: DrainId) => number | undefined;
}

export function targetModel(input: TargetInput): TargetModel {
  const { row, limit, instance, desired, actual } = input;
  const wanted = desired?.items ?? new Map<ItemId, DesiredItem>();
  const present = isKnown(actual) ? actual.items : new Map<ItemId, ActualItem>();
  const pending = pendingItems(input);
  const every = [...new Set([...wanted.keys(), ...present.keys()])];
  // What is pending comes first: it must not be cut off.
  const ids = [...every.filter((id) => pending.has(id)), ...every.filter((id) => !pending.has(id))];
  const items = ids
    .slice(0, limit)
    .map((id) =>
      itemModel(id, { wanted: wanted.get(id), there: present.get(id), pending: pending.get(id) }, input),
    );
  const foreign = [...present.values()].filter(
    (item) => item.address !== undefined && !isOurs(item, instance),
  );
  return { row, items, total: ids.length, foreign: foreign.length };
}

interface ItemSides {
  readonly wanted: DesiredItem | undefined;
  readonly there: ActualItem | undefined;
  readonly pending: ItemPending | undefined;
}

function itemModel(id: ItemId, { wanted, there, pending }: ItemSides, input: TargetInput): ItemModel {
  const { kind = '', name = '', attributes = {} } = there ?? wanted ?? {};
  return {
    kind,
    name,
    attributes,
    ...desiredTraits(wanted),
    present: there !== undefined,
    ours: there === undefined || isOurs(there, input.instance),
    connections: there?.connections ?? null,
    drainingSince: input.drainingSince(`${input.row.key} ${id}` as DrainId) ?? null,
    pending: pending ?? null,
  };
}

function desiredTraits(item: DesiredItem | undefined): Pick<ItemModel, 'wanted' | 'leaving' | 'reasons'> {
  if (item === undefined) return { wanted: false, leaving: false, reasons: [] };
  return { wanted: !item.leaving, leaving: item.leaving, reasons: item.reasons.map(exposureModel) };
}

function pendingItems({ pending, row, mappings }: TargetInput): Map<ItemId, ItemPending> {
  const found = new Map<ItemId, ItemPending>();
  for (const waiting of pending?.changes ?? []) {
    const { change } = waiting;
    if (keyText(change.key) !== row.key) continue;
    const id = itemIdOf(change);
    if (id === undefined) continue;
    const { type, because, step, leaving, detail } = planChange(waiting, mappings);
    const hold = change.verdict.apply ? null : change.verdict.hold;
    found.set(id, { type, because, step, leaving, detail, hold });
  }
  return found;
}

function itemIdOf(change: Change): ItemId | undefined {
  if (change.type === 'removeItem') return change.item;
  return change.type === 'addItem' || change.type === 'updateItem' ? change.item.id : undefined;
}
