/** An address's chain as it travels: absent values become null, changes and problems get their texts. */
import type { Mapping } from '../model/mapping.ts';
import type { AddressChain } from '../model/plan.ts';
import type { ExposedAddress } from '../model/target-object.ts';
import { planChange } from './plan-model.ts';
import type { ExplanationModel, ExposureModel } from './ports.ts';
import { problemModel } from './problem-model.ts';

export function explanationModel(chain: AddressChain, mappings: readonly Mapping[]): ExplanationModel {
  return {
    ...chain,
    reasons: chain.reasons.map(exposureModel),
    changes: chain.changes.map((change) => planChange({ change, problem: undefined }, mappings)),
    problems: chain.problems.map(problemModel),
  };
}

export function exposureModel(exposure: ExposedAddress): ExposureModel {
  return { ...exposure, owner: exposure.owner ?? null, node: exposure.node ?? null };
}
