/**
 * An APIC to develop and test against: REST and WebSocket over TLS, an object tree, subscriptions, and leaves that
 * act in their own time.
 *
 * In: what clients send, and what tests and people ask for directly (`seed`, `remove`, endpoints, leaves, `faults`, the
 * clock), the same also by HTTP under `/lab`. Out: replies, notifications, statistics.
 * It is written from descriptions of the real system alone. It must not know the product, nor share code with it:
 * what checks a thing must not be made of the same parts.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Authority } from '../authority.ts';
import { createClock } from '../clock.ts';
import { Endpoints, type EndpointControl } from './endpoints/endpoints.ts';
import { Leaves, type LeafControl } from './endpoints/leaves.ts';
import { Notifier } from './events/notifier.ts';
import { Sockets } from './events/sockets.ts';
import { Subscriptions } from './events/subscriptions.ts';
import { Faults, type FabricFaults } from './faults.ts';
import { Api } from './http/api.ts';
import { Control } from './http/control.ts';
import { FabricServer } from './http/server.ts';
import { QueryEngine } from './query/query.ts';
import { Audit } from './leaf/audit.ts';
import { Leaf } from './leaf/leaf.ts';
import { attributesOf } from './query/render.ts';
import { bareFabric, localUser, type MoBody } from './seed.ts';
import { appControl, type AppControl } from './session/apps.ts';
import { Sessions, type TokenLife } from './session/sessions.ts';
import { Stats, type FabricStats } from './stats.ts';
import { fabricAuthor, personAuthor, Store, type CommitListener } from './store.ts';
import { parseNode } from './write/body.ts';
import { rootDn } from './write/names.ts';
import type { Author } from './write/transaction.ts';
import { timestamp, type LabClock } from '../clock.ts';

export interface FabricOptions {
  readonly authority: Authority;
  /** 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly username?: string;
  readonly password?: string;
  /** Release of the fabric, `6.0(9c)`; some rules depend on it. */
  readonly version?: string;
  /** Added before each reply under /api. */
  readonly replyDelayMs?: number;
  /** From a write to its notifications. */
  readonly notificationDelayMs?: number;
  /** From a write to what relations and leaves make of it. */
  readonly leafDelayMs?: number;
  readonly refreshTimeoutSeconds?: number;
  readonly maximumLifetimeSeconds?: number;
  /** Two logins a second, as the APIC allows unless configured otherwise. */
  readonly loginThrottle?: boolean;
  readonly clockRate?: number;
}

