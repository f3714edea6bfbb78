/**
 * The one pipeline that every request goes through, however it came: route, pace, origin, person, role, body, schemas,
 * condition, handler, audit, problem details.
 *
 * In: a request as values, and the table of routes. Out: status, headers, body. Must not know HTTP servers: express and the
 * envelope adapt to it. Nothing is read of a body before its sender may send it.
 */
import { ipKeyGenerator } from 'express-rate-limit';
import type { Clock } from '../model/clock.ts';
import { mayAct } from '../model/person.ts';
import type { Person } from '../model/person.ts';
import { ProblemError, problemOf, problemTable } from '../model/problems.ts';
import type { Problem } from '../model/problems.ts';
import { createAuditor } from './auditor.ts';
import type { Attempt, Auditor } from './auditor.ts';
import { createBuckets } from './buckets.ts';
import type { Buckets, Pacing } from './buckets.ts';
import { checkJson, parseJson } from './json-body.ts';
import type { Access, ApiLog, Audit, Condition, Credentials, StartedSession } from './ports.ts';
import { problemDetails } from './problem-details.ts';
import { checkOrigin, conditionOf, credentialsOf, hasAlready, sessionCookie } from './request-headers.ts';
import type { RequestHeaders } from './request-headers.ts';
import type { Answer, Circumstances, RawParameters, Route } from './route.ts';
import { routeTable } from './route-table.ts';
import type { Match } from './route-table.ts';

/** `json`: it was parsed, and checked, with what it came in. */
export type RequestBody = { readonly bytes: Uint8Array } | { readonly json: unknown } | 'too large';

export interface ApiRequest {
  readonly method: string;
  /** From the root of the API, not decoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** `host` is the name that the browser used. */
  readonly headers: RequestHeaders;
  /** Reads no more than `largest` bytes. */
  readonly body: (largest: number) => Promise<RequestBody>;
  /** The address of whoever asks. */
  readonly from: string;
  /** Whether whoever asks speaks TLS, be it with a proxy. */
  readonly tls: boolean;
  readonly signal: AbortSignal;
}

export type ReplyBody =
  | { readonly type: 'application/json' | 'application/problem+json'; readonly json: unknown }
  | { readonly type: 'text/plain; version=0.0.4'; readonly text: string };

export interface Reply {
  readonly status: number;
  /** Lower-case, without those that tell of the body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReplyBody | undefined;
}

/** An answer that can be asked for again, as long as whoever asked may still ask. */
export interface Followed {
  /** Who asks, to be told apart from others. */
  readonly who: string;
  again(query: RawParameters): Promise<Answer<unknown>>;
  /** Whether the session, token or role that it was asked with still stands. */
  mayGoOn(): Promise<boolean>;
}

export interface Dispatcher {
  dispatch(request: ApiRequest): Promise<Reply>;
  /** Whether the route there can be followed. */
  canFollow(request: Pick<ApiRequest, 'method' | 'path'>): boolean;
  /** A reply where it may not be followed. */
  follow(request: ApiRequest): Promise<Followed | Reply>;
  /** A problem as the reply to a request that never got as far as a route. */
  refuse(thrown: unknown, request: Pick<ApiRequest, 'path'>): Reply;
}

export type Limits = Readonly<Record<'reads' | 'acts' | 'signIn' | 'personActs', Pacing>>;

/** Per peer; acts also per person. Behind App Center all are one peer. */
export const defaultLimits: Limits = {
  reads: { perSecond: 1000, burst: 2000 },
  acts: { perSecond: 50, burst: 200 },
  signIn: { perSecond: 0.5, burst: 20 },
  personActs: { perSecond: 10, burst: 60 },
};

export interface DispatchOptions {
  readonly access: Access;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: ApiLog;
  readonly limits?: Limits;
  /** The end. */
  readonly signal: AbortSignal;
}

export function createDispatcher(routes: readonly Route[], options: DispatchOptions): Dispatcher {
  const pipeline = new Pipeline(routes, options);
  return {
    dispatch: (request) => pipeline.dispatch(request),
    canFollow: ({ method, path }) => method === 'GET' && pipeline.find(method, path).route?.followed === true,
    follow: (request) => pipeline.follow(request),
    refuse: (thrown, { path }) => pipeline.problemReply(thrown, path, undefined),
  };
}

class Pipeline {
  readonly find: ReturnType<typeof routeTable>;
  readonly #options: DispatchOptions;
  readonly #auditor: Auditor;
  readonly #buckets: Readonly<Record<keyof Limits, Buckets>>;

