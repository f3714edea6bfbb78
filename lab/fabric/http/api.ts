/** The REST interface under `/api`: sessions, reads, writes, subscriptions. */
import { ApicError, errors } from '../model/errors.ts';
import { parseQuery, type QueryParameters } from '../query/parameters.ts';
import type { QueryEngine, QueryResult, Scope } from '../query/query.ts';
import { renderChanges } from '../query/render.ts';
import { domainsReply, loginReply, readCredentials } from '../session/login.ts';
import type { Session, Sessions } from '../session/sessions.ts';
import { appOf } from '../session/apps.ts';
import { authenticate } from '../session/users.ts';
import { countNodes, parseBody, type WriteNode } from '../write/body.ts';
import { canonical, rootDn } from '../write/names.ts';
import type { Author, Change, Transaction } from '../write/transaction.ts';
import type { LabClock } from '../../clock.ts';
import type { Faults } from '../faults.ts';
import type { Sockets } from '../events/sockets.ts';
import type { Subscriptions } from '../events/subscriptions.ts';
import type { Stats } from '../stats.ts';
import type { Store } from '../store.ts';
import { emptyResult, json, notFoundPage, refusal, unavailablePage, type Reply } from './reply.ts';
import { routeOf, type FabricRequest, type Route } from './request.ts';

export interface ApiParts {
  readonly clock: LabClock;
  readonly faults: Faults;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly subscriptions: Subscriptions;
  readonly sockets: Sockets;
  readonly stats: Stats;
  readonly queries: QueryEngine;
  readonly version: string;
  readonly loginThrottle: boolean;
}

const loginsPerSecond = 2;
const sessionCalls = new Set(['aaaLogin', 'requestAppToken', 'aaaRefresh', 'aaaLogout', 'aaaListDomains']);

export function kindOf(request: FabricRequest): 'read' | 'write' | 'login' {
  const route = routeOf(request.path);
  if (typeof route === 'object' && route.kind === 'call' && sessionCalls.has(route.name)) return 'login';
  return request.method === 'GET' ? 'read' : 'write';
}

export class Api {
  readonly #parts: ApiParts;
  #recentLogins: number[] = [];

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  answer(request: FabricRequest): Reply {
    try {
      return this.#route(request);
    } catch (error) {
      if (error instanceof ApicError) return refusal(error);
      throw error;
    }
  }

  /** Ends the session that the request speaks for. */
  endSession(request: FabricRequest): void {
    const [token] = request.cookies;
    if (token !== undefined) this.#parts.sessions.end(this.#parts.sessions.find(token, request.challenge));
  }

