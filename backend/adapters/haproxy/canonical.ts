/** What is wanted, as HAProxy can have it and would read it back. */
import type { OwnershipMark } from '../../model/ownership-mark.ts';
import type { Attributes, DesiredItem, DesiredObject } from '../../model/target-object.ts';

const mostWeight = 256;

/** The name of a server has no room for the source. */
function markOf(mark: OwnershipMark): OwnershipMark {
  return { ...mark, source: '-' };
}

function attributesOf({ state, weight, connectionLimit }: Attributes): Attributes {
  return {
    state: state ?? 'enabled',
    ...(weight !== undefined && { weight: String(Math.min(mostWeight, Math.max(0, Number(weight)))) }),
    ...(connectionLimit !== undefined && { connectionLimit }),
  };
}

function itemOf(item: DesiredItem): DesiredItem {
  return { ...item, mark: markOf(item.mark), attributes: attributesOf(item.attributes) };
}

/** Backends are the configuration's own: only servers in them are ours. */
export function canonicalise(object: DesiredObject): DesiredObject {
  return {
    ...object,
    create: false,
    whenEmpty: 'keep',
    mark: markOf(object.mark),
    attributes: {},
    items: new Map([...object.items].map(([id, item]) => [id, itemOf(item)])),
  };
}
