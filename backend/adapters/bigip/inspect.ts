/**
 * What a BIG-IP says of itself and of our user, asked once: a login, version, roles by partition, identity, and the end of the login.
 *
 * In: an address and credentials. Out: facts. Nothing is written but the token, which is deleted.
 */
import type { Clock } from '../../model/clock.ts';
import { ProblemError } from '../../model/problems.ts';
import type { BigIpFacts, BigIpRights, Found } from '../../preflight/ports.ts';
import { createPeer } from '../http/peer.ts';
import type { PeerTrust } from '../http/trust.ts';
import { isBigIpError, problemOfFailure } from './bigip-error.ts';
import { newCounters } from './counters.ts';
import { readDevice } from './device.ts';
import { isRecord, recordsOf, statisticsOf, textOf } from './json.ts';
import type { Credentials } from './options.ts';
import { Query } from './query.ts';
import { Session } from './session.ts';

export interface BigIpQuestion {
  readonly address: string;
  readonly trust: PeerTrust;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For all of it. Default 10 s. */
  readonly timeoutMs?: number;
}

export async function inspectBigIp(question: BigIpQuestion): Promise<BigIpFacts> {
  const { address, trust, credentials, clock, signal, timeoutMs = 10_000 } = question;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const peer = createPeer({ baseUrl: address, trust, timeoutMs });
  const counters = newCounters();
  const log = (): undefined => undefined;
  const session = new Session({ peer, credentials, clock, random: () => 0, log, counters, timeoutMs });
  session.start(limit);
  const query = new Query({ session, counters, clock });
  try {
    const version = await found(limit, () => readVersion(query, limit));
    if ('problem' in version && isOfLogin(version))
      return { login: version, version, rights: version, identity: version, standby: undefined };
    const [rights, device] = await Promise.all([
      found(limit, () => readRights(query, credentials.username, limit)),
      found(limit, () => readDevice(query, undefined, limit)),
    ]);
    return {
      login: { fact: credentials.username },
      version,
      rights,
      identity: 'fact' in device ? { fact: device.fact.identity } : device,
      standby: 'fact' in device ? device.fact.problem : undefined,
    };
  } finally {
    await session.logOut();
    await peer.close();
    signal.throwIfAborted();
  }
}

/** Nobody was logged in: nothing else can be asked. */
function isOfLogin({ problem: { code } }: Extract<Found<string>, { problem: unknown }>): boolean {
  return !/\.(forbidden|incomplete)$/.test(code) && code !== 'pool.refused';
}

async function found<Fact>(limit: AbortSignal, work: () => Promise<Fact>): Promise<Found<Fact>> {
  try {
    return { fact: await work() };
  } catch (thrown) {
    if (limit.aborted)
      return { problem: { code: 'loadBalancer.unreachable', detail: 'no complete answer in time' } };
    return { problem: problemOfFailure(thrown) };
  }
}

async function readVersion(query: Query, signal: AbortSignal): Promise<string> {
  const said = await query.get('/mgmt/tm/sys/version', signal);
  for (const { entries } of statisticsOf(said)) {
    const version = isRecord(entries['Version']) ? textOf(entries['Version']['description']) : '';
    if (version !== '') return version;
  }
  throw new ProblemError('loadBalancer.incomplete', 'the device does not say which version it runs');
}

/** Users that another server knows have no entry of their own. */
async function readRights(query: Query, name: string, signal: AbortSignal): Promise<BigIpRights> {
  try {
    const user = await query.get(`/mgmt/tm/auth/user/${encodeURIComponent(name)}`, signal);
    const access = recordsOf(user?.['partitionAccess']);
    if (access.length === 0) return { partitions: undefined };
    const pairs = access.map((each) => [textOf(each['name']), textOf(each['role'])] as const);
    return { partitions: Object.fromEntries(pairs) };
  } catch (thrown) {
    if (isBigIpError(thrown) && [400, 403, 404].includes(thrown.status)) return { partitions: undefined };
    throw thrown;
  }
}
