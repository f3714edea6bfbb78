/** What a device has from the start, and what tests put on it. */
import { without } from './config/attributes.ts';
import { create, modify } from './config/objects.ts';
import { collections, members, monitorTypes, monitorsOf, type Collection } from './config/kinds.ts';
import type { Attributes, Draft } from './config/store.ts';
import { nameOfBody, nameOfPath } from './config/names.ts';

/** Bodies as one would POST them. What is there already is changed to be so. */
export interface BigipSeed {
  readonly routeDomains?: readonly { readonly name: string; readonly id: number }[];
  readonly partitions?: readonly (Attributes & { readonly name: string })[];
  /** Full paths: `/T/A`. */
  readonly folders?: readonly string[];
  readonly monitors?: readonly {
    readonly type: string;
    readonly name: string;
    readonly partition?: string;
  }[];
  readonly nodes?: readonly Attributes[];
  /** With `members` as an array of names or bodies. */
  readonly pools?: readonly Attributes[];
  /** Each with the path of its pool. */
  readonly members?: readonly (Attributes & { readonly pool: string })[];
  readonly virtuals?: readonly Attributes[];
}

export function applySeed(draft: Draft, seed: BigipSeed): void {
  const put = (path: string, body: Attributes): void => {
    const collection = collectionAt(path);
    const known = draft.get(collection.kind, pathOf(collection, body));
    if (known) modify(draft, known, without(body, 'name', 'partition', 'subPath', 'address'), 'merge');
    else create(draft, collection, body);
  };
  for (const [path, body] of bodiesOf(seed)) put(path, body);
  for (const { pool, ...body } of seed.members ?? []) putMember(draft, pool, body);
}

/** In the order in which they need each other. */
function* bodiesOf(seed: BigipSeed): Generator<[string, Attributes]> {
  const all = (path: string, bodies: readonly Attributes[] = []): [string, Attributes][] =>
    bodies.map((body) => [path, body]);
  yield* all('net/route-domain', seed.routeDomains);
  yield* all('auth/partition', seed.partitions);
  yield* all(
    'sys/folder',
    seed.folders?.map((name) => ({ name })),
  );
  for (const { type, ...body } of seed.monitors ?? []) yield [monitorsOf(type).path, body];
  yield* all('ltm/node', seed.nodes);
  yield* all('ltm/pool', seed.pools);
  yield* all('ltm/virtual', seed.virtuals);
}
function putMember(draft: Draft, pool: string, body: Attributes): void {
  const placed = { partition: nameOfPath(pool).partition, ...body };
  const known = draft.get('member', nameOfBody(placed).path, pool);
  if (known) modify(draft, known, without(body, 'name', 'partition', 'address'), 'merge');
  else create(draft, members, placed, pool);
}

function pathOf({ kind }: Collection, body: Attributes): string {
  if (kind === 'partition' || kind === 'folder') return String(body['name']);
  return nameOfBody(body).path;
}

function collectionAt(path: string): Collection {
  const found = [...collections, members].find((collection) => collection.path === path);
  if (found === undefined) throw new Error(`no collection ${path}`);
  return found;
}

/** The partition Common, route domain 0, the monitors that come with the device. */
export function applyFactory(draft: Draft): void {
  for (const path of ['/', '/Common', '/Common/Drafts'])
    draft.put({
      kind: 'folder',
      name: path === '/' ? '/' : (path.split('/').at(-1) ?? ''),
      partition: path === '/' ? '/' : 'Common',
      subPath: undefined,
      path,
      attributes: { deviceGroup: 'none', trafficGroup: '/Common/traffic-group-1' },
    });
  create(draft, collectionAt('net/route-domain'), { name: '0', id: 0 });
  create(draft, collectionAt('auth/partition'), { name: 'Common' });
  for (const type of monitorTypes)
    create(draft, monitorsOf(type), {
      name: type === 'gateway-icmp' ? 'gateway_icmp' : type.replaceAll('-', '_'),
    });
}
