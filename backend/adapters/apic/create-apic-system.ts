/**
 * One fabric as a System: makes the parts and joins them.
 *
 *     session ── query ── reader ── upkeep ──► mirror ◄── writer
 *        └───── subscription ── notices ────────┘ │
 *                                                view ──► rounds
 *
 * Subscribed first, then read. Notifications put names in doubt, and become drift; the round's refresh reads them. What no round asks for is
 * read again in the background. Only the writer changes anything on the fabric.
 */
import type { System, SystemView } from '../../apply/ports.ts';
import type { Change } from '../../model/plan.ts';
import { createPeer, type Peer } from '../http/peer.ts';
import { Backlog } from './backlog.ts';
import type { Codec } from './codec/codec.ts';
import { codecs } from './codec/registry.ts';
import { newCounters, type Counters } from './counters.ts';
import { Doubts } from './doubts.ts';
import { Drift } from './drift.ts';
import { FullReads } from './full-reads.ts';
import { Labels } from './labels.ts';
import { Mirror } from './mirror.ts';
import { Notices } from './notices.ts';
import type { ApicOptions } from './options.ts';
import { Query } from './query.ts';
import { Reader } from './reader.ts';
import type { Rights } from './logins.ts';
import { Session } from './session.ts';
import { Status } from './status.ts';
import { Subscription } from './subscription.ts';
import { Upkeep } from './upkeep.ts';
import { ApicView } from './view.ts';
import { costOf } from './write-tree.ts';
import { Writer } from './writer.ts';

export interface ApicSystem extends System {
  readonly counters: Readonly<Counters>;
  /** What the login says that our user may do; empty before the first one. */
  readonly rights: readonly Rights[];
}

const pageSize = 5000;
const subscriptionSeconds = 600;
/** As long as the APIC itself works on a request. */
const requestTimeoutMs = 90_000;

/** What is asked of the fabric, and how. */
function connect(options: ApicOptions, codec: Codec, counters: Counters) {
  const { controllers, trust, clock, random, log, credentials } = options;
  const timeoutMs = options.requestTimeoutMs ?? requestTimeoutMs;
  const peers: readonly Peer[] = controllers.map((baseUrl) => createPeer({ baseUrl, trust }));
  const session = new Session({ peers, credentials, clock, random, log, counters });
  const query = new Query({ session, counters, pageSize: options.pageSize ?? pageSize, timeoutMs });
  return { peers, session, query, reader: new Reader(query, codec), timeoutMs };
}

/** What is known of it. */
function know(options: ApicOptions, codec: Codec, session: Session) {
  const { name, instance } = options;
  const mirror = new Mirror(codec);
  const doubts = new Doubts();
  const status = new Status();
  const drift = new Drift({ system: name, kind: codec.kind });
  const view = new ApicView({
    system: name,
    instance,
    codec,
    mirror,
    state: {
      get problem() {
        return status.problem;
      },
      get identity() {
        return status.identity;
      },
      get rights() {
        return session.rights;
      },
      doubt: (each) => doubts.problem(each, codec.containerOf(each)),
    },
  });
  return { mirror, doubts, status, drift, view };
}

type Connection = ReturnType<typeof connect>;
type Knowledge = ReturnType<typeof know>;

interface Parts extends Connection, Knowledge {
  readonly options: ApicOptions;
  readonly codec: Codec;
  readonly counters: Counters;
  readonly wanted: () => ReadonlySet<string>;
}

/** What keeps it true. */
function maintain(parts: Parts) {
  const { options, codec, counters, mirror, doubts, drift, view, status } = parts;
  const { clock, random, log } = options;
  const upkeep: Upkeep = new Upkeep({
    ...parts,
    admit: (identity) => fullReads.admit(identity),
    onFound: ({ changed, uncertain }) => {
      view.forget();
      for (const name of uncertain) doubts.notified(name);
      drift.names([...changed, ...uncertain], clock.now());
      backlog.add({ in: 'containers' });
    },
    onMissed: (names) => {
      if (status.problem === undefined) counters.missedChanges += names;
    },
    onStructure: (tenants) => {
      view.forget();
      if (tenants.some((tenant) => concerns(parts, tenant, upkeep.followed()))) drift.all(clock.now());
    },
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
  return { upkeep, backlog, fullReads, notices, codec };
}

/** A tenant that holds a followed L3Out, or its VRF, or what every tenant may use. */
function concerns({ mirror }: Parts, tenant: string, followed: ReadonlySet<string>): boolean {
  if (tenant === 'common') return true;
  return [...followed].some(
    (container) =>
      container.startsWith(`${tenant}/`) ||
      mirror.structure.vrfDn(container)?.startsWith(`uni/tn-${tenant}/`) === true,
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

/** Most changes are, and nothing else depends on them. */
function isAboutAddress(change: Change): boolean {
  if (change.type === 'removeItem') return change.address !== undefined;
  return 'item' in change && change.item.address !== undefined;
}

/** The write path: what is notified meanwhile of the same keys waits for the outcome. */
function writing(
  parts: Parts,
  { notices }: Upkeeping,
  labels: Labels,
  signal: () => AbortSignal,
): System['write'] {
  const { doubts, drift, view, options } = parts;
  const writer = new Writer({
    ...parts,
    resolves: (name, kind, item) => view.resolvesName(name, kind, item),
  });
  return async (batch, caller) => {
    const names = new Set(batch.changes.map((change) => change.key.name));
    notices.hold(names);
    try {
      const { outcome, freed } = await writer.write(batch, caller);
      if (!batch.changes.every(isAboutAddress)) view.forget();
      if (outcome.result === 'accepted') labels.take(batch.changes, signal());
      for (const name of names) {
        if (outcome.result === 'refused') doubts.notified(name);
        if (outcome.result === 'unknown') doubts.unknown(name, outcome.problem);
      }
      // A clear no may mean that the mirror is behind: what a person made meanwhile is in the way, or what is ours is there already.
      drift.names(outcome.result === 'refused' ? names : freed, options.clock.now());
      return outcome;
    } finally {
      notices.release();
    }
  };
}

export function createApicSystem(options: ApicOptions): ApicSystem {
  const codec = codecs.externalEpg;
  const counters = newCounters();
  const connection = connect(options, codec, counters);
  const { session, peers } = connection;
  let wanted: ReadonlySet<string> = new Set();
  let running = new AbortController().signal;
  const stopped = Promise.withResolvers<undefined>();
  const knowledge = know(options, codec, session);
  const parts: Parts = { ...connection, ...knowledge, options, codec, counters, wanted: () => wanted };
  const upkeeping = maintain(parts);
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
    watchFor(keys, containers) {
      wanted = new Set([...containers, ...keys.map(({ name }) => codec.containerOf(name))]);
      if (knowledge.status.problem === undefined) backlog.add({ in: 'containers' });
    },
    refresh: (keys, signal) =>
      upkeep.refresh(
        keys.map(({ name }) => name),
        signal,
      ),
    canonicalise: (object) => codec.canonicalise(object),
    cost: costOf,
    write: writing(parts, upkeeping, labels, () => running),
    onDrift: (listener) => knowledge.drift.onDrift(listener),
    onFreshness: (listener) => knowledge.status.onChange(listener),
  };
}
