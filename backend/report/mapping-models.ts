/**
 * Mappings as faces show them: what the document declares, with the sums over their target objects.
 */
import type { Mapping } from '../model/mapping.ts';
import type { HoldReason } from '../model/plan.ts';
import { heldCounts } from './pending.ts';
import type { Pending } from './pending.ts';
import type { MappingModel, TargetRow } from './ports.ts';

interface Sums {
  targets: number;
  wanted: number;
  present: number;
  due: number;
  readonly held: Map<HoldReason, number>;
}

export function mappingModels(
  mappings: readonly Mapping[],
  pending: readonly Pending[],
  rows: readonly TargetRow[],
): MappingModel[] {
  const sums = sumByMapping(rows);
  const plans = Map.groupBy(
    pending.flatMap(({ plan }) => plan.mappings),
    (plan) => plan.mapping,
  );
  return mappings.map((mapping) => {
    const { held, ...counts } = sums.get(mapping.name) ?? emptySums();
    const ofSystems = plans.get(mapping.name) ?? [];
    // On first contact with one of its systems it is not fully at work.
    const plan = ofSystems.find(({ firstContact }) => firstContact) ?? ofSystems[0];
    return {
      name: mapping.name,
      systems: [...new Set(mapping.to.map(({ system }) => system))],
      // Before its first plan nothing is known to have been allowed yet.
      mode: plan?.mode ?? mapping.mode,
      firstContact: plan?.firstContact ?? false,
      ...counts,
      held: heldCounts(held),
    };
  });
}

function sumByMapping(rows: readonly TargetRow[]): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const row of rows) {
    const sum = sums.get(row.mapping) ?? emptySums();
    sums.set(row.mapping, sum);
    sum.targets += 1;
    sum.wanted += row.wanted;
    sum.present += row.present ?? 0;
    sum.due += row.due;
    for (const { reason, count } of row.held) sum.held.set(reason, (sum.held.get(reason) ?? 0) + count);
  }
  return sums;
}

function emptySums(): Sums {
  return { targets: 0, wanted: 0, present: 0, due: 0, held: new Map() };
}
