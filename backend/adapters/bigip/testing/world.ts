/** A simulated BIG-IP with a System on it, and changes to write: what tests of this adapter begin with. */
import { eventually } from '../../../../test/support/eventually.ts';
import { createAuthority, type Authority } from '../../../../lab/authority.ts';
import { startBigip, type Bigip, type BigipOptions } from '../../../../lab/bigip/bigip.ts';
import type { BigipSeed } from '../../../../lab/bigip/seed.ts';
import { systemClock } from '../../../model/clock.ts';
import { shortId } from '../../../model/digest.ts';
import type { InstanceId, KeyText, MappingName, SystemName, TargetKey } from '../../../model/identity.ts';
import { parseAddress } from '../../../model/ip.ts';
import type { PoolTarget } from '../../../model/mapping.ts';
import type { Outcome } from '../../../model/outcome.ts';
import { formatMark, type OwnershipMark } from '../../../model/ownership-mark.ts';
import type { AtomId, Change } from '../../../model/plan.ts';
import type { Problem } from '../../../model/problems.ts';
import {
  itemId,
  type ActualObject,
  type Attributes,
  type DesiredItem,
} from '../../../model/target-object.ts';
import { createBigIpSystem, type BigIpSystem } from '../create-bigip-system.ts';
import type { BigIpOptions } from '../options.ts';

export const instance = '7f3a' as InstanceId;
export const mapping = 'shop' as MappingName;
export const mark: OwnershipMark = { instance, mapping: shortId('shop'), source: shortId('prod-a') };
export const systemName = 'f5-a' as SystemName;

export interface World {
  readonly bigip: Bigip;
  readonly system: BigIpSystem;
  readonly logged: readonly string[];
  /** Names of keys that drifted since the last call; `all` for everything. */
  readonly drifted: () => string[];
  write(change: Change): Promise<Outcome>;
  refresh(...names: readonly string[]): Promise<void>;
  /** After a refresh, as a round sees it. */
  object(name: string): Promise<ActualObject>;
  problem(name: string): Problem | undefined;
  /** Members on the device itself: `/k8s/10.0.0.1:80 user-enabled user-up`. */
  members(name: string): string[];
  letGo(): Promise<void>;
  stop(): Promise<void>;
}

let authority: Promise<Authority> | undefined;

export function labAuthority(): Promise<Authority> {
  return (authority ??= createAuthority());
}

export function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  return eventually(what, holds, 8000);
}

export interface WorldOptions {
  readonly bigip?: Partial<BigipOptions>;
  readonly system?: Partial<BigIpOptions>;
  readonly seed?: BigipSeed;
  readonly prepare?: (bigip: Bigip) => void;
  readonly partitions?: readonly string[];
  /** Do not wait until everything has been read. */
  readonly impatient?: boolean;
}

export const target: PoolTarget = {
  kind: 'pool',
  system: systemName,
  partition: 'k8s',
  name: '{namespace}_{service}',
  families: ['ipv4', 'ipv6'],
  create: true,
  whenEmpty: 'keep',
  emptyForMs: 600_000,
  destinations: 'pod',
  readiness: 'ready',
  minHealthy: { share: 0.5 },
  drain: { forMs: 30_000, then: 'leave' },
  weights: true,
  port: { number: 8080 },
  monitor: undefined,
  loadBalancingMode: undefined,
  priorityGroup: undefined,
  connectionLimit: undefined,
};

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const bigip = await startBigip({ authority: await labAuthority(), ...options.bigip });
  bigip.device.seed({ partitions: [{ name: 'k8s' }, { name: 'other' }] });
  if (options.seed !== undefined) bigip.device.seed(options.seed);
  options.prepare?.(bigip);
  return follow(bigip, options);
}

/** A System of its own on a device that is there. */
export async function follow(bigip: Bigip, options: WorldOptions = {}): Promise<World> {
  const stopping = new AbortController();
  const logged: string[] = [];
  const { username, password } = bigip;
  const system = createBigIpSystem({
    name: systemName,
    address: bigip.url,
    trust: { caPem: bigip.caPem },
    credentials: { username, password, provider: 'tmos' },
    instance,
    resyncMs: 600_000,
    saveAfterMs: undefined,
    clock: systemClock(),
    random: Math.random,
    log: (_level, message) => logged.push(message),
    expectedIdentity: () => undefined,
    onIdentity: () => undefined,
    ...options.system,
  });
  const letGo = async (): Promise<void> => {
    stopping.abort();
    await system.stopped();
  };
  const seen: string[] = [];
  const nameOf = (text: KeyText): string => text.split('|')[2] ?? '';
  system.onDrift((keys) => seen.push(...(keys === 'all' ? ['all'] : keys.map(nameOf))));
  system.watchFor((options.partitions ?? ['k8s']).map((partition) => ({ ...target, partition })));
  system.start(stopping.signal);
  if (options.impatient !== true) {
    await system.settled(stopping.signal);
    await until(
      () => system.view.problem === undefined,
      `a device without a problem, ${JSON.stringify(system.view.problem)}`,
    );
    seen.length = 0;
  }
  const refresh = (...names: readonly string[]): Promise<void> =>
    system.refresh(names.map(key), stopping.signal);
  return {
    bigip,
    system,
    logged,
    drifted: () => seen.splice(0),
    write: (change) => system.write({ changes: [change] }, stopping.signal),
    refresh,
    async object(name) {
      await refresh(name);
      const answer = system.view.get(key(name));
      if ('code' in answer) throw new Error(`${name}: ${answer.code} ${answer.detail}`);
      return answer;
    },
    problem(name) {
      const answer = system.view.get(key(name));
      return 'code' in answer ? answer : undefined;
    },
    members: (name) =>
      bigip.device
        .objects('member', `/${name}`)
        .map(
          ({ path, attributes }) => `${path} ${String(attributes['session'])} ${String(attributes['state'])}`,
        )
        .sort(),
    letGo,
    async stop() {
      await letGo();
      await bigip.close().catch(() => undefined);
    },
  };
}

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
