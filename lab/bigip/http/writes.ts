/** Requests that change the configuration, alone or as commands of a transaction. */
import { create, memberLabel, modify } from '../config/objects.ts';
import { remove } from '../config/references.ts';
import type { Collection } from '../config/kinds.ts';
import { nameOfBody } from '../config/names.ts';
import type { Attributes, ConfigObject, Draft, Store } from '../config/store.ts';
import { errors } from '../errors.ts';
import { mayWrite, type User } from '../session/users.ts';
import { bodyOf, type BigipRequest } from './request.ts';
import { resourceOf, type Resource } from './resources.ts';

export interface Written {
  readonly collection: Collection;
  /** Absent: removed. */
  readonly object?: ConfigObject;
}

const methods = ['POST', 'PATCH', 'PUT', 'DELETE'];

export function isWrite({ method, segments }: BigipRequest): boolean {
  return methods.includes(method) && resourceOf(segments.slice(2)) !== undefined;
}

export function write(draft: Draft, request: BigipRequest, user: User): Written {
  const resource = resourceOf(request.segments.slice(2));
  if (resource === undefined || resource.isStats) throw errors.notPublic(request.path);
  const { collection } = resource;
  if (resource.path === undefined) return { collection, object: created(draft, resource, { request, user }) };
  const object = find(draft, { ...resource, path: resource.path });
  if (request.method === 'DELETE') {
    allow(user, object, undefined);
    remove(draft, object);
    return { collection };
  }
  const body = bodyOf(request);
  if (request.method === 'POST') throw errors.unsupported(`/${collection.path}`);
  if (request.method === 'PATCH' && Object.keys(body).length === 0) throw errors.nothingToModify();
  allow(user, object, Object.keys(body));
  return { collection, object: modify(draft, object, body, request.method === 'PUT' ? 'replace' : 'merge') };
}

function created(
  draft: Draft,
  { collection, pool }: Resource,
  { request, user }: { request: BigipRequest; user: User },
): ConfigObject {
  if (request.method !== 'POST') throw errors.unsupported(`/${collection.path}`);
  const body = bodyOf(request);
  if (collection.kind !== 'partition' && collection.kind !== 'folder')
    allow(user, nameOfBody(placed(draft, body, pool)), undefined);
  return create(draft, collection, body, pool);
}

function placed(draft: Draft, body: Attributes, pool: string | undefined): Attributes {
  return { partition: draft.get('pool', pool ?? '')?.partition ?? 'Common', ...body };
}

function allow(user: User, { partition }: { partition: string }, attributes: string[] | undefined): void {
  if (!mayWrite(user, partition, attributes)) throw errors.denied(user.name, partition);
}

/** The object, or the error that it is not there. */
export function find(
  store: Pick<Store, 'get'>,
  { collection, path, pool }: Pick<Resource, 'collection' | 'pool'> & { path: string },
): ConfigObject {
  if (pool !== undefined && store.get('pool', pool) === undefined) throw errors.notFound('Pool', pool);
  const object = store.get(collection.kind, path, pool);
  if (object === undefined) throw absent(collection, path, pool);
  return object;
}

export function absent(collection: Collection, path: string, pool: string | undefined): Error {
  if (pool === undefined) return errors.notFound(collection.label, path);
  const name = nameOfBody({ name: path });
  return errors.notFound(collection.label, memberLabel(pool, name));
}
