/**
 * Pools of load balancers: one member for each address and port.
 */
import type { PoolTarget } from '../../model/mapping.ts';
import { familyOf, parseAddress, type IpAddress } from '../../model/ip.ts';
import { itemId, type Attributes, type ExposedAddress } from '../../model/target-object.ts';
import { trafficRulesOf } from '../../model/traffic.ts';
import { nameIn, weightOf, type AddressOf, type RulesOf } from './target-rules.ts';

/** What a BIG-IP takes; HAProxy takes more. */
const mostWeight = 100;

export const poolRules: RulesOf<'pool'> = (target) => ({
  keyName: (name) => (target.partition === '' ? name : `${target.partition}/${name}`),
  wants: (kind) => kind === 'pod' || kind === 'node' || kind === 'learned',
  idOf: ({ address, port }) => itemId('member', memberName(address, port ?? 0)),
  itemOf: (id, reasons) => ({
    id,
    kind: 'member',
    name: id.slice('member:'.length),
    attributes: member(target, reasons),
  }),
  fixed: [],
  attributes: {
    ...(target.monitor !== undefined && { monitor: target.monitor }),
    ...(target.loadBalancingMode !== undefined && { loadBalancingMode: target.loadBalancingMode }),
  },
  createEmpty: true,
  traffic: trafficRulesOf(target),
  exclusive: false,
  allowIsolated: true,
});

/** Which address a member has, beside its port. */
export const memberAddress: AddressOf = (item) => {
  const name = nameIn(item, 'member') ?? '';
  return parseAddress(name.slice(0, name.lastIndexOf(':')).replace(/^\[|\]$/g, ''));
};

function member(target: PoolTarget, reasons: readonly ExposedAddress[]): Attributes {
  const { priorityGroup, connectionLimit, weights } = target;
  return {
    state: 'enabled',
    ...(weights && { weight: weightOf(reasons, mostWeight) }),
    ...(priorityGroup !== undefined && { priorityGroup: String(priorityGroup) }),
    ...(connectionLimit !== undefined && { connectionLimit: String(connectionLimit) }),
  };
}

function memberName(address: IpAddress, port: number): string {
  return familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
