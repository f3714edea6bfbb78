/**
 * A Kubernetes cluster to try things on: an API server over TLS and the small controllers that make it alive.
 *
 * In: options, API requests, direct calls that have the effect of an administrator's writes, faults. Out: an address,
 * credentials and a kubeconfig that kubectl takes. It imports nothing of the product, which it exists to check.
 */
import { randomUUID } from 'node:crypto';
import { stringify } from 'yaml';
import type { Authority } from '../authority.ts';
import { tokensFor, type Tokens, type UserName } from './access.ts';
import { createClock, type LabClock } from './clock.ts';
import { startControllers, type Controllers } from './controllers/controllers.ts';
import { createFaults, type ClusterFaults, type Faults } from './faults.ts';
import { createControl } from './control.ts';
import { createAdministrator, type Administrator } from './administrator.ts';
import { createNodes } from './nodes.ts';
import type { Served } from './served.ts';
import { ApiServer, newCounters, type Counters } from './server.ts';
import { Watches } from './watches.ts';
import { createWorld, type World } from './world.ts';

export type { ClusterFaults } from './faults.ts';

export interface ClusterOptions {
  readonly authority: Authority;
  readonly port?: number;
  readonly host?: string;
  readonly name?: string;
  readonly nodes?: number;
  /** Each node gets a /24 of the first and a /64 of the second. */
  readonly podCidrs?: { readonly v4: string; readonly v6: string };
  /** Where the nodes' own addresses come from. */
  readonly nodeCidr?: string;
  readonly loadBalancerPool?: readonly string[];
  readonly serviceCidr?: string;
  readonly clusterUid?: string;
  /** From creation to Ready. */
  readonly podReadyMs?: number;
  /** From the mark of deletion to the pod's end. */
  readonly terminationMs?: number;
  /** How long controllers wait before they react to a change. */
  readonly controllersTickMs?: number;
  /** False: sendInitialEvents is refused, as an old server does. */
  readonly streamingList?: boolean;
  /** Changes remembered for watches before they are told 410. */
  readonly historyLimit?: number;
  readonly bookmarkMs?: number;
  readonly clockRate?: number;
}

export interface ClusterStats {
  readonly requests: number;
  readonly lists: number;
  /** Watches that are open now. */
  readonly watches: number;
  /** Watches that have been asked for. */
  readonly watchRequests: number;
  readonly writes: number;
  /** Watch events that were sent. */
  readonly events: number;
  readonly byPath: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
}

export interface Cluster extends Administrator {
  readonly name: string;
  readonly url: string;
  readonly caPem: string;
  readonly tokens: Tokens;
  readonly clock: LabClock;
  readonly uid: string;
  kubeconfig(user?: UserName): string;
  /** Resolves when all desired pods are Ready, none is ending and the controllers have nothing left to do. */
  settled(): Promise<void>;
  readonly faults: { set(fault: Partial<ClusterFaults>): void; clear(): void };
  stats(): ClusterStats;
  resetStats(): void;
  /** Breaks every connection, as a restart of the server does. */
  dropConnections(): void;
  /** Forgets the past: the next watch from an old revision is told 410. */
  compact(): void;
  close(): Promise<void>;
}

const podCidrsByDefault = { v4: '10.244.0.0/16', v6: 'fd00:10:244::/56' };
const serviceCidrV6 = 'fd00:10:96::/112';

class LabCluster {
  readonly clock: LabClock;
  readonly faults: Faults = createFaults();
  readonly tokens: Tokens;
  readonly main: Served;
  readonly other: Served;
  readonly controllers: Controllers;
  #counters: Counters = newCounters();
  readonly #options: ClusterOptions;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.clock = createClock(options.clockRate);
    this.tokens = tokensFor(options.name ?? 'lab');
    this.main = this.#serve(this.#world(options.clusterUid ?? randomUUID(), 184_301_447));
    this.other = this.#serve(this.#world(randomUUID(), 21_377));
    const { podReadyMs = 100, terminationMs = 200, controllersTickMs = 0, loadBalancerPool } = options;
    this.controllers = startControllers(this.main.world, {
      podReadyMs,
      terminationMs,
      tickMs: controllersTickMs,
      loadBalancerPool: loadBalancerPool ?? ['192.168.5.0/24'],
      caPem: options.authority.caPem,
    });
  }

  get world(): World {
    return this.main.world;
  }

  counters(): Counters {
    return this.#counters;
  }

  resetStats(): void {
    this.#counters = newCounters();
  }

  stats(): ClusterStats {
    const { watches, ...counted } = this.#counters;
    const sending = this.main.watches.all().reduce((sum, watch) => sum + watch.sent, counted.events);
    return { ...counted, events: sending, watches: this.main.watches.live, watchRequests: watches };
  }

  #world(uid: string, firstRevision: number): World {
    const { serviceCidr = '10.96.0.0/16', historyLimit = 50_000 } = this.#options;
    const serviceCidrs = { v4: serviceCidr, v6: serviceCidrV6 };
    return createWorld({ clock: this.clock, uid, firstRevision, historyLimit, serviceCidrs });
  }

  #serve(world: World): Served {
    const { bookmarkMs = 60_000, streamingList = true } = this.#options;
    const { clock, faults } = this;
    const watches = new Watches(world.store, { clock, faults, bookmarkMs });
    const sent = (events: number): void => void (this.#counters.events += events);
    return { world, watches, faults, streamingList, sent };
  }
}

function kubeconfigOf(
  name: string,
  server: string,
  access: { ca: string; user: string; token: string },
): string {
  const { ca, user, token } = access;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: `${name}-${user}`, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: `${name}-${user}` } }],
    'current-context': name,
  });
}

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { authority, host = '127.0.0.1', name = 'lab', nodes = 3, port = 0 } = options;
  const lab = new LabCluster(options);
  const { world, controllers, faults, clock, tokens } = lab;
  const addNodes = createNodes(
    world,
    options.podCidrs ?? podCidrsByDefault,
    options.nodeCidr ?? '10.1.0.0/16',
  );
  addNodes(nodes);
  const administrator = createAdministrator(world);
  const settled = (): Promise<void> => controllers.settled();
  const server = new ApiServer({
    identity: await authority.issue(name, [host]),
    tokens,
    faults,
    worlds: () => [lab.main, lab.other],
    served: () => (faults.current.otherCluster ? lab.other : lab.main),
    counters: () => lab.counters(),
    control: (exchange) => control(exchange),
  });
  const control = createControl({
    administrator,
    faults,
    clock,
    addNodes,
    settled,
    world,
    stats: () => lab.stats(),
    resetStats: () => lab.resetStats(),
    dropConnections: () => server.dropConnections(),
  });
  const listening = await server.listen(port, host);
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${listening}`;
  return {
    ...administrator,
    name,
    url,
    caPem: authority.caPem,
    tokens,
    clock,
    uid: world.uid,
    kubeconfig: (user = 'admin') =>
      kubeconfigOf(name, url, { ca: authority.caPem, user, token: tokens[user] }),
    settled,
    faults: { set: (fault) => faults.set(fault), clear: () => faults.clear() },
    stats: () => lab.stats(),
    resetStats: () => lab.resetStats(),
    dropConnections: () => server.dropConnections(),
    compact: () => world.store.compact(),
    close: async () => {
      controllers.stop();
      clock.stop();
      await server.close();
    },
  };
}
