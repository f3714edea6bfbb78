/**
 * Mappings as faces show them: what the document declares, with the sums over their target objects.
 */
import type { SystemName } from '../model/identity.ts';
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

/** The ledger's: where the mapping writes, and not all of it is seen and planned now. */
export type UnseenSystems = (mapping: Mapping) => readonly SystemName[];

export interface MappingsInput {
  readonly mappings: readonly Mapping[];
  readonly pending: readonly Pending[];
  readonly rows: readonly TargetRow[];
  readonly unseen: UnseenSystems;
}

export function mappingModels({ mappings, pending, rows, unseen }: MappingsInput): MappingModel[] {
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
      awaited: plan?.firstContact === true ? unseen(mapping) : [],
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
