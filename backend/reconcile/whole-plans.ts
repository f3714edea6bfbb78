/**
 * On which systems all of a mapping is seen and planned now. It is in the ledger, as the command line asks as well. Without it a
 * first plan could be let go, or count as made, while a system is down whose own first plan nobody has seen.
 */
import { isWholePlanName, wholePlan, wholePlanName } from '../model/approvals.ts';
import type { MappingName, SystemName } from '../model/identity.ts';
import type { Mapping } from '../model/mapping.ts';
import type { Plan } from '../model/plan.ts';
import type { DesiredView } from '../plan/ports.ts';
import type { Ledger } from './ports.ts';

type Pending = Pick<Ledger, 'pendingNames' | 'setPending'>;

/** Names under which the ledger is to say so. A key that cannot be read, and that no other mapping wants, may be this one's. */
export function wholePlans(
  { mappings, unknown }: Pick<Plan, 'mappings' | 'unknown'>,
  desired: Pick<DesiredView, 'get'>,
): MappingName[] {
  const unseen = new Set([...unknown.keys()].map((key) => desired.get(key)?.mapping));
  if (unseen.has(undefined)) return [];
  return mappings.flatMap(({ mapping }) => (unseen.has(mapping) ? [] : wholePlanName(mapping)));
}

export function recordWholePlans(ledger: Pending, system: SystemName, names: readonly MappingName[]): void {
  const recorded = new Set(ledger.pendingNames(system));
  for (const name of names) if (!recorded.has(name)) ledger.setPending(system, name, wholePlan);
}

/** Of these mappings, or of all: the system cannot be seen, or they are to be planned anew. */
export function forgetWholePlans(
  ledger: Pending,
  system: SystemName,
  mappings?: readonly MappingName[],
): void {
  const names = mappings?.map(wholePlanName) ?? ledger.pendingNames(system).filter(isWholePlanName);
  for (const name of names) ledger.setPending(system, name, undefined);
}

/** Where the mapping writes, and not all of it is seen and planned now. */
export function unseenSystems(
  ledger: Pick<Ledger, 'pendingNames'>,
  { name, to }: Pick<Mapping, 'name' | 'to'>,
): SystemName[] {
  const whole = wholePlanName(name);
  const systems = new Set(to.map(({ system }) => system));
  return [...systems].filter((system) => !ledger.pendingNames(system).includes(whole));
}