  #route(request: FabricRequest): Reply {
    const route = routeOf(request.path);
    if (route === undefined) return notFoundPage;
    if (route === 'xml') throw errors.badRequest('This fabric speaks JSON only; use the suffix .json');
    if (route.kind === 'call' && route.name === 'aaaLogin') return this.#login(request);
    if (route.kind === 'call' && route.name === 'requestAppToken') return this.#appToken(request);
    if (route.kind === 'call' && route.name === 'aaaListDomains') return json(domainsReply);
    const session = this.#session(request);
    if (route.kind === 'call') return this.#call(route.name, request, session);
    if (request.method === 'GET') return this.#read(request, route, session);
    return this.#write(request, route, session);
  }

  #session(request: FabricRequest): Session {
    const [token] = request.cookies;
    if (token === undefined) throw errors.noToken();
    return this.#parts.sessions.find(token, request.challenge);
  }

  #login(request: FabricRequest): Reply {
    const { clock, sessions, stats, store } = this.#parts;
    stats.count('logins');
    this.#recentLogins = this.#recentLogins.filter((at) => at > clock.now() - 1000);
    if (this.#parts.loginThrottle && this.#recentLogins.length >= loginsPerSecond) return unavailablePage;
    this.#recentLogins.push(clock.now());
    const { name, password } = readCredentials(request.body);
    const user = authenticate(store.tree, name, password);
    if (user === undefined) throw errors.credential();
    const forGui = new URLSearchParams(request.query).get('gui-token-request') === 'yes';
    return this.#grant(sessions.open(user, forGui));
  }

  #appToken(request: FabricRequest): Reply {
    const { sessions, stats, store } = this.#parts;
    stats.count('appTokens');
    return this.#grant(sessions.open(appOf(request, store.tree)));
  }

  #grant(grant: { session: Session; token: string }): Reply {
    const { clock, sessions, version } = this.#parts;
    const cookie = `APIC-cookie=${grant.token}; path=/; HttpOnly; Secure`;
    return { ...json(loginReply(sessions, grant, { version, now: clock.now() })), cookie };
  }

  #call(name: string, request: FabricRequest, session: Session): Reply {
    const { sessions, stats } = this.#parts;
    switch (name) {
      case 'aaaRefresh':
        stats.count('tokenRefreshes');
        return this.#grant({ session, token: sessions.issue(session) });
      case 'aaaLogout':
        stats.count('logouts');
        sessions.end(session);
        return emptyResult;
      case 'subscriptionRefresh':
        return this.#refreshSubscription(request);
      default:
        return notFoundPage;
    }
  }

  #refreshSubscription(request: FabricRequest): Reply {
    const { faults, stats, subscriptions } = this.#parts;
    const { id, refreshTimeoutSeconds } = parseQuery(request.query);
    stats.count('subscriptionRefreshes');
    if (faults.take('refusedRefresh')) subscriptions.drop(id ?? '');
    subscriptions.refresh(id ?? '', refreshTimeoutSeconds);
    return emptyResult;
  }

  #read(request: FabricRequest, route: Exclude<Route, { kind: 'call' }>, session: Session): Reply {
    const { queries, stats } = this.#parts;
    stats.count('reads');
    const scope: Scope = route.kind === 'mo' ? { kind: 'mo', dn: canonical(route.dn) } : route;
    const parameters = parseQuery(request.query);
    const result = this.#disturb(queries.run(scope, parameters), request, parameters);
    stats.count('objectsRead', result.objects.length);
    const subscription = parameters.subscribe ? this.#subscribe(request, scope, { session, parameters }) : '';
    return json(
      `{"totalCount":"${result.totalCount}",${subscription}"imdata":[${result.objects.join(',')}]}`,
    );
  }

  #subscribe(
    request: FabricRequest,
    scope: Scope,
    by: { session: Session; parameters: QueryParameters },
  ): string {
    const { sockets, stats, subscriptions } = this.#parts;
    if (!sockets.has(by.session)) throw errors.noSocket();
    stats.count('subscribes');
    // Two equal cookies pass for one session, but what they subscribe to reaches no socket.
    const owner = request.cookies.length > 1 ? { ...by.session } : by.session;
    return `"subscriptionId":"${subscriptions.add(owner, scope, by.parameters)}",`;
  }

  #disturb(result: QueryResult, request: FabricRequest, { pageSize }: QueryParameters): QueryResult {
    const { faults } = this.#parts;
    const faulted = { kind: 'read' as const, url: request.url };
    if (result.objects.length > 0 && faults.take('emptyPage', faulted)) return { ...result, objects: [] };
    if (pageSize !== undefined && result.objects.length > 1 && faults.take('truncatedPage', faulted)) {
      return { ...result, objects: result.objects.slice(0, Math.floor(result.objects.length / 2)) };
    }
    return result;
  }

  #write(request: FabricRequest, route: Route, session: Session): Reply {
    const dn = route.kind === 'mo' ? route.dn : '';
    let reply: Reply = emptyResult;
    let objects = 0;
    try {
      if (route.kind !== 'mo') throw errors.badRequest('Only objects can be written');
      if (!session.user.mayWrite) throw errors.denied();
      const nodes = request.method === 'POST' ? parseBody(request.body) : [];
      objects = request.method === 'POST' ? countNodes(nodes) : 1;
      reply =
        request.method === 'DELETE'
          ? this.#delete(request, dn, session)
          : this.#post(request, nodes, { dn, session });
    } catch (error) {
      if (!(error instanceof ApicError)) throw error;
      reply = refusal(error);
    }
    const at = this.#parts.clock.now();
    this.#parts.stats.wrote({ method: request.method, dn, objects, at, status: reply.status });
    return reply;
  }

  #delete(request: FabricRequest, dn: string, session: Session): Reply {
    const { store } = this.#parts;
    const mo = store.tree.get(canonical(dn));
    if (mo === undefined) return emptyResult;
    const changes = store.commit(authorOf(session), (transaction) => transaction.remove(mo));
    return outcome(request, changes);
  }

  #post(request: FabricRequest, nodes: readonly WriteNode[], at: { dn: string; session: Session }): Reply {
    if (request.method !== 'POST') throw errors.badRequest(`Method ${request.method} is not supported`);
    const apply = (transaction: Transaction): void => {
      for (const node of nodes) transaction.apply(node, rootDn(node, at.dn));
    };
    return outcome(request, this.#parts.store.commit(authorOf(at.session), apply));
  }
}

/** What a write changed, for those who ask for it. */
function outcome(request: FabricRequest, changes: readonly Change[]): Reply {
  return parseQuery(request.query).nesting === 'modified' ? json(renderChanges(changes)) : emptyResult;
}

function authorOf(session: Session): Author {
  const { user } = session;
  return { user: user.name, uid: user.unixUserId, system: false, sessionId: session.id };
}
