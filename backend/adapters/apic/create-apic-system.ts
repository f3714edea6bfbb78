/**
 * One fabric as a System: makes the parts and joins them.
 *
 *     session ── query ── reader ── upkeep ──► mirror ◄── writer
 *     │  └───── subscription ── notices ────────┘ │
 *     gate                                       view ──► rounds
 *
 * Subscribed first, then read. Notifications put objects in doubt, and become drift; the round's refresh reads them. What no round asks for is
 * read again in the background. Only the writer changes anything on the fabric, and
 * its gate stands before every request: with each login it is asked which fabric answers, before each write whether writing is paused.
 */
import type { System, SystemView } from '../../apply/ports.ts';
import type { SourceName } from '../../model/identity.ts';
import type { Problem } from '../../model/problems.ts';
import type { EndpointFeed } from '../../observe/ports.ts';
import { createPeer, type Peer } from '../http/peer.ts';
import { Backlog } from './backlog.ts';
import { canonicalise } from './canonicalise.ts';
import { costOf } from './cost.ts';
import { newCounters, type Counters } from './counters.ts';
import { tenantOf, type Dn } from './dn.ts';
import { Doubts } from './doubts.ts';
import { Drift } from '../system/drift.ts';
import { Gate } from '../system/gate.ts';
import { createEndpointFeed } from './endpoints/endpoint-feed.ts';
import { FullReads } from './full-reads.ts';
import { Labels } from './labels.ts';
import { Mirror } from './mirror.ts';
import { Notices } from './notices.ts';
import type { ApicOptions } from './options.ts';
import { containersOf, dnsOf, keyTextOf } from './place.ts';
import { Query } from './query.ts';
import { Reader, type FabricIdentity } from './reader.ts';
import type { Login, Rights } from './logins.ts';
import { Session, type Asking } from './session.ts';
import { FabricStatus } from './status.ts';
import { Subscription } from './subscription.ts';
import { Upkeep } from './upkeep.ts';
import { ApicView } from './view.ts';
import { writePath } from './write-path.ts';

export interface ApicSystem extends System {
  readonly counters: Readonly<Counters>;
  /** What the login says that our user may do; empty before the first one. */
  readonly rights: readonly Rights[];
  /** The endpoints that the fabric learned in these EPGs (`tenant/application profile/EPG`), on the session of this System. */
  endpoints(epgs: readonly string[]): EndpointFeed;
}

const pageSize = 5000;
const subscriptionSeconds = 600;
/** As long as the APIC itself works on a request. */
const requestTimeoutMs = 90_000;

/** What is asked of the fabric, and how. */
function connect(options: ApicOptions, counters: Counters, gate: Gate<FabricIdentity>) {
  const { controllers, trust, clock, random, log, credentials } = options;
  const timeoutMs = options.requestTimeoutMs ?? requestTimeoutMs;
  const asked = { counters, pageSize: options.pageSize ?? pageSize, timeoutMs };
  const peers: readonly Peer[] = controllers.map((baseUrl) => createPeer({ baseUrl, trust }));
  const identify = (asking: Asking) => new Reader(new Query({ ...asked, session: asking })).identity();
  // The APIC's tokens are good for the controllers of one fabric.
  const entering = ({ generation }: Login) => ({ generation, isBound: true });
  const session = new Session({
    ...{ peers, credentials, clock, random, log, counters },
    admit: (login, isWrite, asking) => gate.pass(entering(login), isWrite, () => identify(asking)),
  });
  const query = new Query({ ...asked, session });
  const confirm = () => session.with((login, asking) => gate.begin(entering(login), () => identify(asking)));
  return { peers, session, query, confirm, reader: new Reader(query), timeoutMs };
}

/** What is known of it. */
function know(options: ApicOptions, session: Session, status: FabricStatus) {
  const { name, instance } = options;
  const mirror = new Mirror();
  const doubts = new Doubts();
  const drift = new Drift((dn: Dn) => keyTextOf(name, dn));
  const view = new ApicView({
    system: name,
    instance,
    mirror,
    state: {
      get problem() {
        return status.problem;
      },
      get identity() {
        return status.identity;
      },
      get release() {
        return status.release;
      },
      get rights() {
        return session.rights;
      },
      doubt: (dn) => doubts.problem(dn),
    },
  });
  return { mirror, doubts, status, drift, view };
}

type Connection = ReturnType<typeof connect>;
type Knowledge = ReturnType<typeof know>;

interface Parts extends Connection, Knowledge {
  readonly options: ApicOptions;
  readonly counters: Counters;
  readonly wanted: () => ReadonlySet<Dn>;
}

