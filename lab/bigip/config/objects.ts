/**
 * Creates, changes and removes objects by the rules of mcpd. Everything happens within a draft: what throws has
 * changed nothing.
 */
import { errors } from '../errors.ts';
import { formatAddress, routed } from './address.ts';
import { attributesToCreate, attributesToMerge, attributesToReplace, without } from './attributes.ts';
import { folders, members, nodes, partitions, pools, routeDomains, type Collection } from './kinds.ts';
import { requireMonitors } from './references.ts';
import { nameOfBody, nameOfPath, splitMember, type ObjectName } from './names.ts';
import type { Attributes, ConfigObject, Draft } from './store.ts';

export function create(draft: Draft, collection: Collection, body: Attributes, pool?: string): ConfigObject {
  switch (collection.kind) {
    case 'member':
      return createMember(draft, requirePool(draft, pool), body);
    case 'pool':
      return createPool(draft, body);
    case 'node':
      return createNode(draft, nameOfBody(body), body);
    case 'partition':
      return createPartition(draft, body);
    case 'folder':
      return createFolder(draft, folderName(body));
    default:
      return createPlain(draft, collection, body);
  }
}

export function modify(
  draft: Draft,
  object: ConfigObject,
  body: Attributes,
  how: 'merge' | 'replace',
): ConfigObject {
  const { members: list, ...own } = object.kind === 'pool' ? body : { ...body, members: undefined };
  const written = Object.keys(own).length > 0 || how === 'replace' ? change(draft, object, own, how) : object;
  if (list !== undefined || (how === 'replace' && object.kind === 'pool'))
    replaceMembers(draft, object, list);
  return written;
}

function change(
  draft: Draft,
  object: ConfigObject,
  body: Attributes,
  how: 'merge' | 'replace',
): ConfigObject {
  const rules = rulesOf(object.kind);
  const attributes =
    rules === undefined
      ? { ...(how === 'merge' && object.attributes), ...body }
      : (how === 'merge' ? attributesToMerge : attributesToReplace)(rules, object.attributes, body);
  requireMonitors(draft, attributes);
  return draft.put({ ...object, attributes });
}

function rulesOf(kind: string): Collection['rules'] {
  return [pools, members, nodes].find((collection) => collection.kind === kind)?.rules;
}

function requirePool(draft: Draft, path: string | undefined): ConfigObject {
  const pool = draft.get('pool', path ?? '');
  if (pool === undefined) throw errors.notFound('Pool', path ?? '');
  return pool;
}

function createPool(draft: Draft, body: Attributes): ConfigObject {
  const name = nameOfBody(body);
  refuseTwice(draft, pools, name);
  requireFolder(draft, name);
  const { members: list, ...own } = body;
  const attributes = attributesToCreate(pools.rules ?? {}, own);
  requireMonitors(draft, attributes);
  const pool = draft.put({ kind: 'pool', ...name, attributes });
  if (list !== undefined) replaceMembers(draft, pool, list);
  return pool;
}

/** A list of members replaces all that are there; a member that stays keeps what the list does not say. */
function replaceMembers(draft: Draft, pool: ConfigObject, list: unknown): void {
  const wanted = readMembers(pool, list ?? []);
  const paths = new Set(wanted.map((body) => nameOfBody(body).path));
  for (const member of [...draft.all('member', pool.path)]) {
    if (!paths.has(member.path)) draft.remove(member);
  }
  for (const body of wanted) {
    const member = draft.get('member', nameOfBody(body).path, pool.path);
    const changeable = without(body, 'address', 'fqdn');
    if (member === undefined) createMember(draft, pool, body);
    else if (Object.keys(changeable).length > 2) change(draft, member, changeable, 'merge');
  }
}

function readMembers(pool: ConfigObject, list: unknown): Attributes[] {
  if (!Array.isArray(list)) throw errors.badValue('members', list);
  return list.map((entry: unknown) => {
    const body = typeof entry === 'string' ? { name: entry } : (entry as Attributes);
    return { partition: pool.partition, ...body };
  });
}

function createMember(draft: Draft, pool: ConfigObject, body: Attributes): ConfigObject {
  const name = nameOfBody({ partition: pool.partition, ...body });
  const { node: nodeName } = splitMember(name.name);
  const label = memberLabel(pool.path, name);
  if (draft.get('member', name.path, pool.path)) throw errors.exists('Pool Member', label, name.partition);
  const node = nodeFor(draft, nameOfPath(name.path.slice(0, -name.name.length) + nodeName), body);
  const attributes = attributesToCreate(members.rules ?? {}, body);
  requireMonitors(draft, attributes);
  return draft.put({
    kind: 'member',
    ...name,
    pool: pool.path,
    attributes: { ...attributes, address: node.attributes['address'], ephemeral: 'false' },
  });
}

/** `/Common/p /Common/10.0.0.1 80`, as mcpd names a member. */
export function memberLabel(pool: string, member: ObjectName): string {
  const { node, port } = splitMember(member.name);
  return `${pool} ${member.path.slice(0, -member.name.length)}${node} ${port}`;
}

