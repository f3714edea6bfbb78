/**
 * One BIG-IP as a System, by iControl REST: makes the parts and joins them.
 *
 *     session ── query ── reader ── upkeep ──► mirror ◄── writer ──► saver
 *     │                             ▲  ▲         │
 *     gate               full reads ┘  refresh   view ──► rounds
 *
 * A BIG-IP tells nothing by itself, so it is read every so often and compared; what is another than before becomes drift. What our own writes did
 * is shown without reading again. Only the writer and the saver change anything, one request at a time. The gate stands before every
 * request: with each login it is asked which device answers, before each write whether writing is paused.
 */
import type { System } from '../../apply/ports.ts';
import type { Target } from '../../model/mapping.ts';
import { problem } from '../../model/problems.ts';
import type { DesiredObject } from '../../model/target-object.ts';
import { createPeer } from '../http/peer.ts';
import { isOfTheDevice, problemOfFailure } from './bigip-error.ts';
import { canonicalAttributes } from './bodies.ts';
import { newCounters, type Counters } from './counters.ts';
import { readDevice, type DeviceState } from './device.ts';
import { Drift } from '../system/drift.ts';
import { Gate } from '../system/gate.ts';
import { FullReads } from './full-reads.ts';
import type { Login } from './logins.ts';
import { Mirror } from './mirror.ts';
import type { BigIpOptions } from './options.ts';
import { Query } from './query.ts';
import { Reader } from './reader.ts';
import { Saver } from './saver.ts';
import { Session, type Asking } from './session.ts';
import { poolKeyText, unread } from '../system/pools-only.ts';
import { Status } from '../system/status.ts';
import { Turns } from './turns.ts';
import { Upkeep } from './upkeep.ts';
import { BigIpView } from './view.ts';
import { Writer } from './writer.ts';

export interface BigIpSystem extends System {
  readonly counters: Readonly<Counters>;
}

/** The device itself gives up after 60 s. */
const requestTimeoutMs = 65_000;
const batchBytes = 1_048_576;
/** Of a member with its metadata. */
const bytesOfChange = 512;

function connect(options: BigIpOptions, counters: Counters, gate: Gate<DeviceState>) {
  const { address: baseUrl, trust, clock, random, log, credentials, expectedIdentity } = options;
  const timeoutMs = options.requestTimeoutMs ?? requestTimeoutMs;
  const peer = createPeer({ baseUrl, trust, timeoutMs });
  const identify = (asking: Asking) =>
    readDevice(new Query({ session: asking, counters, clock }), expectedIdentity());
  const entering = ({ generation, token }: Login) => ({ generation, isBound: token !== undefined });
  const session = new Session({
    ...{ peer, credentials, clock, random, log, counters, timeoutMs },
    admit: (login, isWrite, asking) => gate.pass(entering(login), isWrite, () => identify(asking)),
  });
  const confirm = (when: 'before' | 'after') =>
    session.with((login, asking) => {
      const at = entering(login);
      const ask = () => identify(asking);
      return when === 'before' ? gate.begin(at, ask) : gate.confirm(at, !at.isBound, ask);
    });
  return { peer, session, confirm, reader: new Reader(new Query({ session, counters, clock })) };
}

function join(options: BigIpOptions) {
  const { name, clock, log } = options;
  const counters = newCounters();
  const status = new Status(unread());
  const gate = new Gate<DeviceState>({
    ...options,
    code: 'loadBalancer.identity',
    onAnswer: ({ identity }) => (status.identity = identity),
    onStranger: (why) => fullReads.lost(why),
  });
  const { peer, session, reader, confirm } = connect(options, counters, gate);
  const mirror = new Mirror();
  const drift = new Drift(poolKeyText(name));
  const turns = new Turns();
  const upkeep: Upkeep = new Upkeep({
    ...options,
    reader,
    mirror,
    confirm,
  });
  const fullReads: FullReads = new FullReads({ ...options, upkeep, status, drift, counters });
  const view = new BigIpView({ system: name, mirror, status });
  const saver = new Saver({ ...options, session, turns, counters });
  const writer = new Writer({
    session,
    reader,
    mirror,
    upkeep,
    clock,
    log,
    counters,
    onWritten: () => saver.wrote(),
  });
  return { counters, peer, session, mirror, status, drift, turns, upkeep, fullReads, view, saver, writer };
}

type Joined = ReturnType<typeof join>;

/** What is read again on behalf of a round; when the device does not answer, that is everybody's problem. */
function refreshing({ upkeep, status, fullReads }: Joined): System['refresh'] {
  return async (keys, signal) => {
    if (status.problem !== undefined) return;
    try {
      await upkeep.refresh(
        keys.map(({ name }) => name),
        signal,
      );
    } catch (thrown) {
      if (!signal.aborted && isOfTheDevice(thrown)) fullReads.lost(problemOfFailure(thrown));
    }
  };
}

function writing({ writer, turns, status, drift }: Joined, { clock }: BigIpOptions): System['write'] {
  return (batch, signal) =>
    turns.take(async () => {
      // Nothing is sent; the problem is no fault of this change, and the round is not to go on.
      if (status.problem !== undefined) return { result: 'unknown', problem: status.problem };
      const outcome = await writer.write(batch, signal);
      if (outcome.result !== 'accepted')
        drift.of(
          batch.changes.map(({ key }) => key.name),
          clock.now(),
        );
      return outcome;
    });
}

function partitionsOf(targets: readonly Target[]): ReadonlySet<string> {
  const pools = targets.filter((target) => target.kind === 'pool');
  return new Set(pools.map(({ partition }) => partition).filter((partition) => partition !== ''));
}

/** Deleting connections filtered by member has no certain form in REST, and an unheeded filter would cut every connection of the device. */
function canonicalise(object: DesiredObject): DesiredObject {
  const attributes = canonicalAttributes(object.attributes);
  if (object.traffic?.then !== 'cut') return { ...object, attributes };
  const said = problem('pool.connections-not-cut', 'the mapping asks for `then: cut`');
  return { ...object, attributes, problems: [...object.problems, said] };
}

export function createBigIpSystem(options: BigIpOptions): BigIpSystem {
  const joined = join(options);
  const { counters, peer, session, status, drift, upkeep, fullReads, view, saver } = joined;
  const stopped = Promise.withResolvers<undefined>();

  const leave = async (): Promise<void> => {
    await saver.flush();
    await session.logOut();
    await peer.close();
  };

  return {
    name: options.name,
    batchObjects: 1,
    batchBytes,
    view,
    counters,
    start(signal) {
      session.start(signal);
      saver.start(signal);
      void fullReads
        .run(signal)
        .then(leave)
        .catch(() => undefined)
        .then(() => stopped.resolve(undefined));
    },
    settled: (signal) => status.settled(signal),
    stopped: () => stopped.promise,
    watchFor(targets) {
      if (upkeep.use(partitionsOf(targets)) && status.problem === undefined) fullReads.soon();
    },
    refresh: refreshing(joined),
    canonicalise,
    cost: () => ({ objects: 1, bytes: bytesOfChange }),
    write: writing(joined, options),
    onDrift: (listener) => drift.onDrift(listener),
    onFreshness: (listener) => status.onChange(listener),
  };
}
