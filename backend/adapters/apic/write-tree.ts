/**
 * One request from changes, and what the mirror shows once it is accepted. Pure.
 *
 * The request is one tree, rooted where all of it lies: an L3Out, a tenant, or `uni`. Nodes that only lead to what is written carry
 * `modified`, so that a tenant, L3Out or EPG that is not there makes the APIC refuse (102) instead of making one. New objects
 * carry `created`, so that one that somebody made meanwhile is refused (103) instead of taken over.
 */
import type { Change } from '../../model/plan.ts';
import { itemId } from '../../model/target-object.ts';
import type { Codec, StoredItem } from './codec/codec.ts';
import { containerDn, joinDn, tenantDn, type Dn } from './dn.ts';
import { wireMo, type WireMo } from './mo.ts';
import { copyOf, relationClasses, type ObjectRecord } from './record.ts';
import { MoTable } from './mo-table.ts';

export interface WriteRequest {
  readonly path: string;
  readonly body: string;
}

type ChangeOf<Type extends Change['type']> = Extract<Change, { type: Type }>;

function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

export function byName(changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> {
  return groupBy(changes, (change) => change.key.name);
}

function itemNode(codec: Codec, change: Change): WireMo | undefined {
  const { name } = change.key;
  if (change.type === 'addItem') return codec.encodeItem(name, change.item, 'created');
  if (change.type === 'updateItem') return codec.encodeItem(name, change.item, 'modified');
  if (change.type !== 'removeItem') return undefined;
  return codec.encodeItem(name, { kind: change.itemKind, name: change.itemName }, 'deleted');
}

/** The object with its items; deleting it takes them along. */
function objectNode(codec: Codec, name: string, changes: readonly Change[]): WireMo {
  if (changes.some((change) => change.type === 'deleteObject'))
    return codec.encodeObject(name, {}, 'deleted');
  const children = changes.map((change) => itemNode(codec, change)).filter((node) => node !== undefined);
  const creation = changes.find(
    (change): change is ChangeOf<'createObject'> => change.type === 'createObject',
  );
  if (creation !== undefined) return codec.encodeObject(name, creation, 'created', children);
  const update = changes.find((change): change is ChangeOf<'updateObject'> => change.type === 'updateObject');
  return codec.encodeObject(name, update ?? {}, 'modified', children);
}

/** Nodes of external EPGs under their L3Outs, these under their tenants, and the tenants under `uni`, as far as needed. */
export function rooted(codec: Codec, nodes: ReadonlyMap<string, WireMo>): WriteRequest {
  const containers = groupBy([...nodes.keys()], (name) => codec.containerOf(name));
  const outs = [...containers].map(([container, names]) => {
    const children = names.map((name) => nodes.get(name)).filter((node) => node !== undefined);
    return { container, node: leading('l3extOut', container.split('/')[1] ?? '', children) };
  });
  const [only] = outs;
  if (outs.length === 1 && only !== undefined) return request(containerDn(only.container), only.node);
  const tenants = [...groupBy(outs, ({ container }) => container.split('/')[0] ?? '')].map(
    ([tenant, members]) => ({
      tenant,
      node: leading(
        'fvTenant',
        tenant,
        members.map(({ node }) => node),
      ),
    }),
  );
  const [first] = tenants;
  if (tenants.length === 1 && first !== undefined) return request(tenantDn(first.tenant), first.node);
  const uni = wireMo(
    'polUni',
    { dn: 'uni', status: 'modified' },
    tenants.map(({ node }) => node),
  );
  return request(joinDn('uni'), uni);
}

function leading(className: string, name: string, children: readonly WireMo[]): WireMo {
  return wireMo(className, { name, status: 'modified' }, children);
}

function request(dn: Dn, node: WireMo): WriteRequest {
  return { path: `/api/mo/${dn}.json`, body: JSON.stringify(node) };
}

export function requestOf(codec: Codec, changes: readonly Change[]): WriteRequest {
  const nodes = [...byName(changes)].map(([name, own]): [string, WireMo] => [
    name,
    objectNode(codec, name, own),
  ]);
  return rooted(codec, new Map(nodes));
}

/** The part of a request that names the way to a change, and what stands around its values. */
const frameBytes = 240;

/** Nodes that only lead to a change are not counted as objects: nothing is written to them. */
export function costOf(change: Change): { readonly objects: number; readonly bytes: number } {
  const { name } = change.key;
  if (change.type === 'removeItem')
    return { objects: 1, bytes: frameBytes + name.length + change.itemName.length };
  const attributes =
    'item' in change ? change.item.attributes : 'attributes' in change ? change.attributes : {};
  const values = Object.entries(attributes).reduce(
    (sum, [key, value]) => sum + key.length + value.length + 6,
    0,
  );
  const itemName = 'item' in change ? change.item.name.length : 0;
  return { objects: 1, bytes: frameBytes + name.length + itemName + values };
}

/** Whether what a relation names is there, which is what the APIC will find. */
export type Resolves = (kind: string, name: string) => boolean;

function apply(codec: Codec, record: ObjectRecord, change: Change, resolves: Resolves): void {
  switch (change.type) {
    case 'createObject':
    case 'updateObject':
      record.attributes = { ...record.attributes, ...change.attributes };
      record.mark = change.mark;
      return;
    case 'addItem':
    case 'updateItem': {
      const { id, kind, name, mark, address } = change.item;
      const old = record.items.get(id);
      const item: StoredItem = {
        ...old,
        id,
        kind,
        name,
        mark,
        address,
        attributes: { ...(old?.attributes ?? codec.defaults(kind)), ...change.item.attributes },
      };
      record.items.set(id, item);
      const className = codec.itemClass(kind);
      const state = resolves(kind, name) ? 'formed' : 'missing-target';
      if (className in relationClasses)
        record.relations.set({ className, dn: codec.itemDn(record.name, item), attributes: { state } });
      return;
    }
    case 'removeItem':
      record.items.delete(itemId(change.itemKind, change.itemName));
      record.relations.delete(codec.itemDn(record.name, { kind: change.itemKind, name: change.itemName }));
      return;
    case 'deleteObject':
      return;
  }
}

/** The record after the changes were accepted; undefined when the object is gone. */
export function afterWrite(
  codec: Codec,
  before: ObjectRecord | undefined,
  changes: readonly Change[],
  resolves: Resolves,
): ObjectRecord | undefined {
  if (changes.some((change) => change.type === 'deleteObject')) return undefined;
  const [first] = changes;
  if (first === undefined) return before;
  const record = before === undefined ? newRecord(codec, first.key.name) : copyOf(before);
  for (const change of changes) apply(codec, record, change, resolves);
  return record;
}

function newRecord(codec: Codec, name: string): ObjectRecord {
  return {
    name,
    mark: undefined,
    attributes: codec.defaults(),
    items: new Map(),
    relations: new MoTable(relationClasses),
  };
}
