/**
 * What of an edit is in force before the edit is: what it stops. A mapping that is to do less does so at once, whatever else the edit
 * must wait for; one that is taken out only reports until it is gone.
 */
import type { Document, Mapping, Mode } from '../model/mapping.ts';

const byReach: readonly Mode[] = ['report', 'add-only', 'full'];

/** `present` with each mapping in the lesser of the modes that the two give it; itself where that is the same. */
export function restrain(present: Document, next: Document): Document {
  const modes = new Map(next.mappings.map(({ name, mode }) => [name, mode]));
  const restrained = (mapping: Mapping): Mapping => {
    const mode = modes.get(mapping.name) ?? 'report';
    return byReach.indexOf(mode) < byReach.indexOf(mapping.mode) ? { ...mapping, mode } : mapping;
  };
  const mappings = present.mappings.map(restrained);
  return mappings.every((mapping, place) => mapping === present.mappings[place])
    ? present
    : { ...present, mappings };
}