/** What keeps it true. */
function maintain(parts: Parts) {
  const { options, counters, mirror, doubts, drift, view, status } = parts;
  const { clock, random, log } = options;
  const upkeep: Upkeep = new Upkeep({
    ...parts,
    onFound: ({ changed, uncertain }) => {
      view.forget();
      for (const dn of uncertain) doubts.notified(dn);
      drift.of([...changed, ...uncertain], clock.now());
      backlog.add({ in: 'containers' });
    },
    onMissed: (objects) => {
      if (status.problem === undefined) counters.missedChanges += objects;
    },
    onStructure: (tenants) => {
      view.forget();
      if (tenants.some((tenant) => concerns(parts, tenant, upkeep.followed()))) drift.all(clock.now());
    },
    onUncertain: (place) => backlog.add(place),
  });
  const backlog: Backlog = new Backlog({ upkeep, clock, random, log });
  const fullReads = new FullReads({ ...options, upkeep, status, drift, counters });
  const notices = new Notices({
    mirror,
    doubts,
    backlog,
    drift,
    counters,
    isFollowed: (container) => upkeep.followed().has(container),
  });
  return { upkeep, backlog, fullReads, notices };
}

/** A tenant that holds a followed container, or the VRF of a followed L3Out, or what every tenant may use. */
function concerns({ mirror }: Parts, tenant: string, followed: ReadonlySet<Dn>): boolean {
  if (tenant === 'common') return true;
  return [...followed].some(
    (container) =>
      tenantOf(container) === tenant || tenantOf(mirror.structure.vrfDn(container) ?? '') === tenant,
  );
}

type Upkeeping = ReturnType<typeof maintain>;

function subscribe(parts: Parts, { fullReads, notices }: Upkeeping): Subscription {
  const { options, session, query, reader, counters } = parts;
  return new Subscription({
    session,
    queries: () => reader.subscriptions(),
    learn: (thrown) => query.learn(thrown),
    keep: reader.noticed,
    listener: {
      live: () => fullReads.live(),
      lost: (why) => fullReads.lost(why),
      gap: (reason) => fullReads.gap(reason),
      notices: (mos, at) => notices.receive(mos, at),
    },
    seconds: options.subscriptionSeconds ?? subscriptionSeconds,
    clock: options.clock,
    random: options.random,
    log: options.log,
    counters,
  });
}

/** Of an EPG's learned endpoints, on the session and the socket of the System. */
function feedOf(
  { options, query, reader, session }: Parts,
  subscription: Subscription,
  epgs: readonly string[],
): EndpointFeed {
  const surroundings = {
    ...options,
    // Systems and sources share their names.
    fabric: options.name as string as SourceName,
    query,
    subscription,
    identity: async (signal: AbortSignal) => (await reader.identity(signal)).identity,
    version: () => session.current?.version ?? '',
  };
  return createEndpointFeed(surroundings, epgs);
}

export function createApicSystem(options: ApicOptions): ApicSystem {
  const counters = newCounters();
  const status = new FabricStatus();
  const onStranger = (why: Problem): void => upkeeping.fullReads.stranger(why);
  const onAnswer = (found: FabricIdentity): void => status.answered(found);
  const gate = new Gate({ ...options, code: 'fabric.identity', onAnswer, onStranger });
  const connection = connect(options, counters, gate);
  const { session, peers } = connection;
  let wanted: ReadonlySet<Dn> = new Set();
  let running = new AbortController().signal;
  const stopped = Promise.withResolvers<undefined>();
  const knowledge = know(options, session, status);
  const parts: Parts = { ...connection, ...knowledge, options, counters, wanted: () => wanted };
  const upkeeping: Upkeeping = maintain(parts);
  const { upkeep, backlog, fullReads } = upkeeping;
  const subscription = subscribe(parts, upkeeping);
  const labels = new Labels({ ...parts, ...options, most: options.batchObjects });
  const view: SystemView = knowledge.view;

  const leave = async (): Promise<void> => {
    if (session.current !== undefined) await labels.flush();
    await session.logOut();
    await Promise.all(peers.map((peer) => peer.close()));
  };

  return {
    name: options.name,
    batchObjects: options.batchObjects,
    batchBytes: options.batchBytes,
    view,
    counters,
    get rights() {
      return session.rights;
    },
    start(signal) {
      running = signal;
      session.start(signal);
      backlog.start(signal);
      fullReads.start(signal);
      void subscription
        .run(signal)
        .then(leave)
        .catch(() => undefined)
        .then(() => stopped.resolve(undefined));
    },
    settled: (signal) => knowledge.status.settled(signal),
    stopped: () => stopped.promise,
    watchFor(targets) {
      wanted = containersOf(targets);
      if (knowledge.status.problem === undefined) backlog.add({ in: 'containers' });
    },
    refresh: (keys, signal) => upkeep.refresh(dnsOf(keys), signal),
    endpoints: (epgs) => feedOf(parts, subscription, epgs),
    canonicalise,
    cost: costOf,
    write: writePath({ ...parts, ...upkeeping, labels, signal: () => running }),
    onDrift: (listener) => knowledge.drift.onDrift(listener),
    onFreshness: (listener) => knowledge.status.onChange(listener),
  };
}
