/** The device as the lab handles it, without a login: what is on it, how it fares, what befalls it. */
import type { LabClock } from '../clock.ts';
import type { ConfigObject, Store } from './config/store.ts';
import { nameOfPath } from './config/names.ts';
import { remove } from './config/references.ts';
import { applySeed, type BigipSeed } from './seed.ts';
import type { Tokens } from './session/tokens.ts';
import type { User } from './session/users.ts';
import type { Connections } from './status/connections.ts';
import type { Health, HealthChecks } from './status/health.ts';
import type { BigipStats, Stats } from './stats.ts';
import { declarationOf, type As3 } from './system/as3.ts';
import type { DeviceIdentity } from './system/identity.ts';
import type { Outage } from './system/outage.ts';

export interface MemberPlace {
  /** Path of the pool. */
  readonly pool: string;
  /** Path of the member, or its name in the partition of the pool. */
  readonly member: string;
}

/** How long each phase of coming up again takes, in the lab's time; nothing unless said. */
export interface RebootPhases {
  /** Connections are closed. */
  readonly downMs?: number | undefined;
  /** 503 with a page of HTML. */
  readonly pageMs?: number | undefined;
  /** 404: not registered. */
  readonly unregisteredMs?: number | undefined;
  readonly lostMs?: number | undefined;
  readonly lyingMs?: number | undefined;
}

export interface DeviceParts {
  readonly clock: LabClock;
  readonly store: Store;
  readonly health: HealthChecks;
  readonly connections: Connections;
  readonly tokens: Tokens;
  readonly users: Map<string, User>;
  readonly stats: Stats;
  readonly outage: Outage;
  readonly as3: As3;
  readonly device: { identity: DeviceIdentity };
  /** What else ends when the device goes down: connections of clients, transactions, tasks. */
  readonly goDown: () => void;
}

export class Device {
  readonly #parts: DeviceParts;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
  }

  /** Puts objects on the device, as a person would, and saves. */
  seed(seed: BigipSeed): void {
    const { store } = this.#parts;
    store.commit('person', (draft) => applySeed(draft, seed));
    store.save();
  }

  /** As a person who does not save: what clients find on the device has changed, and a reboot undoes it. */
  change(seed: BigipSeed): void {
    this.#parts.store.commit('person', (draft) => applySeed(draft, seed));
  }

  object(kind: string, path: string, pool?: string): ConfigObject | undefined {
    return this.#parts.store.get(kind, path, pool);
  }

  /** `kind`: pool, member (with the path of its pool), node, partition, folder, virtual, … */
  objects(kind: string, pool?: string): ConfigObject[] {
    return [...this.#parts.store.all(kind, pool)];
  }

  /** As a person; false: it was not there. */
  remove(kind: string, path: string, pool?: string): boolean {
    const { store } = this.#parts;
    const object = store.get(kind, path, pool);
    if (object) store.commit('person', (draft) => remove(draft, object));
    return object !== undefined;
  }

  /** `endPerSecond`: how many end by themselves while the member is off. */
  setConnections(at: MemberPlace, count: number, endPerSecond?: number): void {
    this.#parts.connections.set(placeOf(at), count, endPerSecond);
  }

  connections(at: MemberPlace): number {
    const { pool, member } = placeOf(at);
    return this.#parts.connections.of(pool, member);
  }

  /** `where`: an address, or the name of a member (`10.0.0.1:80`). */
  setHealth(where: string, health: Health): void {
    this.#parts.health.set(where, health);
  }

  /** Everything that was not saved is lost, and so are tokens, transactions and connections. */
  reboot({ downMs = 0, pageMs = 0, unregisteredMs = 0, lostMs = 0, lyingMs = 0 }: RebootPhases = {}): void {
    const { store, connections, tokens, outage, goDown } = this.#parts;
    outage.begin([
      { fault: 'closed', ms: downMs },
      { fault: 'restartingPage', ms: pageMs },
      { fault: 'notRegistered', ms: unregisteredMs },
      { fault: 'mcpdLost', ms: lostMs },
      { fault: 'falseAbsent', ms: lyingMs },
    ]);
    tokens.flush();
    connections.end();
    goDown();
    store.loadSaved();
  }

  /** The running configuration stays; for a while it is not reachable, and then said not to exist. */
  restartMcpd({ lostMs = 0, lyingMs = 0 }: RebootPhases = {}): void {
    this.#parts.outage.begin([
      { fault: 'mcpdLost', ms: lostMs },
      { fault: 'falseAbsent', ms: lyingMs },
    ]);
  }

  flushTokens(): void {
    this.#parts.tokens.flush();
  }

  addUser(user: User): void {
    this.#parts.users.set(user.name, user);
  }

  get identity(): DeviceIdentity {
    return this.#parts.device.identity;
  }

  /** The box is another one, or has another name. */
  setIdentity(identity: Partial<{ [Name in keyof DeviceIdentity]: string | undefined }>): DeviceIdentity {
    const { device } = this.#parts;
    const given = Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
    device.identity = { ...device.identity, ...given };
    return device.identity;
  }

  /** Installs AS3, with a partition and an application folder for each tenant; null takes it away. */
  setAs3({ version, tenants = [], userAgent }: As3Options): void {
    const { as3 } = this.#parts;
    delete as3.version;
    delete as3.declaration;
    if (version === null) return;
    as3.version = version;
    if (tenants.length === 0) return;
    const declaration = declarationOf(tenants, userAgent);
    if (declaration) as3.declaration = declaration;
    this.seed({
      partitions: tenants.map((name) => ({ name })),
      folders: tenants.map((name) => `/${name}/${application}`),
    });
  }

  /** Commits since the last save. */
  get unsaved(): number {
    return this.#parts.store.unsaved;
  }

  stats(): BigipStats {
    return this.#parts.stats.read(this.#parts.tokens.count);
  }

  resetStats(): void {
    this.#parts.stats.reset();
  }
}

export interface As3Options {
  readonly version: string | null;
  readonly tenants?: readonly string[] | undefined;
  /** Whose declarations they are: `CIS/v2.20.1`. */
  readonly userAgent?: string | undefined;
}

/** The folder of each tenant's application. */
const application = 'app';

function placeOf({ pool, member }: MemberPlace): MemberPlace {
  return { pool, member: member.startsWith('/') ? member : `/${nameOfPath(pool).partition}/${member}` };
}
