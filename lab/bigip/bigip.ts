/**
 * A standalone BIG-IP to develop and test against: iControl REST over TLS, pools, members and nodes with mcpd's rules,
 * tokens, transactions, a saved and a running configuration, monitors and connections in the lab's time.
 *
 * In: what clients send, and what tests and people ask for directly, the same also by HTTP under `/lab`. Out: replies,
 * statistics, and every commit.
 * It is written from descriptions of the real system alone. It must not know the product, nor share code with it:
 * what checks a thing must not be made of the same parts.
 */
import type { Authority } from '../authority.ts';
import { createClock, type LabClock } from '../clock.ts';
import { Store, type CommitListener } from './config/store.ts';
import { Device } from './device.ts';
import { Faults, type BigipFaults } from './faults.ts';
import { Api } from './http/api.ts';
import { ConfigApi } from './http/config.ts';
import { Control } from './http/control.ts';
import { MemberStats } from './http/member-stats.ts';
import { Renderer } from './http/render.ts';
import { BigipServer } from './http/server.ts';
import { Transactions } from './http/transactions.ts';
import { applyFactory } from './seed.ts';
import { Tokens } from './session/tokens.ts';
import type { User } from './session/users.ts';
import { Connections } from './status/connections.ts';
import { HealthChecks } from './status/health.ts';
import { Stats } from './stats.ts';
import type { As3 } from './system/as3.ts';
import { standardIdentity, type DeviceIdentity } from './system/identity.ts';
import { Outage } from './system/outage.ts';
import { SystemApi } from './system/system.ts';

export interface BigipOptions {
  readonly authority: Authority;
  /** 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Of an administrator; others are added with `addUser`. */
  readonly username?: string;
  readonly password?: string;
  readonly identity?: Partial<DeviceIdentity>;
  /** Added before each reply under /mgmt. */
  readonly replyDelayMs?: number;
  /** From a change to what monitors make of it. */
  readonly monitorDelayMs?: number;
  readonly saveMs?: number;
  /** Lists of nothing have no `items` at all, as some versions answer. */
  readonly leaveOutEmptyItems?: boolean;
  readonly clockRate?: number;
}

export interface Bigip {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly caPem: string;
  readonly device: Device;
  readonly faults: { set(fault: Partial<BigipFaults>): void; clear(): void };
  readonly clock: LabClock;
  /** Called with each change that was committed, whoever made it. */
  onCommit(listener: CommitListener): void;
  close(): Promise<void>;
}

const defaults = {
  port: 0,
  host: '127.0.0.1',
  username: 'admin',
  password: 'lab-Password1',
  identity: {},
  replyDelayMs: 0,
  monitorDelayMs: 20,
  saveMs: 0,
  leaveOutEmptyItems: false,
  clockRate: 1,
};

type Settings = Required<BigipOptions>;

export async function startBigip(options: BigipOptions): Promise<Bigip> {
  const settings: Settings = { ...defaults, ...options };
  const { username, password, authority, host } = settings;
  const parts = assemble(settings);
  const { store, clock, faults } = parts;
  store.commit('factory', applyFactory);
  store.save();
  store.onCommit(({ by, changes }) => {
    if (by === 'reboot' || by === 'person') return;
    for (const { kind, path, pool } of changes)
      parts.stats.changed(pool === undefined ? `${kind} ${path}` : `${kind} ${pool} ${path}`);
  });
  const device = new Device({
    ...parts,
    goDown: () => {
      parts.transactions.end();
      parts.system.end();
      server.drop();
    },
  });
  const server: BigipServer = new BigipServer({
    ...parts,
    identity: await authority.issue('bigip1.lab', [host]),
    api: new Api(parts),
    control: new Control(device, faults, clock),
    delayMs: settings.replyDelayMs,
  });
  const url = await server.listen(settings.port, host);
  return {
    url,
    username,
    password,
    caPem: authority.caPem,
    device,
    faults,
    clock,
    onCommit: (listener) => store.onCommit(listener),
    close: async () => {
      clock.stop();
      await server.close();
    },
  };
}

function assemble(settings: Settings) {
  const clock = createClock(settings.clockRate);
  const store = new Store(clock);
  const faults = new Faults();
  const stats = new Stats();
  const outage = new Outage(clock);
  const tokens = new Tokens(clock);
  const health = new HealthChecks(clock, store, settings.monitorDelayMs);
  const connections = new Connections(clock, store);
  const device = { identity: { ...standardIdentity, ...settings.identity } };
  const renderer = new Renderer(device, health);
  const administrator: User = { name: settings.username, password: settings.password, role: 'admin' };
  const as3: As3 = {};
  const shared = { clock, store, faults, stats, outage, tokens, health, connections, device, renderer, as3 };
  return {
    ...shared,
    users: new Map([[administrator.name, administrator]]),
    transactions: new Transactions(shared),
    system: new SystemApi({ ...shared, saveMs: settings.saveMs }),
    config: new ConfigApi({
      ...shared,
      memberStats: new MemberStats(shared),
      leaveOutEmptyItems: settings.leaveOutEmptyItems,
    }),
  };
}
