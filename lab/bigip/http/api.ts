/** The REST interface under /mgmt: who asks, and which part of the device answers. */
import { DeviceError, errors } from '../errors.ts';
import type { LabClock } from '../../clock.ts';
import type { Store } from '../config/store.ts';
import type { Stats } from '../stats.ts';
import type { SystemApi } from '../system/system.ts';
import { renderToken, type Token, type Tokens } from '../session/tokens.ts';
import type { User } from '../session/users.ts';
import type { ConfigApi } from './config.ts';
import { json, refusal, type Reply } from './reply.ts';
import { bodyOf, type BigipRequest } from './request.ts';
import type { Transactions } from './transactions.ts';
import { isWrite } from './writes.ts';

export interface ApiParts {
  readonly clock: LabClock;
  readonly store: Store;
  readonly config: ConfigApi;
  readonly system: SystemApi;
  readonly transactions: Transactions;
  readonly tokens: Tokens;
  readonly stats: Stats;
  /** Changes while the device runs: the lab adds users. */
  readonly users: Map<string, User>;
}

interface Caller {
  readonly user: User;
  /** Absent: Basic authentication. */
  readonly token?: Token;
}

export function kindOf(request: BigipRequest): 'read' | 'write' | 'login' {
  if (/^\/mgmt\/shared\/auth[nz]\//.test(request.path)) return 'login';
  return request.method === 'GET' ? 'read' : 'write';
}

export class Api {
  readonly #parts: ApiParts;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  answer(request: BigipRequest): Reply {
    const reply = this.#attempt(request);
    const { clock, stats } = this.#parts;
    if (request.segments[1] === 'tm' && isWrite(request))
      stats.wrote({ method: request.method, path: request.path, at: clock.now(), status: reply.status });
    else if (kindOf(request) === 'read') stats.count('reads');
    return reply;
  }

  #attempt(request: BigipRequest): Reply {
    try {
      return this.#route(request);
    } catch (error) {
      if (error instanceof DeviceError) return refusal(error, request);
      throw error;
    }
  }

  #route(request: BigipRequest): Reply {
    const [, area, ...rest] = request.segments;
    if (area === 'shared' && rest.join('/') === 'authn/login') return this.#login(request);
    const caller = this.#caller(request);
    if (area === 'shared' && rest[0] === 'authz') return this.#token(request, caller);
    const { transactions, system, config } = this.#parts;
    const reply =
      transactions.answer(request, caller.user) ??
      system.answer(request, caller.user) ??
      (area === 'tm' ? config.answer(request, caller.user) : undefined);
    if (reply === undefined) throw errors.notPublic(request.path);
    return reply;
  }

  #login(request: BigipRequest): Reply {
    const { stats, tokens } = this.#parts;
    stats.count('logins');
    if (request.method !== 'POST') throw errors.notPublic(request.path);
    const { username, password, loginProviderName = 'local' } = bodyOf(request);
    const user = this.#authenticate(username, password);
    const token = tokens.open(user, request.sender);
    return json({
      username: user.name,
      loginReference: { link: 'https://localhost/mgmt/cm/system/authn/providers/local/login' },
      loginProviderName,
      token: renderToken(token),
      generation: 0,
      lastUpdateMicros: 0,
    });
  }

  #authenticate(name: unknown, password: unknown): User {
    const user = typeof name === 'string' ? this.#parts.users.get(name) : undefined;
    if (user === undefined || user.password !== password) throw errors.authenticationFailed();
    return user;
  }

  /** A token goes before Basic credentials. */
  #caller(request: BigipRequest): Caller {
    const { headers, sender, path } = request;
    const text = headers['x-f5-auth-token'];
    if (typeof text === 'string') {
      const token = this.#parts.tokens.find(text);
      return { user: token.user, token };
    }
    const basic = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (basic === undefined) throw errors.noCredentials(path, sender);
    const [name, ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { user: this.#authenticate(name, password.join(':')) };
  }

  /** `/mgmt/shared/authz/tokens/<token>`: one's own only. */
  #token(request: BigipRequest, { user }: Caller): Reply {
    const { stats, tokens } = this.#parts;
    const [, , , collection, text] = request.segments;
    if (collection !== 'tokens' || text === undefined) throw errors.notPublic(request.path);
    stats.count('tokenCalls');
    const token = tokens.find(text);
    if (token.user !== user) throw errors.notYourToken();
    if (request.method === 'DELETE') tokens.end(token);
    if (request.method === 'PATCH') {
      const { timeout = token.timeoutSeconds } = bodyOf(request);
      if (!/^\d+$/.test(String(timeout))) throw errors.badValue('timeout', timeout);
      tokens.extend(token, Number(timeout));
    }
    return json(renderToken(token));
  }
}
