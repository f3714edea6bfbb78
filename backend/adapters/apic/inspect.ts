/**
 * What a fabric says of itself and of our user, asked once: a login, release, identity, roles, and the end of the login.
 *
 * In: controllers and credentials. Out: facts. Nothing is written.
 */
import type { Clock } from '../../model/clock.ts';
import { ProblemError, type Problem } from '../../model/problems.ts';
import type { FabricFacts, FabricRights, Found } from '../../preflight/ports.ts';
import { createPeer } from '../http/peer.ts';
import type { PeerTrust } from '../http/trust.ts';
import { problemOfFailure } from './apic-error.ts';
import { newCounters } from './counters.ts';
import type { ApicCredentials } from './credentials.ts';
import type { Login, Rights } from './logins.ts';
import { Query } from './query.ts';
import { Reader } from './reader.ts';
import { Session } from './session.ts';

export interface FabricQuestion {
  readonly controllers: readonly string[];
  readonly trust: PeerTrust;
  readonly credentials: ApicCredentials;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For all of it. Default 10 s. */
  readonly timeoutMs?: number;
}

export async function inspectFabric(question: FabricQuestion): Promise<FabricFacts> {
  const { controllers, trust, credentials, clock, signal, timeoutMs = 10_000 } = question;
  const ending = new AbortController();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const peers = controllers.map((baseUrl) => createPeer({ baseUrl, trust, timeoutMs }));
  const counters = newCounters();
  const session = new Session({ peers, credentials, clock, random: () => 0, log: () => undefined, counters });
  session.start(AbortSignal.any([limit, ending.signal]));
  try {
    const login = await found(limit, () => session.login());
    if ('problem' in login) return { login, version: login, identity: login };
    const reader = new Reader(new Query({ session, counters, pageSize: 100, timeoutMs }));
    const identity = await found(limit, () => reader.identity(limit));
    await session.logOut();
    return {
      login: { fact: rightsOf(login.fact.rights) },
      version: versionOf(login.fact, identity),
      identity: 'fact' in identity ? { fact: identity.fact.identity } : identity,
    };
  } finally {
    ending.abort();
    await Promise.all(peers.map((peer) => peer.close()));
    signal.throwIfAborted();
  }
}

/** The login says it too, on most releases. */
function versionOf({ version }: Login, identity: Found<{ release: string | undefined }>): Found<string> {
  const release = 'fact' in identity ? identity.fact.release : undefined;
  const told = version === '' ? release : version;
  if (told !== undefined && told !== '') return { fact: told };
  return { problem: incomplete('the fabric does not say which release it runs') };
}

function incomplete(detail: string): Problem {
  return new ProblemError('fabric.incomplete', detail).problem;
}

async function found<Fact>(limit: AbortSignal, work: () => Promise<Fact>): Promise<Found<Fact>> {
  try {
    return { fact: await work() };
  } catch (thrown) {
    if (limit.aborted)
      return { problem: { code: 'fabric.unreachable', detail: 'no complete answer in time' } };
    return { problem: problemOfFailure(thrown) };
  }
}

type May = 'yes' | 'no' | 'unknown';

/** What the roles that a fabric comes with let their holders write. Others are made by people, and their names say nothing. */
const writes: Readonly<Record<string, Pick<FabricRights, 'externalEpgs' | 'redirectPolicies'>>> = {
  admin: { externalEpgs: 'yes', redirectPolicies: 'yes' },
  'tenant-admin': { externalEpgs: 'yes', redirectPolicies: 'yes' },
  'tenant-ext-admin': { externalEpgs: 'yes', redirectPolicies: 'no' },
  'nw-svc-admin': { externalEpgs: 'no', redirectPolicies: 'yes' },
  'nw-svc-params': { externalEpgs: 'no', redirectPolicies: 'no' },
  'access-admin': { externalEpgs: 'no', redirectPolicies: 'no' },
  'fabric-admin': { externalEpgs: 'no', redirectPolicies: 'no' },
  'vmm-admin': { externalEpgs: 'no', redirectPolicies: 'no' },
  aaa: { externalEpgs: 'no', redirectPolicies: 'no' },
  ops: { externalEpgs: 'no', redirectPolicies: 'no' },
  'read-all': { externalEpgs: 'no', redirectPolicies: 'no' },
};

export function rightsOf(rights: readonly Rights[]): FabricRights {
  const roles = [...new Set(rights.flatMap(({ rolesW }) => rolesW.split(/[,|\s]+/).filter(Boolean)))];
  const best = (of: 'externalEpgs' | 'redirectPolicies'): May => {
    const all = roles.map((role): May => writes[role]?.[of] ?? 'unknown');
    if (all.includes('yes')) return 'yes';
    return all.includes('unknown') ? 'unknown' : 'no';
  };
  return {
    domains: rights.map(({ domain }) => domain),
    externalEpgs: best('externalEpgs'),
    redirectPolicies: best('redirectPolicies'),
    roles,
  };
}
