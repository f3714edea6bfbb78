/** Pools, members and nodes as they are kept: decoded from what was read, compared with what was read before. */
import type { OwnershipMark } from '../../model/ownership-mark.ts';
import { itemId, type ActualItem, type Attributes, type ItemId } from '../../model/target-object.ts';
import { numberOf, textOf, type Json } from './json.ts';
import { hasMadeNode, markOf, metadataOf, sameMark } from './marks.ts';
import { itemName, monitorRule, parseRouted, partitionOf, routedText, splitMember } from './names.ts';

export interface MemberItem extends ActualItem {
  /** On the device: the partition may be that of a shared node. */
  readonly path: string;
  readonly madeNode: boolean;
}

export interface PoolRecord {
  /** As keys have it. */
  readonly name: string;
  readonly mark: OwnershipMark | undefined;
  readonly attributes: Attributes;
  readonly items: ReadonlyMap<ItemId, MemberItem>;
}

/** What a list of pools tells of each. */
export type PoolHead = Omit<PoolRecord, 'items'>;

export interface NodeRecord {
  readonly path: string;
  readonly name: string;
  readonly partition: string;
  readonly inFolder: boolean;
  /** With its route domain; undefined: a node that is resolved by name. */
  readonly address: string | undefined;
  /** As a node is that came to be with a member; a person who set something on it means to keep it. */
  readonly plain: boolean;
}

/** The default route domain of a partition. */
export type RouteDomainOf = (partition: string) => number;

export const poolFields = 'name,partition,subPath,fullPath,metadata,monitor,loadBalancingMode';
export const memberFields =
  'name,partition,subPath,fullPath,address,session,state,ratio,priorityGroup,connectionLimit,ephemeral,fqdn,metadata';
export const nodeFields =
  'name,partition,subPath,fullPath,address,metadata,description,monitor,session,state';

export function poolHeadOf(item: Json): PoolHead {
  return {
    name: textOf(item['fullPath']).slice(1),
    mark: markOf(metadataOf(item['metadata'])),
    attributes: {
      monitor: monitorRule(textOf(item['monitor'])),
      loadBalancingMode: textOf(item['loadBalancingMode']),
    },
  };
}

/** What is written for it stands beside what is read: a monitored member says so, and any state but user-down means up. */
function stateOf(item: Json): string {
  if (item['state'] === 'user-down') return 'offline';
  return item['session'] === 'user-disabled' ? 'drain' : 'enabled';
}

export const stateBodies: Readonly<Record<string, { readonly session: string; readonly state: string }>> = {
  enabled: { session: 'user-enabled', state: 'user-up' },
  drain: { session: 'user-disabled', state: 'user-up' },
  offline: { session: 'user-disabled', state: 'user-down' },
};

/** Members that the device makes by itself, from a name, are never ours. */
function isEphemeral(item: Json): boolean {
  const fqdn = item['fqdn'];
  const named = typeof fqdn === 'object' && fqdn !== null && 'tmName' in fqdn;
  return item['ephemeral'] === 'true' || named;
}

/** Some versions answer for a member that is not there, without an address. */
export function isMember(item: Json): boolean {
  return textOf(item['address']) !== '' || isEphemeral(item);
}

export function memberOf(item: Json, routeDomainOf: RouteDomainOf): MemberItem {
  const path = textOf(item['fullPath']);
  const metadata = metadataOf(item['metadata']);
  const routed = isEphemeral(item)
    ? undefined
    : parseRouted(textOf(item['address']), routeDomainOf(partitionOf(path)));
  const name = routed === undefined ? path : itemName(routed.address, splitMember(path).port);
  return {
    id: itemId('member', name),
    kind: 'member',
    name,
    attributes: {
      state: stateOf(item),
      weight: String(numberOf(item['ratio']) ?? 1),
      priorityGroup: String(numberOf(item['priorityGroup']) ?? 0),
      connectionLimit: String(numberOf(item['connectionLimit']) ?? 0),
    },
    mark: routed === undefined ? undefined : markOf(metadata),
    address: routed?.address,
    path,
    madeNode: hasMadeNode(metadata),
  };
}

/** Those of another route domain than the pool's own share addresses with ours, and stand under their path. */
export function itemsOf(
  pool: string,
  items: readonly Json[],
  routeDomainOf: RouteDomainOf,
): ReadonlyMap<ItemId, MemberItem> {
  const found = new Map<ItemId, MemberItem>();
  const own = routeDomainOf(partitionOf(pool));
  for (const item of items) {
    const member = memberOf(item, routeDomainOf);
    const domain = parseRouted(textOf(item['address']), routeDomainOf(partitionOf(member.path)))?.routeDomain;
    const isElsewhere = member.address !== undefined && domain !== own;
    const id = isElsewhere || found.has(member.id) ? itemId('member', member.path) : member.id;
    found.set(id, id === member.id ? member : { ...member, id, name: member.path, mark: undefined });
  }
  return found;
}

export function nodeOf(item: Json, routeDomainOf: RouteDomainOf): NodeRecord {
  const path = textOf(item['fullPath']);
  const name = textOf(item['name']);
  const partition = partitionOf(path);
  const routed = parseRouted(textOf(item['address']), routeDomainOf(partition));
  const named = parseRouted(name, routeDomainOf(partition));
  const isUntouched =
    textOf(item['description']) === '' &&
    metadataOf(item['metadata']).length === 0 &&
    ['', 'default'].includes(textOf(item['monitor']).trim()) &&
    item['session'] !== 'user-disabled' &&
    item['state'] !== 'user-down';
  return {
    path,
    name,
    partition,
    inFolder: textOf(item['subPath']) !== '',
    address: routed === undefined ? undefined : routedText(routed),
    plain: isUntouched && named !== undefined && named.address === routed?.address,
  };
}

function sameAttributes(one: Attributes, other: Attributes): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

function sameItem(one: MemberItem, other: MemberItem | undefined): boolean {
  return (
    other !== undefined &&
    one.path === other.path &&
    one.madeNode === other.madeNode &&
    one.connections === other.connections &&
    sameMark(one.mark, other.mark) &&
    sameAttributes(one.attributes, other.attributes)
  );
}

export function sameRecord(one: PoolRecord | undefined, other: PoolRecord | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.items.size !== other.items.size) return false;
  if (!sameMark(one.mark, other.mark) || !sameAttributes(one.attributes, other.attributes)) return false;
  return one.items.values().every((item) => sameItem(item, other.items.get(item.id)));
}

/** A mark of ours on it, or on a member. */
export function carriesMark(record: PoolRecord): boolean {
  return record.mark !== undefined || record.items.values().some(({ mark }) => mark !== undefined);
}

export function isDraining(record: PoolRecord): boolean {
  return record.items.values().some(({ mark, attributes }) => mark !== undefined && isOff(attributes));
}

/** It gets no new connections: what is left of them is worth counting. */
export function isOff(attributes: Attributes): boolean {
  return attributes['state'] !== 'enabled';
}