/** The node of that name; made when there is none. */
function nodeFor(draft: Draft, name: ObjectName, member: Attributes): ConfigObject {
  const known = draft.get('node', name.path);
  if (known) return known;
  const { address, fqdn } = member;
  const isNamed = fqdn !== undefined && (fqdn as Attributes)['tmName'] !== undefined;
  return createNode(draft, name, isNamed ? { fqdn, address: 'any6' } : { address: address ?? name.name });
}

function createNode(draft: Draft, name: ObjectName, body: Attributes): ConfigObject {
  refuseTwice(draft, nodes, name);
  if (!draft.get('folder', folderOf(name))) throw errors.noFolderFor('Node', name.path);
  const attributes = attributesToCreate(nodes.rules ?? {}, body);
  requireMonitors(draft, attributes);
  const address = attributes['address'];
  if (typeof address !== 'string') throw errors.missing('address');
  if (address === 'any6')
    return draft.put({ kind: 'node', ...name, attributes: { ...attributes, ephemeral: 'false' } });
  const canonical = uniqueAddress(draft, name, address);
  return draft.put({
    kind: 'node',
    ...name,
    attributes: { ...attributes, address: canonical, ephemeral: 'false' },
  });
}

/** An address belongs to one node of its route domain, whatever the partition. */
function uniqueAddress(draft: Draft, name: ObjectName, address: string): string {
  const place = routed(address, defaultRouteDomain(draft, name.partition));
  requireRouteDomain(draft, place.routeDomain);
  const canonical = formatAddress(place);
  if (draft.all('node').some(({ attributes }) => attributes['address'] === canonical))
    throw errors.addressTaken(canonical);
  return canonical;
}

function requireRouteDomain(draft: Draft, id: number): void {
  const isThere = draft.all('route-domain').some(({ attributes }) => attributes['id'] === id);
  if (!isThere) throw errors.noRouteDomain(id);
}

function defaultRouteDomain(draft: Pick<Draft, 'get'>, partition: string): number {
  return Number(draft.get('partition', partition)?.attributes['defaultRouteDomain'] ?? 0);
}

function createPartition(draft: Draft, body: Attributes): ConfigObject {
  const { name, defaultRouteDomain: id = 0, ...rest } = without(body, 'kind');
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) throw errors.badValue('name', name);
  if (draft.get('partition', name)) throw errors.exists('folder', `/${name}`, name);
  requireRouteDomain(draft, Number(id));
  if (!draft.get('folder', `/${name}`))
    draft.put({
      kind: 'folder',
      name,
      partition: name,
      subPath: undefined,
      path: `/${name}`,
      attributes: folderAttributes,
    });
  return draft.put({
    kind: partitions.kind,
    name,
    partition: name,
    subPath: undefined,
    path: name,
    attributes: { defaultRouteDomain: Number(id), ...rest },
  });
}

const folderAttributes = {
  deviceGroup: 'none',
  hidden: 'false',
  inheritedDevicegroup: 'true',
  inheritedTrafficGroup: 'true',
  noRefCheck: 'false',
  trafficGroup: '/Common/traffic-group-1',
};

function folderName(body: Attributes): ObjectName {
  const { name, partition } = body;
  if (typeof name !== 'string') throw errors.missing('name');
  return typeof partition === 'string' || !name.startsWith('/') ? nameOfBody(body) : folderAt(name);
}

/** `/k8s` is the folder of the partition itself. */
export function folderAt(path: string): ObjectName {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length > 1) return nameOfPath(path);
  return {
    partition: parts[0] ?? '/',
    subPath: undefined,
    name: parts[0] ?? '/',
    path: `/${parts.join('/')}`,
  };
}

function createFolder(draft: Draft, name: ObjectName): ConfigObject {
  refuseTwice(draft, folders, name);
  requireFolder(draft, name);
  return draft.put({ kind: 'folder', ...name, attributes: folderAttributes });
}

function createPlain(draft: Draft, collection: Collection, body: Attributes): ConfigObject {
  const rest = without(body, 'name', 'partition', 'subPath');
  const name = nameOfBody(body);
  refuseTwice(draft, collection, name);
  requireFolder(draft, name);
  const attributes =
    collection.kind === 'monitor'
      ? { interval: 5, timeout: 16, ...rest, type: collection.path.split('/').at(-1) }
      : collection.kind === routeDomains.kind
        ? { strict: 'enabled', ...rest, id: Number(rest['id'] ?? name.name) }
        : rest;
  return draft.put({ kind: collection.kind, ...name, attributes });
}

function folderOf(name: ObjectName): string {
  return name.path.slice(0, name.path.lastIndexOf('/')) || '/';
}

function requireFolder(draft: Draft, name: ObjectName): void {
  const folder = folderOf(name);
  if (!draft.get('folder', folder)) throw errors.notFound('folder', folder);
}

function refuseTwice(draft: Draft, { kind, label }: Collection, name: ObjectName): void {
  if (draft.get(kind, name.path)) throw errors.exists(label, name.path, name.partition);
}
