/** What a request is about: the resource, the object and the verb behind a path and a method. */
import { kinds, type KindRow } from './kinds.ts';

export interface Target {
  readonly kind: KindRow;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

function groupOf(parts: readonly string[]): { group: string; version: string; rest: string[] } | undefined {
  const [root, first = '', second = '', ...rest] = parts;
  if (root === 'api') return { group: '', version: first, rest: parts.slice(2) };
  if (root === 'apis') return { group: first, version: second, rest };
  return undefined;
}

function namespacedPart(rest: readonly string[]): { namespace: string | undefined; rest: readonly string[] } {
  const [first, namespace, resource] = rest;
  const inside =
    first === 'namespaces' && resource !== undefined && !['status', 'finalize'].includes(resource);
  return inside ? { namespace, rest: rest.slice(2) } : { namespace: undefined, rest };
}

export type Routed = Target | 'unknown group' | 'unknown resource' | undefined;

/** Undefined for paths that are not of resources at all. */
export function route(pathname: string): Routed {
  const parts = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const found = groupOf(parts);
  if (found === undefined || found.rest.length === 0) return undefined;
  const { group, version } = found;
  const { namespace, rest } = namespacedPart(found.rest);
  const [resource, name, subresource] = rest;
  const ofGroup = kinds.filter((kind) => kind.group === group && kind.version === version);
  if (ofGroup.length === 0) return 'unknown group';
  const kind = ofGroup.find((row) => row.resource === resource);
  if (kind === undefined || (namespace !== undefined && !kind.namespaced)) return 'unknown resource';
  if (subresource !== undefined && !kind.subresources.includes(subresource)) return 'unknown resource';
  return { kind, namespace, name, subresource };
}

export function verbOf(method: string, named: boolean, watching: boolean): string | undefined {
  if (method === 'GET' || method === 'HEAD') return watching ? 'watch' : named ? 'get' : 'list';
  if (method === 'DELETE') return named ? 'delete' : 'deletecollection';
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method];
}
