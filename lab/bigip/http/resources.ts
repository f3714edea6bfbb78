/** Which collection or object a path below /mgmt/tm means. */
import { collections, folders, members, partitions, pools, type Collection } from '../config/kinds.ts';
import { folderAt } from '../config/objects.ts';
import { nameOfKey } from '../config/names.ts';

export interface Resource {
  readonly collection: Collection;
  /** For members: the path of their pool. */
  readonly pool?: string;
  /** Absent: the collection itself. */
  readonly path?: string;
  readonly isStats: boolean;
}

export function resourceOf(segments: readonly string[]): Resource | undefined {
  for (const collection of collections) {
    const depth = collection.path.split('/').length;
    if (segments.slice(0, depth).join('/') === collection.path)
      return within(collection, segments.slice(depth));
  }
  return undefined;
}

function within(collection: Collection, rest: readonly string[]): Resource | undefined {
  const isStats = rest.at(-1) === 'stats';
  const [key, inner, innerKey, ...more] = isStats ? rest.slice(0, -1) : rest;
  if (key === undefined) return { collection, isStats };
  const path = pathOf(collection, key);
  if (inner === undefined) return { collection, path, isStats };
  if (collection !== pools || inner !== members.path || more.length > 0) return undefined;
  const found = { collection: members, pool: path, isStats };
  return innerKey === undefined ? found : { ...found, path: pathOf(members, innerKey) };
}

function pathOf(collection: Collection, key: string): string {
  if (collection === partitions) return key.replace(/^~/, '');
  return collection === folders ? folderAt(key.replaceAll('~', '/')).path : nameOfKey(key).path;
}
