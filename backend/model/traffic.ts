/**
 * How a kind of target takes traffic off what leaves it.
 */
import type { Target } from './mapping.ts';
import type { TrafficRules } from './target-object.ts';

/** undefined: its objects carry no traffic of their own. A pool's member can drain; a redirect destination is there or is not. */
export function trafficRulesOf(target: Target): TrafficRules | undefined {
  if (target.kind === 'externalEpg') return undefined;
  const { minHealthy, drain } = target;
  const draining = target.kind === 'pool' ? { state: 'drain' } : undefined;
  return { minHealthy, drainMs: drain.forMs, then: drain.then, draining };
}
