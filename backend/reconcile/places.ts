/**
 * Where mappings write. What was decided for a mapping was decided for a place: one that comes to write elsewhere begins anew.
 */
import type { MappingName } from '../model/identity.ts';
import type { Document, Target } from '../model/mapping.ts';

export function placesOf({ mappings }: Document): ReadonlyMap<MappingName, string> {
  return new Map(mappings.map(({ name, to }) => [name, to.map(placeOf).sort().join(' ')]));
}

function placeOf(target: Target): string {
  switch (target.kind) {
    case 'externalEpg':
      return `${target.kind}|${target.system}|${target.tenant}/${target.l3out}`;
    case 'redirectPolicy':
      return `${target.kind}|${target.system}|${target.tenant}`;
    case 'pool':
      return `${target.kind}|${target.system}|${target.partition}`;
  }
}
