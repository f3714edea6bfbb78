/**
 * The API server: TLS, tokens, faults, then the request's verb. It shows a world and changes it; it knows nothing of
 * the controllers that live in it.
 */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  authenticate,
  authorize,
  reviewAccess,
  reviewRules,
  reviewSelf,
  type Tokens,
  type User,
} from './access.ts';
import { decodeObject, readBody, type Body } from './bodies.ts';
import { describe, type Answer } from './discovery.ts';
import {
  ApiError,
  methodNotAllowed,
  noSuchResource,
  notAcceptable,
  unauthorized,
  unavailable,
} from './errors.ts';
import { acceptOf, sendJson, type Exchange } from './exchange.ts';
import { isRecord } from './objects.ts';
import { getList, getOne, isWatch, serveWatch } from './reads.ts';
import { route, verbOf, type Target } from './routes.ts';
import { apiVersionOf } from './kinds.ts';
import { Writer } from './writes.ts';
import type { Faults, RequestClass } from './faults.ts';
import type { Served } from './served.ts';

export interface Counters {
  requests: number;
  lists: number;
  watches: number;
  writes: number;
  events: number;
  byPath: Record<string, number>;
  byStatus: Record<string, number>;
}

export function newCounters(): Counters {
  return { requests: 0, lists: 0, watches: 0, writes: 0, events: 0, byPath: {}, byStatus: {} };
}

export interface ServerOptions {
  readonly identity: { readonly key: string; readonly cert: string };
  readonly tokens: Tokens;
  readonly faults: Faults;
  /** All worlds that may be shown. */
  readonly worlds: () => readonly Served[];
  /** The world to show now. */
  readonly served: () => Served;
  readonly counters: () => Counters;
  /** Answers paths under /lab/. */
  readonly control: (exchange: Exchange) => Promise<void>;
}

const classes: Readonly<Record<string, RequestClass>> = {
  list: 'lists',
  watch: 'watches',
  create: 'writes',
  update: 'writes',
  patch: 'writes',
  delete: 'writes',
  deletecollection: 'writes',
};

function takesJson(accept: string): boolean {
  return accept.split(',').some((type) => /^\s*(\*\/\*|application\/(\*|json))/.test(type));
}

function classOf(verb: string | undefined): RequestClass {
  return classes[verb ?? ''] ?? 'others';
}

function requestedVerb({ request, url }: Exchange, target: Target): string | undefined {
  return verbOf(request.method ?? 'GET', target.name !== undefined, isWatch(url.searchParams));
}

