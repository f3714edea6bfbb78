/**
 * Pools for tests of the plan: members as they are wanted and as they are, in the words of `plan.fixture.ts`.
 */
import type { TargetKey } from '../model/identity.ts';
import { keyText } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import type { Mapping, PoolTarget } from '../model/mapping.ts';
import { itemId } from '../model/target-object.ts';
import type {
  ActualItem,
  ActualObject,
  Attributes,
  DesiredItem,
  DesiredObject,
  ExposedAddress,
  ItemId,
  TrafficRules,
} from '../model/target-object.ts';
import {
  have,
  mapping,
  mark,
  system,
  want,
  wantedAddress,
  type Presence,
  type Wish,
} from './plan.fixture.ts';

export const pool: TargetKey = { system, kind: 'pool', name: 'k8s/web' };
export const policy: TargetKey = { system, kind: 'redirectPolicy', name: 'k8s/web' };
export const poolText = keyText(pool);

const kinds = {
  externalEpg: 'subnet',
  redirectPolicy: 'destination',
  pool: 'member',
  redirectHealthGroup: '',
};

export const rules: TrafficRules = {
  minHealthy: { share: 0.5 },
  drainMs: 30_000,
  then: 'leave',
  draining: { state: 'drain' },
};

export type Standing = 'in' | 'out' | 'terminating';

/** `10.0.0.N`. */
export function backend(n: number): string {
  return `10.0.${n >> 8}.${n & 255}`;
}

export function backends(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => backend(from + index));
}

export function itemOf(address: string, at: TargetKey = pool): ItemId {
  return itemId(kinds[at.kind], at.kind === 'pool' ? `${address}:80` : address);
}

function wantedBackend(address: string, at: TargetKey, standing: Standing): DesiredItem {
  const base = wantedAddress(address, 'web');
  const states = { in: 'ready', out: 'notReady', terminating: 'terminating' } as const;
  const reasons: ExposedAddress[] = base.reasons.map((reason) => ({
    ...reason,
    state: states[standing],
    inService: standing === 'in',
  }));
  const id = itemOf(address, at);
  const name = id.slice(id.indexOf(':') + 1);
  const attributes: Attributes = at.kind === 'pool' ? { state: 'enabled' } : {};
  return { ...base, id, kind: kinds[at.kind], name, attributes, reasons, leaving: standing !== 'in' };
}

export interface PoolWish extends Wish {
  readonly in?: readonly string[];
  readonly out?: readonly string[];
  readonly terminating?: readonly string[];
}

export function wantPool(wish: PoolWish = {}, at: TargetKey = pool): DesiredObject {
  const { in: serving = [], out = [], terminating = [], ...rest } = wish;
  const items = [
    ...serving.map((address) => wantedBackend(address, at, 'in')),
    ...out.map((address) => wantedBackend(address, at, 'out')),
    ...terminating.map((address) => wantedBackend(address, at, 'terminating')),
  ];
  const traffic = at.kind === 'pool' ? rules : { ...rules, drainMs: 0, draining: undefined };
  const object = want(at, { traffic, createEmpty: at.kind === 'pool', allowIsolated: true, ...rest });
  return { ...object, items: new Map(items.map((item) => [item.id, item])) };
}

export interface PoolPresence extends Presence {
  readonly enabled?: readonly string[];
  /** On the drain, with so many connections; undefined: not known. */
  readonly drain?: Readonly<Record<string, number | undefined>>;
}

export function havePool(presence: PoolPresence = {}, at: TargetKey = pool): ActualObject {
  const { enabled = [], drain = {}, ...rest } = presence;
  const object = have(at, { reachability: undefined, ...rest });
  const items = enabled.map((address) => presentBackend(address, at));
  for (const [address, connections] of Object.entries(drain)) {
    const item = { ...presentBackend(address, at), attributes: { state: 'drain' } };
    items.push(connections === undefined ? item : { ...item, connections });
  }
  return { ...object, items: new Map(items.map((item) => [item.id, item])) };
}

function presentBackend(address: string, at: TargetKey): ActualItem {
  const { id, kind, name, attributes } = wantedBackend(address, at, 'in');
  return { id, kind, name, attributes, mark: mark('web'), address: address as IpAddress };
}

/** The mapping behind it all, for what is not wanted any more. */
export function poolMapping(given: Partial<PoolTarget> = {}, mode: Mapping['mode'] = 'full'): Mapping {
  const base = mapping('web', { mode });
  const target = {
    kind: 'pool',
    system: system,
    minHealthy: { share: 0.5 },
    drain: { forMs: 30_000, then: 'leave' },
    whenEmpty: 'keep',
    emptyForMs: 600_000,
    ...given,
  } as PoolTarget;
  return { ...base, to: [target] };
}
