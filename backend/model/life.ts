/**
 * What becomes of an object that nobody wants now, and of what is in it, by the mapping that answers for it.
 */
import type { TargetKey } from './identity.ts';
import type { Mapping, Target } from './mapping.ts';
import type { TrafficRules } from './target-object.ts';
import { trafficRulesOf } from './traffic.ts';

export type Life = Pick<Target, 'whenEmpty' | 'emptyForMs'>;

/** It only serves destinations, and goes with the last of them. */
const companion: Life = { whenEmpty: 'delete', emptyForMs: 0 };

/** undefined: the mapping is gone, or has no target of this kind there any more. */
export function lifeOf(key: TargetKey, mapping: Mapping | undefined): Life | undefined {
  return key.kind === 'redirectHealthGroup' ? companion : targetOf(key, mapping);
}

export function trafficOf(key: TargetKey, mapping: Mapping | undefined): TrafficRules | undefined {
  const target = targetOf(key, mapping);
  return target && trafficRulesOf(target);
}

export function hasTargetOn(system: TargetKey['system'], { to }: Mapping): boolean {
  return to.some((target) => target.system === system);
}

function targetOf({ system, kind }: TargetKey, mapping: Mapping | undefined): Target | undefined {
  return mapping?.to.find((target) => target.system === system && target.kind === kind);
}
