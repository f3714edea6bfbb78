/**
 * Whose something is, as its mark tells.
 *
 *     mark                                     standing
 *     none, a person's, another product's      nobody     left alone
 *     another instance of this product         other      left alone, and reported
 *     our instance, a mapping of the document  ours       kept true
 *     our instance, a mapping that is gone     orphan     waits for a person
 */
import { shortId } from '../model/digest.ts';
import type { InstanceId, MappingName, ShortId } from '../model/identity.ts';
import type { Mapping } from '../model/mapping.ts';
import type { OwnershipMark } from '../model/ownership-mark.ts';

export type Standing = 'nobody' | 'other' | 'ours' | 'orphan';

/** The document's mappings, as marks and changes name them. */
export interface MappingIndex {
  readonly instance: InstanceId;
  readonly byId: ReadonlyMap<ShortId, Mapping>;
  readonly byName: ReadonlyMap<MappingName, Mapping>;
  /** Position in the document: whose claim wins, and the order of the plan. */
  readonly rank: ReadonlyMap<MappingName, number>;
}

export function indexMappings(instance: InstanceId, mappings: readonly Mapping[]): MappingIndex {
  return {
    instance,
    byId: new Map(mappings.map((mapping) => [shortId(mapping.name), mapping])),
    byName: new Map(mappings.map((mapping) => [mapping.name, mapping])),
    rank: new Map(mappings.map((mapping, position) => [mapping.name, position])),
  };
}

export function standingOf(mark: OwnershipMark | undefined, index: MappingIndex): Standing {
  if (mark === undefined) return 'nobody';
  if (mark.instance !== index.instance) return 'other';
  return index.byId.has(mark.mapping) ? 'ours' : 'orphan';
}

/** The mapping that answers for what carries this mark. A lost mapping's name is unknown: its id stands in, `orphan:1a2b3c4d`. */
export function mappingOf(mark: OwnershipMark, index: MappingIndex): MappingName {
  return index.byId.get(mark.mapping)?.name ?? (`orphan:${mark.mapping}` as MappingName);
}

export function sameMark(one: OwnershipMark | undefined, other: OwnershipMark): boolean {
  return (
    one !== undefined &&
    one.mapping === other.mapping &&
    one.source === other.source &&
    one.instance === other.instance
  );
}
