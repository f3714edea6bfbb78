/** Collections and objects of the configuration under /mgmt/tm: reads, writes, statistics. */
import { members, pools } from '../config/kinds.ts';
import type { ConfigObject, Store } from '../config/store.ts';
import type { Faults } from '../faults.ts';
import { mayRead, type User } from '../session/users.ts';
import { errors } from '../errors.ts';
import type { Outage } from '../system/outage.ts';
import { filtered, paged, selected } from './queries.ts';
import type { Json, Renderer } from './render.ts';
import { json, nothing, type Reply } from './reply.ts';
import type { BigipRequest } from './request.ts';
import { resourceOf, type Resource } from './resources.ts';
import type { MemberStats } from './member-stats.ts';
import { absent, find, isWrite, write } from './writes.ts';

export interface ConfigParts {
  readonly store: Store;
  readonly faults: Faults;
  readonly outage: Outage;
  readonly renderer: Renderer;
  readonly memberStats: MemberStats;
  /** Whether a list of nothing has no `items` at all. */
  readonly leaveOutEmptyItems: boolean;
}

export class ConfigApi {
  readonly #parts: ConfigParts;

  constructor(parts: ConfigParts) {
    this.#parts = parts;
  }

  /** Undefined: no such URI. */
  answer(request: BigipRequest, user: User): Reply | undefined {
    const resource = resourceOf(request.segments.slice(2));
    if (resource === undefined) return undefined;
    this.#lie(request, resource);
    if (isWrite(request)) return this.#write(request, user);
    if (request.method !== 'GET') throw errors.unsupported(`/${resource.collection.path}`);
    if (resource.isStats) return json(this.#stats(resource));
    return json(
      resource.path === undefined ? this.#list(request, resource, user) : this.#one(request, resource),
    );
  }

  #write(request: BigipRequest, user: User): Reply {
    const { store, renderer } = this.#parts;
    const { collection, object } = store.commit(user.name, (draft) => write(draft, request, user));
    return object ? json(renderer.object(collection, object)) : nothing;
  }

  /** Says that something is not there although it is. */
  #lie(request: BigipRequest, { collection, path, pool }: Resource): void {
    const { faults, outage, store } = this.#parts;
    const named = path ?? pool;
    const isThere =
      path === undefined ? store.get('pool', pool ?? '') : store.get(collection.kind, path, pool);
    if (named === undefined || isThere === undefined) return;
    const kind = request.method === 'GET' ? ('read' as const) : ('write' as const);
    if (!outage.has('falseAbsent') && !faults.take('falseAbsent', { kind, url: request.url })) return;
    throw path === undefined ? errors.notFound(pools.label, named) : absent(collection, path, pool);
  }

  #one(request: BigipRequest, resource: Resource): Json {
    const { store, faults } = this.#parts;
    const { collection, path = '', pool } = resource;
    const isAbsentMember = collection === members && store.get('member', path, pool) === undefined;
    if (isAbsentMember && faults.take('hollowMember', { kind: 'read', url: request.url }))
      return { kind: `${members.restKind}state`, name: path.split('/').at(-1), fullPath: path };
    const object = find(store, { ...resource, path });
    return selected(this.#expanded(request, resource, object), request.query);
  }

  #list(request: BigipRequest, { collection, pool }: Resource, user: User): Json {
    const { store, faults, renderer, leaveOutEmptyItems } = this.#parts;
    if (pool !== undefined) find(store, { collection: pools, path: pool });
    const type = collection.kind === 'monitor' ? collection.path.split('/').at(-1) : undefined;
    const all = [...store.all(collection.kind, pool)].filter(
      (object) =>
        mayRead(user, object.partition) && (type === undefined || object.attributes['type'] === type),
    );
    const link = renderer.link(renderer.collectionPath(collection, pool));
    const page = paged(filtered(all, request.query), request.query, link);
    const isLie =
      page.objects.length > 0 && faults.take('emptyCollection', { kind: 'read', url: request.url });
    const objects = isLie ? [] : page.objects;
    const items = objects.map((object) =>
      selected(this.#expanded(request, { collection, isStats: false }, object), request.query),
    );
    return {
      kind: `${collection.restKind.replace(/:[^:]+$/, '')}:${collection.restKind.split(':').at(-1) ?? ''}collectionstate`,
      selfLink: link,
      ...page.about,
      ...((items.length > 0 || !leaveOutEmptyItems) && { items }),
    };
  }

  #expanded(request: BigipRequest, { collection }: Resource, object: ConfigObject): Json {
    const { renderer, store } = this.#parts;
    const item = renderer.object(collection, object);
    if (collection !== pools || request.query.get('expandSubcollections') !== 'true') return item;
    const items = [...store.all(members.kind, object.path)].map((member) => renderer.object(members, member));
    return {
      ...item,
      membersReference: { ...(item['membersReference'] as Json), ...(items.length > 0 && { items }) },
    };
  }

  #stats(resource: Resource): Json {
    const { store, memberStats } = this.#parts;
    const { collection, pool, path } = resource;
    if (collection.kind === 'pool' && path !== undefined)
      return memberStats.ofPool(find(store, { collection, path }));
    if (collection.kind === 'member' && pool !== undefined) {
      const owner = find(store, { collection: pools, path: pool });
      return path === undefined
        ? memberStats.ofMembers(owner)
        : memberStats.ofMember(find(store, { collection, path, pool }));
    }
    if (collection.kind === 'node' && path !== undefined)
      return memberStats.ofNode(find(store, { collection, path }));
    throw errors.unsupported(`/${collection.path}/stats`);
  }
}
