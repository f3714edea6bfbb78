/** What the fabric on whose APIC we run is called here. */
import type { SystemName } from '../../backend/model/identity.ts';
import type { Document, HostFabric } from '../../backend/model/mapping.ts';

export type NamedHostFabric = Pick<HostFabric, 'name' | 'appCenter'>;

/** As it is declared; where it is not, under a name that is free. */
export function hostFabricOf({ fabrics }: Pick<Document, 'fabrics'>): NamedHostFabric {
  const declared = fabrics.find((each) => 'appCenter' in each);
  if (declared !== undefined) return declared;
  const taken = new Set<string>(fabrics.map(({ name }) => name));
  let name = 'apic';
  while (taken.has(name)) name = `this-${name}`;
  return { name: name as SystemName, appCenter: true };
}
