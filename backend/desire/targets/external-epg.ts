/**
 * External EPGs: one host subnet for each address, and the contracts that the mapping names.
 */
import { hostAddress, hostPrefix, parsePrefix } from '../../model/ip.ts';
import { itemId } from '../../model/target-object.ts';
import { nameIn, type AddressOf, type ItemContent, type RulesOf } from './target-rules.ts';

export const externalEpgRules: RulesOf<'externalEpg'> = (target) => {
  const { tenant, l3out, contracts, allowIsolated } = target;
  const kinds = new Set(target.addresses);
  const attributes = { scope: target.scope.toSorted().join(',') };
  const masters = contracts.master === undefined ? [] : [contracts.master];
  return {
    keyName: (name) => `${tenant}/${l3out}/${name}`,
    wants: (kind) => kinds.has(kind),
    idOf: ({ address }) => itemId('subnet', hostPrefix(address)),
    itemOf: (id) => ({ id, kind: 'subnet', name: id.slice('subnet:'.length), attributes }),
    fixed: [
      ...contracts.provide.map(relation('provides')),
      ...contracts.consume.map(relation('consumes')),
      ...masters.map(relation('inherits')),
    ],
    attributes: {},
    createEmpty: true,
    traffic: undefined,
    exclusive: true,
    allowIsolated,
  };
};

/** Which address a subnet is for. */
export const subnetAddress: AddressOf = (item) => {
  const prefix = parsePrefix(nameIn(item, 'subnet') ?? '');
  return prefix === undefined ? undefined : hostAddress(prefix);
};

function relation(kind: string): (name: string) => ItemContent {
  return (name) => ({ id: itemId(kind, name), kind, name, attributes: {} });
}
