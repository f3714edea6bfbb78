/**
 * What one record contributes to the groups of one rule: a pure function of the rule, the record, and what can be looked up around
 * it. Nothing here remembers anything. What counts depends on what the addresses are for: see `classification.ts` and `traffic.ts`.
 */
import { classified } from './classification.ts';
import { isTraffic } from './rule.ts';
import type { ContributingRecord, Rule } from './rule.ts';
import type { Contribution, Lookup } from './scope.ts';
import { carryingTraffic } from './traffic.ts';

export function contributions(
  rule: Rule,
  record: ContributingRecord,
  lookup: Lookup,
): readonly Contribution[] {
  const source = rule.sources.get(lookup.cluster);
  if (source === undefined) return [];
  const scope = { rule, source, lookup, record };
  return isTraffic(rule) ? carryingTraffic(scope) : classified(scope);
}