export interface MoView {
  readonly className: string;
  readonly dn: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** For those who stand before the fabric on an address of their own: App Center, further controllers. */
export interface FabricFront {
  request(message: IncomingMessage, response: ServerResponse): void;
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Whose token it is; undefined: of nobody whom the fabric lets in. `challenge`: for tokens of the GUI. */
  admits(token: string, challenge: string): { readonly name: string; readonly mayWrite: boolean } | undefined;
}

export interface Fabric {
  readonly url: string;
  readonly front: FabricFront;
  readonly username: string;
  readonly password: string;
  readonly caPem: string;
  /** Writes as a person who needs no login and may set what only the system sets; subscribers are told. */
  seed(tree: MoBody | readonly MoBody[]): void;
  get(dn: string): MoView | undefined;
  /** The object at `dn` and everything below it, of one class if given. */
  subtree(dn: string, className?: string): MoView[];
  /** Deletes as a person; deleting what is not there is no error. */
  remove(dn: string): void;
  /** Called with each write that was committed, whoever made it, before anybody else learns of it. */
  onCommit(listener: CommitListener): void;
  readonly faults: { set(fault: Partial<FabricFaults>): void; clear(): void };
  readonly clock: LabClock;
  /** What leaves learn. */
  readonly endpoints: EndpointControl;
  /** Leaves that reload or go away. */
  readonly leaf: LeafControl;
  /** Apps of the App Center: their users and plug-in objects. */
  readonly apps: AppControl;
  /** Of tokens and sessions from now on. */
  setTokenLife(life: Partial<TokenLife>): void;
  stats(): FabricStats;
  resetStats(): void;
  dropSockets(): void;
  expireSessions(): void;
  close(): Promise<void>;
}

const defaults = {
  port: 0,
  host: '127.0.0.1',
  username: 'admin',
  password: 'lab-Password1',
  version: '6.0(9c)',
  replyDelayMs: 0,
  notificationDelayMs: 5,
  leafDelayMs: 20,
  refreshTimeoutSeconds: 600,
  maximumLifetimeSeconds: 86_400,
  loginThrottle: true,
  clockRate: 1,
};

type Settings = Required<FabricOptions>;

export async function startFabric(options: FabricOptions): Promise<Fabric> {
  const settings: Settings = { ...defaults, ...options };
  const parts = assemble(settings);
  furnish(parts.store, settings, parts.clock);
  const controls = controlsOf(parts, settings);
  const server = new FabricServer({
    ...parts,
    identity: await settings.authority.issue('apic1.lab', [settings.host]),
    api: new Api({ ...parts, version: settings.version, loginThrottle: settings.loginThrottle }),
    control: new Control(controls, parts.faults, parts.clock),
    replyDelayMs: settings.replyDelayMs,
  });
  controls.url = await server.listen(settings.port, settings.host);
  const close = async (): Promise<void> => {
    parts.clock.stop();
    await server.close();
  };
  const { request, upgrade } = server;
  return { ...controls, close, front: { request, upgrade, admits: admitting(parts.sessions) } };
}

function admitting(sessions: Sessions): FabricFront['admits'] {
  return (token, challenge) => {
    try {
      return sessions.find(token, challenge).user;
    } catch {
      return undefined;
    }
  };
}

type Parts = ReturnType<typeof assemble>;

function assemble(settings: Settings) {
  const clock = createClock(settings.clockRate);
  const store = new Store(clock, settings);
  const sessions = new Sessions(clock, {
    refreshTimeoutSeconds: settings.refreshTimeoutSeconds,
    maximumLifetimeSeconds: settings.maximumLifetimeSeconds,
  });
  const subscriptions = new Subscriptions(clock);
  const sockets = new Sockets();
  const faults = new Faults();
  const stats = new Stats();
  const notifier = new Notifier({
    clock,
    faults,
    stats,
    subscriptions,
    sockets,
    delayMs: settings.notificationDelayMs,
  });
  const audit = new Audit(store);
  const leaf = new Leaf({ clock, store, delayMs: settings.leafDelayMs });
  const endpoints = new Endpoints(store, clock);
  store.onCommit((commit) => {
    notifier.announce(commit);
    const records = audit.record(commit).map((mo) => ({ kind: 'created' as const, mo, before: {} }));
    notifier.announce({ ...commit, changes: records });
    leaf.follow(commit);
  });
  sessions.onEnd((session) => {
    subscriptions.dropSession(session);
    sockets.close(session);
  });
  return {
    clock,
    store,
    sessions,
    subscriptions,
    sockets,
    faults,
    stats,
    queries: new QueryEngine(store.tree),
    endpoints,
    leaf: new Leaves(store, clock, endpoints),
  };
}

function furnish(store: Store, settings: Settings, clock: LabClock): void {
  const { version, username, password } = settings;
  write(store, fabricAuthor, bareFabric({ version, bootedAt: timestamp(clock.now() - 86_400_000) }));
  write(store, fabricAuthor, localUser(username, password));
}

function write(store: Store, author: Author, trees: MoBody | readonly MoBody[]): void {
  const list: readonly MoBody[] = Array.isArray(trees) ? trees : [trees];
  const nodes = list.map(parseNode);
  store.commit(author, (transaction) => {
    for (const node of nodes)
      transaction.apply(node, rootDn(node, node.attributes['dn'] === undefined ? 'uni' : ''));
  });
}

function controlsOf(
  parts: Parts,
  settings: Settings,
): Omit<Fabric, 'close' | 'front' | 'url'> & { url: string } {
  const { store, stats, subscriptions, sockets, sessions, faults, clock, endpoints, leaf } = parts;
  const seed = (tree: MoBody | readonly MoBody[]): void => write(store, personAuthor, tree);
  const remove = (dn: string): void => {
    const mo = store.tree.get(dn);
    if (mo) store.commit(personAuthor, (transaction) => transaction.remove(mo));
  };
  return {
    url: '',
    username: settings.username,
    password: settings.password,
    caPem: settings.authority.caPem,
    clock,
    faults,
    endpoints,
    leaf,
    seed,
    apps: appControl({ seed, remove }),
    setTokenLife: (life) => sessions.setLife(life),
    get: (dn) => viewOf(store, dn),
    onCommit: (listener) => store.onCommit(listener),
    subtree: (dn, className) =>
      [...store.tree.subtree(dn)]
        .filter((mo) => className === undefined || mo.meta.name === className)
        .map((mo) => ({ className: mo.meta.name, dn: mo.dn, attributes: attributesOf(mo) })),
    remove,
    stats: () => stats.read({ subscriptions: subscriptions.live, sockets: sockets.open }),
    resetStats: () => stats.reset(),
    dropSockets: () => sockets.drop(),
    expireSessions: () => sessions.endAll(),
  };
}

function viewOf(store: Store, dn: string): MoView | undefined {
  const mo = store.tree.get(dn);
  return mo && { className: mo.meta.name, dn: mo.dn, attributes: attributesOf(mo) };
}
