/**
 * Redirect policies: one destination for each address, tracked when the mapping names an IP SLA policy. A destination that is tracked
 * has a health group, one for each backend: both addresses of a pod go down together.
 */
import { parseAddress } from '../../model/ip.ts';
import type { Attributes, ExposedAddress } from '../../model/target-object.ts';
import { itemId } from '../../model/target-object.ts';
import type { RedirectPolicyTarget } from '../../model/mapping.ts';
import { trafficRulesOf } from '../../model/traffic.ts';
import { validName } from '../naming.ts';
import { nameIn, weightOf, type AddressOf, type RulesOf } from './target-rules.ts';

/** What an APIC takes. */
const mostWeight = 10;

export const redirectPolicyRules: RulesOf<'redirectPolicy'> = (target) => ({
  keyName: (name) => `${target.tenant}/${name}`,
  wants: (kind) => kind === 'pod' || kind === 'node' || kind === 'learned',
  idOf: ({ address }) => itemId('destination', address),
  itemOf: (id, reasons) => ({
    id,
    kind: 'destination',
    name: id.slice('destination:'.length),
    attributes: destination(target, reasons),
  }),
  fixed:
    target.ipSla === undefined
      ? []
      : [{ id: itemId('ipSla', target.ipSla), kind: 'ipSla', name: target.ipSla, attributes: {} }],
  attributes: {
    hashingAlgorithm: target.hashing,
    resilientHashEnabled: target.resilientHash ? 'yes' : 'no',
    ...thresholds(target),
  },
  createEmpty: false,
  traffic: trafficRulesOf(target),
  exclusive: false,
  allowIsolated: true,
});

/** Which address a destination is. */
export const destinationAddress: AddressOf = (item) => parseAddress(nameIn(item, 'destination') ?? '');

/** Empty is a wish too: what was given by an earlier version of the mapping goes. */
function destination(target: RedirectPolicyTarget, reasons: readonly ExposedAddress[]): Attributes {
  const [first] = reasons;
  return {
    ...(target.weights && { weight: weightOf(reasons, mostWeight) }),
    ...(first !== undefined && {
      mac: target.macs.get(first.address) ?? first.mac ?? '',
      healthGroup: target.ipSla === undefined ? '' : healthGroup(target, first),
    }),
  };
}

function healthGroup({ destinations }: RedirectPolicyTarget, exposed: ExposedAddress): string {
  const { cluster, origin, node, mac } = exposed;
  if (origin.kind === 'LearnedEndpoint') return validName(`${cluster}_${mac ?? exposed.address}`);
  const backend = destinations === 'node' ? (node ?? origin.path) : origin.path;
  return validName(`${cluster}_${backend}`);
}

function thresholds({ threshold, thresholdDownAction }: RedirectPolicyTarget): Attributes {
  if (threshold === undefined) return { thresholdEnable: 'no', thresholdDownAction };
  return {
    thresholdEnable: 'yes',
    minThresholdPercent: String(threshold.min),
    maxThresholdPercent: String(threshold.max),
    thresholdDownAction,
  };
}
