/** A simulated BIG-IP with a System on it, and changes to write: what tests of this adapter begin with. */
import { eventually } from '../../../../test/support/eventually.ts';
import { createAuthority, type Authority } from '../../../../lab/authority.ts';
import { startBigip, type Bigip, type BigipOptions } from '../../../../lab/bigip/bigip.ts';
import type { BigipSeed } from '../../../../lab/bigip/seed.ts';
import { systemClock } from '../../../model/clock.ts';
import type { KeyText } from '../../../model/identity.ts';
import type { PoolTarget } from '../../../model/mapping.ts';
import type { Outcome } from '../../../model/outcome.ts';
import type { Change } from '../../../model/plan.ts';
import type { Problem } from '../../../model/problems.ts';
import type { ActualObject } from '../../../model/target-object.ts';
import { createBigIpSystem, type BigIpSystem } from '../create-bigip-system.ts';
import type { BigIpOptions } from '../options.ts';
import { instance, key, systemName } from './changes.ts';

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
  const follower = await follow(bigip, options);
  return {
    ...follower,
    bigip,
    members: (name) => membersOn(bigip, name),
    async stop() {
      await follower.letGo();
      await bigip.close().catch(() => undefined);
    },
  };
}

type Follower = Omit<World, 'bigip' | 'members' | 'stop'>;

/** A System of its own on a device that is there. */
export async function follow(bigip: Bigip, options: WorldOptions = {}): Promise<Follower> {
  const stopping = new AbortController();
  const logged: string[] = [];
  const system = createSystem(bigip, { log: (_level, message) => logged.push(message), ...options.system });
  const seen: string[] = [];
  const nameOf = (text: KeyText): string => text.split('|')[2] ?? '';
  system.onDrift((keys) => seen.push(...(keys === 'all' ? ['all'] : keys.map(nameOf))));
  system.watchFor((options.partitions ?? ['k8s']).map((partition) => ({ ...target, partition })));
  system.start(stopping.signal);
  if (options.impatient !== true) {
    await system.settled(stopping.signal);
    const said = (): string => JSON.stringify(system.view.problem);
    await until(() => system.view.problem === undefined, `a device without a problem, ${said()}`);
    seen.length = 0;
  }
  const refresh = (...names: readonly string[]): Promise<void> =>
    system.refresh(names.map(key), stopping.signal);
  const ask = (name: string) => system.view.get(key(name));
  return {
    system,
    logged,
    drifted: () => seen.splice(0),
    write: (change) => system.write({ changes: [change] }, stopping.signal),
    refresh,
    async object(name) {
      await refresh(name);
      const answer = ask(name);
      if ('code' in answer) throw new Error(`${name}: ${answer.code} ${answer.detail}`);
      return answer;
    },
    problem(name) {
      const answer = ask(name);
      return 'code' in answer ? answer : undefined;
    },
    async letGo() {
      stopping.abort();
      await system.stopped();
    },
  };
}

/** Its clock runs fast: pauses are real, and short. */
function createSystem(bigip: Bigip, options: Partial<BigIpOptions>): BigIpSystem {
  const { username, password, url, caPem } = bigip;
  return createBigIpSystem({
    name: systemName,
    address: url,
    trust: { caPem },
    credentials: { username, password, provider: 'tmos' },
    instance,
    resyncMs: 3_600_000,
    saveAfterMs: undefined,
    clock: systemClock(20),
    random: Math.random,
    log: () => undefined,
    expectedIdentity: () => undefined,
    onIdentity: () => undefined,
    ...options,
  });
}

/** `/k8s/10.0.0.1:80 user-enabled user-up` */
function membersOn(bigip: Bigip, name: string): string[] {
  const members = bigip.device.objects('member', `/${name}`);
  return members
    .map(({ path, attributes }) => `${path} ${String(attributes['session'])} ${String(attributes['state'])}`)
    .sort();
}