export class ApiServer {
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#server = createServer({ ...options.identity, keepAlive: true }, (request, response) => {
      void this.#handle(request, response);
    });
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('secureConnection', (socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    });
    options.faults.onChange((now, before) => this.#onFaults(now, before));
  }

  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Breaks every connection, as a restart of the server does. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.dropConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #onFaults(now: Faults['current'], before: Faults['current']): void {
    const open = this.#options.worlds().flatMap(({ watches }) => watches.all());
    if (now.otherCluster !== before.otherCluster) for (const watch of open) watch.destroy();
    const touched = open.filter((watch) => this.#options.faults.touches(watch.order.scope.kind.resource));
    for (const watch of touched) {
      if (now.silentWatches) watch.dead = true;
      if (now.endWatches) watch.end();
      if (now.reset === 'watches' || now.reset === 'everything') watch.destroy();
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange: Exchange = { request, response, url: new URL(request.url ?? '/', 'https://lab') };
    response.on('error', () => response.destroy());
    try {
      if (exchange.url.pathname.startsWith('/lab/')) await this.#options.control(exchange);
      else await this.#serve(exchange);
    } catch (error) {
      this.#refuse(exchange, error);
    }
  }

  #refuse(exchange: Exchange, error: unknown): void {
    if (error instanceof ApiError) {
      const headers = { ...(error.code === 403 ? { 'x-content-type-options': 'nosniff' } : {}) };
      sendJson(exchange, error.code, error.body, headers);
    } else if (exchange.request.destroyed || exchange.response.destroyed) {
      exchange.response.destroy();
    } else {
      const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
      sendJson(exchange, 500, new ApiError({ code: 500, reason: 'InternalError', message }).body);
    }
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { url, response } = exchange;
    const counters = this.#options.counters();
    const routed = route(url.pathname);
    const target = typeof routed === 'object' ? routed : undefined;
    const verb = target && requestedVerb(exchange, target);
    this.#count(counters, exchange, verb);
    response.on('finish', () => {
      counters.byStatus[response.statusCode] = (counters.byStatus[response.statusCode] ?? 0) + 1;
    });
    if (await this.#struck(exchange, classOf(verb), target?.kind.resource ?? '')) return;
    const user = this.#user(exchange);
    if (typeof routed !== 'object') describePath(exchange, routed);
    else if (verb === undefined) throw methodNotAllowed();
    else if (!takesJson(acceptOf(exchange))) throw notAcceptable();
    else await this.#dispatch(exchange, { user, target: routed, verb });
  }

  #count(counters: Counters, { url, request }: Exchange, verb: string | undefined): void {
    const path = `${request.method ?? 'GET'} ${url.pathname}`;
    counters.requests += 1;
    counters.byPath[path] = (counters.byPath[path] ?? 0) + 1;
    if (verb === 'list') counters.lists += 1;
    if (verb === 'watch') counters.watches += 1;
    if (classes[verb ?? ''] === 'writes') counters.writes += 1;
  }

  /** Applies the faults that come before any answer; true when there will be none. */
  async #struck(exchange: Exchange, request: RequestClass, resource: string): Promise<boolean> {
    const { faults, served } = this.#options;
    const { current } = faults;
    if (current.delayMs > 0) {
      await new Promise<void>((resolve) => served().world.clock.after(current.delayMs, resolve));
    }
    if (current.reset !== null && faults.strikes(current.reset, request, resource)) {
      exchange.response.destroy();
      return true;
    }
    const silent =
      (request === 'lists' && current.silentLists) || (request === 'watches' && current.silentWatches);
    if (silent && faults.touches(resource)) return true;
    if (current.errorCode !== null && faults.strikes(current.errorOn, request, resource)) {
      throw unavailable(current.errorCode);
    }
    return false;
  }

  #user({ request }: Exchange): User {
    if (this.#options.faults.current.expiredTokens) throw unauthorized();
    const { tokens, served } = this.#options;
    return authenticate(request.headers.authorization, tokens, served().world.store);
  }

  async #dispatch(exchange: Exchange, { user, target, verb }: Order): Promise<void> {
    const served = this.#options.served();
    const denied = this.#options.faults.current.deniedResources;
    const { kind, namespace, name, subresource } = target;
    // A namespace is asked about inside itself, as the real authorizer sees it.
    const where = kind.resource === 'namespaces' ? name : namespace;
    authorize(user, { verb, kind, namespace: where, name, subresource }, denied);
    if (verb === 'watch') serveWatch(exchange, served, target);
    else if (verb === 'list') await getList(exchange, served, target);
    else if (verb === 'get') {
      if (subresource === 'scale') sendJson(exchange, 200, new Writer(served.world).readScale(target));
      else getOne(exchange, served, target);
    } else {
      const body = await readBody(exchange.request);
      if (kind.virtual) sendJson(exchange, 201, review(user, target, { body, denied }));
      else this.#write(exchange, served, { target, verb, body });
    }
  }

  #write(exchange: Exchange, { world }: Served, { target, verb, body }: WriteOrder): void {
    const query = exchange.url.searchParams;
    const dryRun = query.get('dryRun') === 'All';
    const writer = new Writer(world);
    const acts: Readonly<Record<string, () => { code: number; object: unknown }>> = {
      create: () => writer.create(target, body, dryRun),
      update: () => writer.update(target, body, dryRun),
      patch: () => writer.patch(target, body, dryRun),
      delete: () => writer.remove(target, body, query),
      deletecollection: () => writer.removeMany(target, body, query),
    };
    const { code, object } = acts[verb]?.() ?? { code: 405, object: methodNotAllowed().body };
    sendJson(exchange, code, object);
  }
}

interface Order {
  readonly user: User;
  readonly target: Target;
  readonly verb: string;
}

interface WriteOrder {
  readonly target: Target;
  readonly verb: string;
  readonly body: Body;
}

function describePath(exchange: Exchange, routed: 'unknown group' | 'unknown resource' | undefined): void {
  const host = exchange.request.headers.host ?? 'localhost';
  const answer: Answer | undefined = describe(exchange.url.pathname, acceptOf(exchange), host);
  if (answer !== undefined) {
    const headers = { 'cache-control': 'no-cache, private', 'content-type': answer.type, ...answer.headers };
    exchange.response.writeHead(200, headers);
    exchange.response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  } else if (routed === 'unknown resource') {
    throw noSuchResource();
  } else {
    exchange.response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    exchange.response.end('404 page not found\n');
  }
}

function review(user: User, target: Target, asked: { body: Body; denied: readonly string[] }): unknown {
  const { kind } = target;
  const body = decodeObject(asked.body, kind.kind);
  const given = isRecord(body) ? body['spec'] : {};
  const reviews: Readonly<Record<string, () => Record<string, unknown>>> = {
    selfsubjectreviews: () => reviewSelf(user),
    selfsubjectrulesreviews: () => reviewRules(user),
    selfsubjectaccessreviews: () => reviewAccess(user, body, asked.denied),
  };
  const status = reviews[kind.resource]?.() ?? {};
  // Only a review of access keeps what it was asked.
  const spec = kind.resource === 'selfsubjectaccessreviews' ? given : {};
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: {}, spec, status };
}
