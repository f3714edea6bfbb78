/** The kinds of target, and what desire must know of each. */
import { parseKeyText, type KeyText } from '../../model/identity.ts';
import type { IpAddress } from '../../model/ip.ts';
import type { Target } from '../../model/mapping.ts';
import type { ItemId } from '../../model/target-object.ts';
import { externalEpgRules, subnetAddress } from './external-epg.ts';
import { memberAddress, poolRules } from './pool.ts';
import { destinationAddress, redirectPolicyRules } from './redirect-policy.ts';
import type { AddressOf, RulesOf, TargetRules } from './target-rules.ts';

const registry: { readonly [Kind in Target['kind']]: RulesOf<Kind> } = {
  externalEpg: externalEpgRules,
  redirectPolicy: redirectPolicyRules,
  pool: poolRules,
};

export function rulesFor(target: Target): TargetRules {
  // Each row takes the target of its own kind, which the compiler cannot follow over a union.
  return (registry[target.kind] as (target: Target) => TargetRules)(target);
}

const addresses: { readonly [Kind in Target['kind']]: AddressOf } = {
  externalEpg: subnetAddress,
  redirectPolicy: destinationAddress,
  pool: memberAddress,
};

/** The address that an item of the key is for. */
export function addressOf(key: KeyText, item: ItemId): IpAddress | undefined {
  const { kind } = parseKeyText(key);
  return kind === 'redirectHealthGroup' ? undefined : addresses[kind](item);
}