  constructor(routes: readonly Route[], options: DispatchOptions) {
    const { limits = defaultLimits, clock } = options;
    const buckets = (pacing: Pacing): Buckets => createBuckets(pacing, () => clock.monotonic());
    this.find = routeTable(routes);
    this.#options = options;
    this.#auditor = createAuditor(options);
    this.#buckets = {
      reads: buckets(limits.reads),
      acts: buckets(limits.acts),
      signIn: buckets(limits.signIn),
      personActs: buckets(limits.personActs),
    };
  }

  async dispatch(request: ApiRequest): Promise<Reply> {
    const { method, path } = request;
    const match = this.find(method, path);
    if (match.route === undefined) return this.#nothingHere(request, match.allowed);
    const { route } = match;
    const attempt: Attempt = { ...match, from: request.from, person: undefined, call: undefined };
    try {
      const answer = await this.#serve(request, match, attempt);
      this.#auditor.done(attempt, answer);
      return answerReply(route, request, answer);
    } catch (thrown) {
      this.#auditor.failed(attempt, problemOf(thrown));
      return this.problemReply(thrown, path, route);
    }
  }

  async follow(request: ApiRequest): Promise<Followed | Reply> {
    const { method, path } = request;
    const match = this.find(method, path);
    if (match.route === undefined) return this.#nothingHere(request, match.allowed);
    const { route, params } = match;
    try {
      this.#pace(route, request);
      const circumstances = await this.#circumstances(route, request, {});
      const again = (query: RawParameters): Promise<Answer<unknown>> =>
        route.accept({ params, query, body: undefined }, circumstances).run();
      route.accept({ params, query: queryOf(request), body: undefined }, circumstances);
      const { person, from } = circumstances;
      const who = person === undefined ? from : nameOf(person);
      return { who, again, mayGoOn: () => this.#mayGoOn(route, request) };
    } catch (thrown) {
      return this.problemReply(thrown, path, route);
    }
  }

  problemReply(thrown: unknown, path: string, route: Route | undefined): Reply {
    const { log } = this.#options;
    const found = problemOf(thrown);
    if (found.code === 'internal.bug') log.error({ err: thrown, path }, 'a request failed');
    if (route !== undefined && !route.errors.includes(found.code))
      log.error(
        { code: found.code, path: route.path },
        'a route answered a problem that it does not declare',
      );
    return problemReply(found, thrown instanceof Waiting ? thrown.waitMs : undefined);
  }

  #nothingHere({ method, path }: ApiRequest, allowed: readonly string[]): Reply {
    const what = `${method.slice(0, 20)} ${path.slice(0, 200)}`;
    const code = allowed.length > 0 ? 'request.method' : 'request.not-found';
    const reply = problemReply({ code, detail: what }, undefined);
    return allowed.length === 0
      ? reply
      : { ...reply, headers: { ...reply.headers, allow: allowed.join(', ') } };
  }

  async #serve(request: ApiRequest, { route, params }: Match, attempt: Attempt): Promise<Answer<unknown>> {
    this.#pace(route, request);
    const circumstances = await this.#circumstances(route, request, attempt);
    if (circumstances.person !== undefined && route.pace !== 'reads')
      this.#take('personActs', nameOf(circumstances.person));
    const body = await bodyOf(route, request);
    const call = route.accept({ params: clean(params), query: queryOf(request), body }, circumstances);
    attempt.call = call;
    if (route.conditional && circumstances.condition === undefined)
      throw new ProblemError('config.condition', 'expected If-Match, or If-None-Match: *');
    return call.run();
  }

  #pace(route: Route, { from }: ApiRequest): void {
    this.#take(route.pace, ipKeyGenerator(from, 64));
  }

  #take(which: keyof Limits, who: string): void {
    const waitMs = this.#buckets[which].take(who);
    if (waitMs > 0) throw new Waiting(waitMs);
  }

  /** Whoever it is is noted in `whom` before it is decided whether they may. */
  async #circumstances(
    route: Route,
    request: ApiRequest,
    whom: Partial<Pick<Attempt, 'person'>>,
  ): Promise<Circumstances> {
    const { headers, from, signal } = request;
    const credentials = credentialsOf(headers);
    if (route.method !== 'GET') {
      checkOrigin(headers, credentials);
      checkType(route, headers);
    }
    const person = route.identified ? await this.#identify(request, credentials) : undefined;
    whom.person = person;
    checkRole(route, person);
    const condition: Condition = route.method === 'GET' ? undefined : conditionOf(headers);
    return { person, credentials, from, signal, condition };
  }

  async #identify({ from }: ApiRequest, credentials: Credentials): Promise<Person | undefined> {
    const { access } = this.#options;
    // Tokens of a fabric's GUI can be made up, and each would be a question to the fabric.
    if (access.isStranger(credentials)) this.#take('signIn', ipKeyGenerator(from, 64));
    return access.identify(credentials);
  }

  async #mayGoOn(route: Route, { headers }: ApiRequest): Promise<boolean> {
    try {
      checkRole(route, await this.#options.access.identify(credentialsOf(headers), 'passing'));
      return true;
    } catch {
      return false;
    }
  }
}

