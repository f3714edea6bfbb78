/**
 * What the small world of reporting has that carries traffic: redirect policies and pools, and how their items come and go.
 */
import type { MappingName, SystemName, TargetKey } from '../../backend/model/identity.ts';
import type { IpAddress } from '../../backend/model/ip.ts';
import type { PoolTarget, RedirectPolicyTarget } from '../../backend/model/mapping.ts';
import type { AtomId, Change, HoldReason } from '../../backend/model/plan.ts';
import { itemId } from '../../backend/model/target-object.ts';
import type { ActualItem, Attributes, DesiredItem } from '../../backend/model/target-object.ts';
import { dc1, desiredItem, f5, lb1, verdict } from './report-world.ts';

export function policy(name: string): TargetKey {
  return { system: dc1, kind: 'redirectPolicy', name: `k8s/${name}` };
}

/** On the BIG-IP with a partition, on HAProxy without. */
export function pool(name: string): TargetKey {
  return { system: name.includes('/') ? f5 : lb1, kind: 'pool', name };
}

const traffic = {
  create: true,
  destinations: 'pod',
  readiness: 'ready',
  minHealthy: { share: 0.5 },
  drain: { forMs: 30_000, then: 'leave' },
  weights: true,
  whenEmpty: 'keep',
  emptyForMs: 600_000,
} as const;

export const policyTarget: RedirectPolicyTarget = {
  ...traffic,
  kind: 'redirectPolicy',
  system: dc1,
  tenant: 'k8s',
  name: '{service}',
  families: ['ipv4'],
  ipSla: 'tcp80',
  hashing: 'sip-dip-prototype',
  resilientHash: true,
  threshold: undefined,
  thresholdDownAction: 'permit',
  macs: new Map(),
};

export function poolTarget(system: SystemName): PoolTarget {
  return {
    ...traffic,
    kind: 'pool',
    system,
    name: '{service}',
    families: ['ipv4', 'ipv6'],
    partition: system === f5 ? 'Common' : '',
    port: { number: 8080 },
    monitor: undefined,
    loadBalancingMode: undefined,
    priorityGroup: undefined,
    connectionLimit: undefined,
  };
}

/** A pod behind a pool or a redirect policy. */
export function backend(
  key: TargetKey,
  of: string,
  at: IpAddress,
  over: Partial<DesiredItem> = {},
): DesiredItem {
  const kind = key.kind === 'pool' ? 'member' : 'destination';
  const name = key.kind === 'pool' ? `${at}:8080` : at;
  const attributes: Attributes =
    key.kind === 'pool'
      ? { state: 'enabled', weight: '1' }
      : { weight: '1', mac: '00:50:56:AA:00:01', healthGroup: at.replaceAll('.', '_') };
  return { ...desiredItem(of, at), id: itemId(kind, name), kind, name, attributes, ...over };
}

/** An item as the system has it. */
export function there(item: DesiredItem, over: Partial<ActualItem> = {}): ActualItem {
  const { id, kind, name, attributes, address: at, mark: ours } = item;
  return { id, kind, name, attributes, address: at, mark: ours, ...over };
}

/** It is taken out of service, as the first step of a removal. */
export function drain(
  key: TargetKey,
  of: string,
  item: DesiredItem,
): Extract<Change, { type: 'updateItem' }> {
  return {
    type: 'updateItem',
    key,
    mapping: of as MappingName,
    verdict: verdict(),
    atom: `${key.name} ${item.name}` as AtomId,
    item: { ...item, attributes: { state: 'drain' }, reasons: [], leaving: true },
    before: { state: 'enabled' },
  };
}

/** Any change, with another verdict. */
export function held(change: Change, hold: HoldReason, detail = ''): Change {
  return { ...change, verdict: verdict(hold, detail) };
}

export function removeBackend(
  key: TargetKey,
  item: DesiredItem,
  of: string,
  parts: Partial<Extract<Change, { type: 'removeItem' }>> = {},
): Change {
  return {
    type: 'removeItem',
    key,
    mapping: of as MappingName,
    verdict: verdict(),
    atom: `${key.name} ${item.name}` as AtomId,
    item: item.id,
    itemKind: item.kind,
    itemName: item.name,
    mark: item.mark,
    address: item.address,
    explanation: 'deleted',
    cut: false,
    ...parts,
  };
}
