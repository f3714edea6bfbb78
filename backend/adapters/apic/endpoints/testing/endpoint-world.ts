/** A simulated fabric, and its learned endpoints followed the way the product follows them, with what was told written down. */
import { eventually } from '../../../../../test/support/eventually.ts';
import { startFabric, type Fabric, type FabricOptions } from '../../../../../lab/fabric/fabric.ts';
import { baseFabric, insideFabric } from '../../../../../lab/fabric/seed.ts';
import { systemClock, type Clock } from '../../../../model/clock.ts';
import type { LearnedEndpointRecord } from '../../../../model/cluster-records.ts';
import type { SourceName } from '../../../../model/identity.ts';
import type { IpAddress } from '../../../../model/ip.ts';
import type { SourceView } from '../../../../model/source-view.ts';
import { createEndpointSource } from '../../../../observe/endpoint-source.ts';
import type {
  EndpointMemory,
  FollowedEpg,
  Probe,
  RememberedChange,
  RememberedEndpoint,
  Source,
} from '../../../../observe/ports.ts';
import { createPeer } from '../../../http/peer.ts';
import { newCounters, type Counters } from '../../counters.ts';
import { Query } from '../../query.ts';
import { Session } from '../../session.ts';
import { Subscription } from '../../subscription.ts';
import { labAuthority } from '../../testing/lab-authority.ts';
import { createEndpointFeed } from '../endpoint-feed.ts';

export const epg = 'k8s/apps/vms';
export const epgDn = 'uni/tn-k8s/ap-apps/epg-vms';
export const esgDn = 'uni/tn-k8s/ap-apps/esg-secured';

export interface KeptMemory extends EndpointMemory {
  readonly kept: Map<string, RememberedEndpoint>;
}

/** Outlives what follows, as the ledger does. */
export function keptMemory(): KeptMemory {
  const kept = new Map<string, RememberedEndpoint>();
  return {
    kept,
    load: () => [...kept.values()],
    save: (changes: readonly RememberedChange[]) => {
      for (const { epg: of, address, endpoint } of changes) {
        if (endpoint === undefined) kept.delete(`${of}/${address}`);
        else kept.set(`${of}/${address}`, endpoint);
      }
    },
  };
}

export interface FollowOptions {
  readonly follow?: readonly FollowedEpg[];
  readonly memory?: KeptMemory;
  readonly clock?: Clock;
  readonly settleMs?: number;
  readonly resyncMs?: number;
  readonly expectedIdentity?: string;
  readonly subscriptionSeconds?: number;
  readonly pageSize?: number;
}

export interface FollowedFabric {
  readonly fabric: Fabric;
  readonly source: Source & Probe;
  readonly memory: KeptMemory;
  readonly counters: Readonly<Counters>;
  /** `sighting path`, since the last call. */
  told(): string[];
  record(address: string, of?: string): LearnedEndpointRecord | undefined;
  /** Addresses, those that are absent with a `-` before them. */
  members(of?: string): string[];
  freshness(scope?: string): string;
  synced(): Promise<void>;
  /** Stops following only. */
  letGo(): Promise<void>;
  stop(): Promise<void>;
}

export function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  return eventually(what, holds, 8000);
}

export async function startEndpointFabric(options: Partial<FabricOptions> = {}): Promise<Fabric> {
  const fabric = await startFabric({
    authority: await labAuthority(),
    notificationDelayMs: 2,
    leafDelayMs: 4,
    ...options,
  });
  fabric.seed([...baseFabric(), ...insideFabric()]);
  return fabric;
}

/** An address behind a MAC that is made of its last number, on leaf 101 unless said otherwise. */
export function learn(fabric: Fabric, ip: string, nodes: readonly number[] = [101], mac = macOf(ip)): void {
  fabric.endpoints.learn({ epgDn, mac, ips: [ip], nodes });
}

export function macOf(ip: string): string {
  const last = Number(ip.split('.').at(-1));
  return `00:50:56:00:00:${last.toString(16).padStart(2, '0').toUpperCase()}`;
}

export async function followEndpoints(fabric: Fabric, options: FollowOptions = {}): Promise<FollowedFabric> {
  const { clock = systemClock(), memory = keptMemory(), resyncMs = 600_000 } = options;
  const follow = options.follow ?? [{ epg, absentForMs: 600_000 }];
  const counters = newCounters();
  const stopping = new AbortController();
  const { session, query, subscription, end } = connect(fabric, options, counters, stopping.signal);
  const feed = createEndpointFeed(
    {
      fabric: 'dc1' as SourceName,
      query,
      subscription,
      identity: (signal) => serialOf(query, signal),
      expectedIdentity: () => options.expectedIdentity,
      version: () => session.current?.version ?? '',
      resyncMs,
      clock,
      random: Math.random,
      log: () => undefined,
    },
    follow.map((each) => each.epg),
  );
  const settle = options.settleMs === undefined ? {} : { settleMs: options.settleMs };
  const source = createEndpointSource({ feed, follow, clock, memory, ...settle });
  const told: string[] = [];
  source.onNotices((notices) => told.push(...notices.map(({ sighting, path }) => `${sighting} ${path}`)));
  source.start(stopping.signal);
  await source.settled(stopping.signal);
  const freshness = (scope?: string): string => source.view.freshness(['LearnedEndpoint'], scope);
  const letGo = async (): Promise<void> => {
    stopping.abort(new Error('the test is over'));
    await source.stopped();
    await end();
  };
  return {
    fabric,
    source,
    memory,
    counters,
    told: () => told.splice(0),
    record: (address, of = epg) =>
      source.view.get('LearnedEndpoint', `${of}/${address as IpAddress}` as LearnedEndpointRecord['path']),
    members: (of = epg) => membersOf(source.view, of),
    freshness,
    synced: () => until(() => freshness() === 'synced', 'endpoints that are synced'),
    letGo,
    async stop() {
      await letGo();
      await fabric.close().catch(() => undefined);
    },
  };
}

async function serialOf(query: Query, signal: AbortSignal): Promise<string> {
  const question = { of: { class: 'topSystem' }, filter: 'eq(topSystem.id,"1")' };
  const [first] = await query.read(question, signal);
  return first?.attributes['serial'] ?? '';
}

function membersOf(view: SourceView, epgName: string): string[] {
  return [...view.all('LearnedEndpoint')]
    .filter(({ namespace }) => namespace === epgName)
    .map(({ address, absentSince }) => `${absentSince === undefined ? '' : '-'}${address}`)
    .sort();
}

/** A session and a socket without a System on them. */
function connect(fabric: Fabric, options: FollowOptions, counters: Counters, signal: AbortSignal) {
  const peer = createPeer({ baseUrl: fabric.url, trust: { caPem: fabric.caPem } });
  const clock = systemClock();
  const log = (): void => undefined;
  const random = Math.random;
  const { username, password } = fabric;
  const session = new Session({
    peers: [peer],
    credentials: { username, password },
    clock,
    random,
    log,
    counters,
  });
  const query = new Query({ session, counters, pageSize: options.pageSize ?? 5000, timeoutMs: 5000 });
  const nothing = (): void => undefined;
  const subscription = new Subscription({
    session,
    queries: () => [],
    learn: () => false,
    keep: new Set(),
    listener: { live: nothing, lost: nothing, gap: nothing, notices: nothing },
    seconds: options.subscriptionSeconds ?? 600,
    clock,
    random,
    log,
    counters,
  });
  session.start(signal);
  const running = subscription.run(signal);
  const end = async (): Promise<void> => {
    await running;
    await session.logOut();
    await peer.close();
  };
  return { session, query, subscription, end };
}