class Waiting extends ProblemError {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('request.too-many', `the next one is answered in ${Math.ceil(waitMs / 1000)} s`);
    this.waitMs = waitMs;
  }
}

function checkRole({ role }: Route, person: Person | undefined): void {
  if (role === 'anyone') return;
  if (person === undefined)
    throw new ProblemError('access.unknown', 'the request carries no session or token that is known');
  if (!mayAct(person.role, role))
    throw new ProblemError('access.role', `this takes the role ${role}; ${person.name} has ${person.role}`);
}

/** Also without a body: a form or a link of another site cannot send this type. */
function checkType({ method }: Route, headers: RequestHeaders): void {
  const type = headers['content-type'];
  const bare = method === 'DELETE' && type === undefined;
  if (bare || /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type ?? '')) return;
  throw new ProblemError('request.type', 'expected Content-Type: application/json');
}

async function bodyOf({ method, largestBody }: Route, request: ApiRequest): Promise<unknown> {
  if (method === 'GET') return undefined;
  const body = await request.body(largestBody);
  if (body === 'too large')
    throw new ProblemError('request.too-large', `expected a body of at most ${largestBody} bytes`);
  return 'json' in body ? body.json : parseJson(body.bytes);
}

function queryOf({ query }: ApiRequest): RawParameters {
  for (const name of query.keys())
    if (query.getAll(name).length > 1)
      throw new ProblemError(
        'request.invalid',
        `${JSON.stringify(name.slice(0, 60))}: expected once, found more often`,
      );
  return clean(Object.fromEntries(query));
}

function clean(parameters: RawParameters): RawParameters {
  checkJson(parameters);
  return parameters;
}

function nameOf({ via, name }: Person): string {
  return `${via} ${name}`;
}

function answerReply(route: Route, request: ApiRequest, answer: Answer<unknown>): Reply {
  const { status = 200, body, tag, session } = answer;
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (tag !== undefined) headers['etag'] = `"${tag}"`;
  if (session !== undefined) headers['set-cookie'] = setCookie(session, request.tls);
  if (route.method === 'GET' && tag !== undefined && hasAlready(request.headers, tag))
    return { status: 304, headers, body: undefined };
  return { status, headers, body: replyBody(route, body) };
}

function replyBody({ response }: Route, body: unknown): ReplyBody {
  return response.type === 'text/plain'
    ? { type: 'text/plain; version=0.0.4', text: String(body) }
    : { type: 'application/json', json: body };
}

function setCookie(session: StartedSession | 'ended', tls: boolean): string {
  const common = `Path=/; HttpOnly; SameSite=Strict${tls ? '; Secure' : ''}`;
  return session === 'ended'
    ? `${sessionCookie}=; ${common}; Max-Age=0`
    : `${sessionCookie}=${session.session}; ${common}`;
}

function problemReply(found: Problem, waitMs: number | undefined): Reply {
  const details = problemDetails(found.code === 'internal.bug' ? withoutInternals(found) : found);
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (details.status === 401) headers['www-authenticate'] = 'Bearer';
  if (waitMs !== undefined) headers['retry-after'] = String(Math.ceil(waitMs / 1000));
  return {
    status: problemTable[found.code].status,
    headers,
    body: { type: 'application/problem+json', json: details },
  };
}

/** What went wrong inside is for the log; texts of exceptions may carry what is not for everyone. */
function withoutInternals({ code }: Problem): Problem {
  return { code, detail: 'the request failed; the log says why' };
}
