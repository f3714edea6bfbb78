/** A real HAProxy with a System on it, and changes to write: what tests of this adapter begin with. */
import { startHaproxy, type HaproxyRig, type RigOptions } from '../../../../lab/haproxy/rig.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import type { Program } from '../../../../test/support/lane.ts';
import { systemClock } from '../../../model/clock.ts';
import { shortId } from '../../../model/digest.ts';
import type { InstanceId, KeyText, MappingName, SystemName, TargetKey } from '../../../model/identity.ts';
import type { Outcome } from '../../../model/outcome.ts';
import type { OwnershipMark } from '../../../model/ownership-mark.ts';
import type { AtomId, Change } from '../../../model/plan.ts';
import {
  itemId,
  type ActualObject,
  type Attributes,
  type DesiredItem,
} from '../../../model/target-object.ts';
import { createHaproxySystem, type HaproxySystem } from '../create-haproxy-system.ts';
import type { HaproxyOptions, RuntimeAddress } from '../options.ts';
import { parseMemberName } from '../server-name.ts';

export const haproxy: Program = {
  names: ['haproxy', '/usr/sbin/haproxy'],
  install: 'apt-get install haproxy',
};
export const instance = '7f3a' as InstanceId;
export const mapping = 'shop' as MappingName;
export const mark: OwnershipMark = { instance, mapping: shortId('shop'), source: '-' };
export const systemName = 'edge' as SystemName;

export interface Follower {
  readonly system: HaproxySystem;
  /** Names of keys that drifted since the last call; `all` for everything. */
  readonly drifted: () => string[];
  write(...changes: readonly Change[]): Promise<Outcome>;
  refresh(backend: string): Promise<void>;
  object(backend: string): ActualObject;
  /** `10.0.0.1:80 enabled 1`, of every item. */
  shown(backend: string): string[];
  /** Stops the System only. */
  letGo(): Promise<void>;
}

export interface World extends Follower {
  readonly rig: HaproxyRig;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly rig?: Partial<RigOptions>;
  readonly system?: Partial<HaproxyOptions>;
  /** Do not wait until everything has been read. */
  readonly impatient?: boolean;
}

export function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  return eventually(what, holds, 10_000);
}

export async function startWorld({ rig: rigOptions, ...options }: WorldOptions = {}): Promise<World> {
  const rig = await startHaproxy({ backends: [{ name: 'app' }], ...rigOptions });
  const follower = await follow(rig.socket, options).catch(async (thrown: unknown) => {
    await rig.stop();
    throw thrown;
  });
  return {
    ...follower,
    rig,
    async stop() {
      await follower.letGo();
      await rig.stop();
    },
  };
}

/** A System of its own on whatever listens there. */
export async function follow(socket: RuntimeAddress, options: WorldOptions = {}): Promise<Follower> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const system = createHaproxySystem({
    name: systemName,
    socket,
    instance,
    probeMs: 50,
    clock: systemClock(),
    random: Math.random,
    log: () => undefined,
    expectedIdentity: () => undefined,
    onIdentity: () => undefined,
    ...options.system,
  });
  const seen: string[] = [];
  const nameOf = (each: KeyText): string => each.split('|')[2] ?? '';
  system.onDrift((keys) => seen.push(...(keys === 'all' ? ['all'] : keys.map(nameOf))));
  system.start(signal);
  if (options.impatient !== true) {
    await system.settled(signal);
    await until(() => system.view.problem === undefined, 'a HAProxy without a problem');
    seen.length = 0;
  }
  const object = (backend: string): ActualObject => {
    const answer = system.view.get(key(backend));
    if ('code' in answer) throw new Error(`${backend}: ${answer.code} ${answer.detail}`);
    return answer;
  };
  return {
    system,
    drifted: () => seen.splice(0),
    write: (...changes) => system.write({ changes }, signal),
    refresh: (backend) => system.refresh([key(backend)], signal),
    object,
    shown: (backend) =>
      [...object(backend).items.values()]
        .map(({ name, attributes }) => `${name} ${attributes['state'] ?? ''} ${attributes['weight'] ?? ''}`)
        .sort(),
    async letGo() {
      stopping.abort();
      await system.stopped();
    },
  };
}

export function key(name: string): TargetKey {
  return { system: systemName, kind: 'pool', name };
}

export function member(name: string, attributes: Attributes = {}): DesiredItem {
  return {
    id: itemId('member', name),
    kind: 'member',
    name,
    attributes: { state: 'enabled', weight: '1', ...attributes },
    mark,
    address: parseMemberName(name)?.address,
    reasons: [],
    leaving: false,
  };
}

function base(backend: string) {
  return { key: key(backend), mapping, verdict: { apply: true } as const, atom: backend as AtomId };
}

export function add(backend: string, item: DesiredItem): Change {
  return { ...base(backend), type: 'addItem', item };
}

export function update(backend: string, item: DesiredItem): Change {
  return { ...base(backend), type: 'updateItem', item, before: {} };
}

export function remove(backend: string, item: DesiredItem, cut = false): Change {
  return {
    ...base(backend),
    type: 'removeItem',
    item: item.id,
    itemKind: item.kind,
    itemName: item.name,
    mark: item.mark,
    address: item.address,
    explanation: 'deleted',
    cut,
  };
}
