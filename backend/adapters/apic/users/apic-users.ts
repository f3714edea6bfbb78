/**
 * The users of a fabric, as its APIC knows them: implements access' `FabricUsers`.
 *
 * In: controllers, how to trust them. Out: who somebody is, with the roles that the APIC grants. Passwords and tokens pass through:
 * they are in no field, no log and no error. A session that is opened to check a password is ended at once.
 *
 *     answer                                   becomes
 *     the APIC's own no (4xx)                  access.denied; no other controller is asked, so that one attempt counts once there
 *     no answer, 429, 5xx, not the APIC's      the next controller; after the last one access.unavailable
 *     429, 5xx of all that answer              all once more after a pause: the APIC takes few log-ins a second, and says 503 to the rest
 */
import { setTimeout } from 'node:timers/promises';
import type { FabricUser, FabricUsers, GrantedRole } from '../../../access/ports.ts';
import { ProblemError } from '../../../model/problems.ts';
import { createPeer, type Peer } from '../../http/peer.ts';
import type { PeerTrust } from '../../http/trust.ts';
import { isClearNo, problemOfFailure } from '../apic-error.ts';
import { exchange, only, type ApicRequest } from '../exchange.ts';
import type { Envelope } from '../mo.ts';
import { accountOf, loginName } from './login-name.ts';

export interface ApicUsersOptions {
  /** The fabric's name in the document. */
  readonly fabric: string;
  /** `https://host[:port]`, in order of preference. */
  readonly controllers: readonly string[];
  readonly trust: PeerTrust;
  /** For each controller, milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
  /** Before those that are too busy are asked once more, milliseconds. Default 1 s. */
  readonly pauseMs?: number;
}

export interface ApicUsers extends FabricUsers {
  /** Ends its connections. */
  close(): Promise<void>;
}

const logoutMs = 3000;

/** Opens no connection yet. Throws when a pinned certificate is none. */
export function createApicUsers(options: ApicUsersOptions): ApicUsers {
  const { fabric, controllers, trust, timeoutMs = 10_000, pauseMs = 1000 } = options;
  const peers = controllers.map((baseUrl) =>
    createPeer({ baseUrl, trust, connections: 2, connectTimeoutMs: timeoutMs, timeoutMs }),
  );
  const ask = asker(fabric, peers, pauseMs);
  return {
    fabric,
    accountOf,
    async signIn(username, password, signal) {
      const attributes = { name: loginName(username), pwd: password };
      const body = JSON.stringify({ aaaUser: { attributes } });
      const answer = await ask({ method: 'POST', path: '/api/aaaLogin.json', body }, { signal });
      if ('no' in answer) throw new ProblemError('access.denied', `${fabric} says: ${answer.no}`);
      const { token, userName = username } = only(answer.envelope, 'aaaLogin');
      if (token !== undefined && token !== '') await logOut(answer.peer, token, userName);
      return { name: userName === '' ? username : userName, roles: rolesIn(answer.envelope) };
    },
    async whoHas(token, challenge, signal) {
      // Anything else would be a second cookie or header, and not a token.
      if (!isHeaderText(token) || (challenge !== undefined && !isHeaderText(challenge))) return undefined;
      const headers = challenge === undefined ? {} : { 'APIC-challenge': challenge };
      const answer = await ask({ method: 'GET', path: '/api/aaaRefresh.json', headers }, { token, signal });
      return 'no' in answer ? undefined : userIn(answer.envelope);
    },
    async close() {
      await Promise.all(peers.map((peer) => peer.close()));
    },
  };
}

type Answer = { readonly peer: Peer; readonly envelope: Envelope } | { readonly no: string };

interface By {
  readonly token?: string;
  readonly signal: AbortSignal;
}

/** Asks for the first answer of the APIC's own, yes or no. Throws `access.unavailable`. */
function asker(
  fabric: string,
  peers: readonly Peer[],
  pauseMs: number,
): (request: ApicRequest, by: By) => Promise<Answer> {
  return async (request, by) => {
    let found = await askEach(peers, request, by);
    if ('failures' in found && found.isBusy && !by.signal.aborted) {
      await setTimeout(pauseMs, undefined, { signal: by.signal }).catch(() => undefined);
      found = await askEach(peers, request, by);
    }
    if (!('failures' in found)) return found;
    throw new ProblemError('access.unavailable', `${fabric} does not answer (${found.failures.join('; ')})`);
  };
}

interface Unanswered {
  readonly failures: readonly string[];
  /** One that answers has too much to do: it may have less in a moment. */
  readonly isBusy: boolean;
}

async function askEach(
  peers: readonly Peer[],
  request: ApicRequest,
  { token, signal }: By,
): Promise<Answer | Unanswered> {
  const failures: string[] = [];
  let isBusy = false;
  for (const peer of peers) {
    try {
      return { peer, envelope: await exchange(peer, request, token, signal) };
    } catch (thrown) {
      if (isClearNo(thrown)) return { no: thrown.text };
      const { code, detail } = problemOfFailure(thrown);
      isBusy ||= code === 'fabric.busy';
      failures.push(`${peer.baseUrl}: ${detail}`);
      if (signal.aborted) break;
    }
  }
  return { failures, isBusy };
}

/** That it fails harms nobody: the session ends by itself in some minutes, and nobody has its token. */
async function logOut(peer: Peer, token: string, name: string): Promise<void> {
  const body = JSON.stringify({ aaaUser: { attributes: { name } } });
  const request = { method: 'POST', path: '/api/aaaLogout.json', body, timeoutMs: logoutMs } as const;
  await exchange(peer, request, token).catch(() => undefined);
}

function userIn(envelope: Envelope): FabricUser | undefined {
  const { userName: name = '' } = only(envelope, 'aaaLogin');
  return name === '' ? undefined : { name, roles: rolesIn(envelope) };
}

/** Of `aaaUserDomain`: roles held for reading and for writing, as lists with commas. */
function rolesIn({ imdata }: Envelope): readonly GrantedRole[] {
  return imdata
    .filter(({ className }) => className === 'aaaUserDomain')
    .flatMap(({ attributes: { name: domain = '', rolesR = '', rolesW = '' } }) => {
      const writes = namesIn(rolesW);
      const reads = namesIn(rolesR).filter((role) => !writes.includes(role));
      const granted = (write: boolean) => (role: string) => ({ role, write, domain });
      return [...writes.map(granted(true)), ...reads.map(granted(false))];
    });
}

function namesIn(list: string): readonly string[] {
  return list.split(/[,\s]+/).filter((name) => name !== '');
}

function isHeaderText(text: string): boolean {
  return /^[\x21-\x2b\x2d-\x3a\x3c-\x7e]{1,8192}$/.test(text);
}
