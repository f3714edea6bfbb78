/** Changes to write, as the plan would make them. */
import { shortId } from '../../../model/digest.ts';
import type { InstanceId, MappingName, SystemName, TargetKey } from '../../../model/identity.ts';
import { parseAddress } from '../../../model/ip.ts';
import { formatMark, type OwnershipMark } from '../../../model/ownership-mark.ts';
import type { AtomId, Change } from '../../../model/plan.ts';
import { itemId, type Attributes, type DesiredItem } from '../../../model/target-object.ts';

export const instance = '7f3a' as InstanceId;
export const mapping = 'shop' as MappingName;
export const mark: OwnershipMark = { instance, mapping: shortId('shop'), source: shortId('prod-a') };
export const systemName = 'f5-a' as SystemName;

export function key(name: string): TargetKey {
  return { system: systemName, kind: 'pool', name };
}

/** As it stands in the metadata of what is ours. */
export function marked(of: OwnershipMark = mark): {
  metadata: { name: string; value: string; persist: string }[];
} {
  return { metadata: [{ name: 'aci-kube-sync', value: formatMark(of), persist: 'true' }] };
}

function base(name: string) {
  return { key: key(name), mapping, verdict: { apply: true } as const, atom: name as AtomId };
}

/** `10.0.0.1:8080`, `[fd00::1]:8080` */
export function member(name: string, attributes: Attributes = {}): DesiredItem {
  const address = parseAddress(name.replace(/:\d+$/, '').replaceAll(/[[\]]/g, ''));
  if (address === undefined) throw new TypeError(`${name} is no member`);
  return {
    id: itemId('member', name),
    kind: 'member',
    name,
    attributes: { state: 'enabled', weight: '1', ...attributes },
    mark,
    address,
    reasons: [],
    leaving: false,
  };
}

export function create(name: string, attributes: Attributes = {}): Change {
  return { ...base(name), type: 'createObject', attributes, mark };
}

export function modify(name: string, attributes: Attributes, as = mark): Change {
  return { ...base(name), type: 'updateObject', attributes, before: {}, mark: as };
}

export function erase(name: string): Change {
  return { ...base(name), type: 'deleteObject', mark };
}

export function add(name: string, item: DesiredItem): Change {
  return { ...base(name), type: 'addItem', item };
}

export function update(name: string, item: DesiredItem): Change {
  return { ...base(name), type: 'updateItem', item, before: {} };
}

export function remove(name: string, item: DesiredItem, cut = false): Change {
  return {
    ...base(name),
    type: 'removeItem',
    item: item.id,
    itemKind: item.kind,
    itemName: item.name,
    mark,
    address: item.address,
    explanation: 'deleted',
    cut,
  };
}
