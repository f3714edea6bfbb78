/** The kinds of target, and what desire must know of each. */
import type { Target } from '../../model/mapping.ts';
import { externalEpgRules } from './external-epg.ts';
import { poolRules } from './pool.ts';
import { redirectPolicyRules } from './redirect-policy.ts';
import type { RulesOf, TargetRules } from './target-rules.ts';

const registry: { readonly [Kind in Target['kind']]: RulesOf<Kind> } = {
  externalEpg: externalEpgRules,
  redirectPolicy: redirectPolicyRules,
  pool: poolRules,
};

export function rulesFor(target: Target): TargetRules {
  // Each row takes the target of its own kind, which the compiler cannot follow over a union.
  return (registry[target.kind] as (target: Target) => TargetRules)(target);
}
