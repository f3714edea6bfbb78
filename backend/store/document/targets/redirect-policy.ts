/** Redirect policies, as a document writes them. */
import { z } from 'zod';
import { parseAddress, type IpAddress } from '../../../model/ip.ts';
import type { RedirectPolicyTarget } from '../../../model/mapping.ts';
import type { Fault } from '../../../model/fault.ts';
import * as field from '../fields.ts';
import { nameFaults, systemFaults, systemName, type TargetForm } from './form.ts';
import { destinationFaults, drain, traffic, trafficOf } from './traffic.ts';

const percent = field.integer(0, 100);

const schema = z.strictObject({
  fabric: field.name.optional(),
  tenant: field.aciTenant,
  name: field.nameTemplate,
  ipSla: field.aciName.optional(),
  hashing: field.oneOf(['sip-dip-prototype', 'sip', 'dip']).default('sip-dip-prototype'),
  resilientHash: field.flag.default(true),
  threshold: z.strictObject({ min: percent, max: percent }).optional(),
  thresholdDownAction: field.oneOf(['permit', 'deny', 'bypass']).default('permit'),
  macs: z.record(z.string(), field.mac).default({}),
  create: field.flag.default(true),
  ...traffic,
  // A destination has no state in which it drains: it is there, or it is not.
  drain: drain(0),
  ...field.life,
});

export const redirectPolicyForm: TargetForm<typeof schema> = {
  schema,
  faults: (at, written, around) => [
    ...systemFaults(`${at}.fabric`, 'fabric', { found: written.fabric, known: around.fabrics }),
    ...nameFaults(at, written.name, around),
    ...destinationFaults(at, written, around.kind),
    ...thresholdFaults(at, written),
    ...macFaults(at, written),
  ],
  /** A policy holds destinations of one family: that of IPv6 goes by the same name with `_v6` behind it. */
  targets(written, { kind, fabrics }) {
    const { emptyFor, fabric, families, macs, ...policy } = written;
    const shared = {
      ...policy,
      ...trafficOf(written, kind),
      kind: 'redirectPolicy',
      system: systemName(fabric, fabrics),
      ipSla: policy.ipSla,
      threshold: policy.threshold,
      macs: byAddress(macs),
      emptyForMs: emptyFor,
    } as const;
    return families.toSorted().map((family): RedirectPolicyTarget => {
      const name = family === 'ipv6' ? `${policy.name}_v6` : policy.name;
      return { ...shared, name, families: [family] };
    });
  },
};

type Written = z.output<typeof schema>;

function thresholdFaults(at: string, { threshold }: Written): Fault[] {
  if (threshold === undefined || threshold.min <= threshold.max) return [];
  const found = `${threshold.min} to ${threshold.max}`;
  return [{ path: `${at}.threshold`, found, expected: 'a min that is not above max' }];
}

function macFaults(at: string, { macs }: Written): Fault[] {
  return Object.keys(macs).flatMap((found) =>
    parseAddress(found) === undefined ? [{ path: `${at}.macs`, found, expected: 'an IP address' }] : [],
  );
}

function byAddress(macs: Written['macs']): ReadonlyMap<IpAddress, string> {
  return new Map(
    Object.entries(macs).flatMap(([text, mac]) => {
      const address = parseAddress(text);
      return address === undefined ? [] : [[address, mac]];
    }),
  );
}
