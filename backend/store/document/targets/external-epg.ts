/** External EPGs, as a document writes them. */
import { z } from 'zod';
import type { AddressKind, Selection } from '../../../model/mapping.ts';
import type { Fault } from '../../../model/fault.ts';
import * as field from '../fields.ts';
import { nameFaults, systemFaults, systemName, type TargetForm } from './form.ts';

const schema = z.strictObject({
  fabric: field.name.optional(),
  tenant: field.aciTenant,
  l3out: field.aciName,
  name: field.nameTemplate,
  addresses: field.someOf(field.oneOf(['pod', 'loadBalancer', 'external', 'cluster', 'node'])).optional(),
  families: field.families,
  create: field.flag.default(true),
  scope: field.someOf(field.oneOf(['import-security', 'shared-security'])).default(['import-security']),
  contracts: z
    .strictObject({
      provide: field.listOf(field.aciName).default([]),
      consume: field.listOf(field.aciName).default([]),
      master: field.aciName.nullish(),
    })
    .prefault({}),
  ...field.life,
  allowIsolated: field.flag.default(false),
});

const addressKinds: Readonly<Record<Selection['kind'], readonly AddressKind[]>> = {
  workload: ['pod', 'loadBalancer', 'external'],
  service: ['loadBalancer', 'external', 'cluster', 'pod'],
  node: ['node'],
  aciEpg: [],
};

const defaultAddresses: Readonly<Record<Selection['kind'], readonly AddressKind[]>> = {
  workload: ['pod'],
  service: ['loadBalancer', 'external'],
  node: ['node'],
  aciEpg: [],
};

export const externalEpgForm: TargetForm<typeof schema> = {
  schema,
  faults: (at, written, around) => [
    ...systemFaults(`${at}.fabric`, 'fabric', { found: written.fabric, known: around.fabrics }),
    ...nameFaults(at, written.name, around),
    ...addressFaults(at, written, around.kind),
    ...scopeFaults(at, written),
  ],
  targets({ emptyFor, fabric, contracts, addresses, ...epg }, { kind, fabrics }) {
    return [
      {
        ...epg,
        kind: 'externalEpg',
        system: systemName(fabric, fabrics),
        addresses: addresses ?? defaultAddresses[kind],
        contracts: { ...contracts, master: contracts.master ?? undefined },
        emptyForMs: emptyFor,
      },
    ];
  },
};

type Written = z.output<typeof schema>;

function addressFaults(at: string, { addresses }: Written, kind: Selection['kind']): Fault[] {
  if (kind === 'aciEpg')
    return [{ path: at, found: 'externalEpg', expected: 'redirectPolicy or pool, since kind is aciEpg' }];
  const allowed = addressKinds[kind];
  return (addresses ?? []).flatMap((each, index) => {
    if (allowed.includes(each)) return [];
    const expected = `one of ${allowed.join(', ')}, since kind is ${kind}`;
    return [{ path: `${at}.addresses[${index}]`, found: each, expected }];
  });
}

function scopeFaults(at: string, { scope }: Written): Fault[] {
  if (scope.includes('import-security')) return [];
  const expected = 'import-security among them: the APIC demands it';
  return [{ path: `${at}.scope`, found: scope.join(', '), expected }];
}
