/**
 * The API over HTTP: serves the table of routes and the page's files with express.
 *
 * In: read models (report/ports.ts), figures, readiness, files. Out: JSON, server-sent events, problem details. Read-only: every
 * unsafe method is refused. Must not know how models are made, nor anything of clusters and fabrics.
 */
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import type { Clock } from '../model/clock.ts';
import { ProblemError, problemOf } from '../model/problems.ts';
import type { Problem } from '../model/problems.ts';
import { assetsHandler } from './assets.ts';
import { streamEvents } from './event-stream.ts';
import type { ApiLog, Assets } from './ports.ts';
import { problemDetails } from './problem-details.ts';
import type { RawQuery, Route } from './route.ts';
import { createRoutes } from './routes.ts';
import type { RoutesOptions } from './routes.ts';

export interface ApiOptions extends RoutesOptions {
  readonly assets: Assets;
  /** Real time. */
  readonly clock: Clock;
  readonly log: ApiLog;
  /** Ends event streams, so that the server can close. */
  readonly signal: AbortSignal;
  /** Sources for CSP's frame-ancestors; nobody may frame the page unless said. */
  readonly frameAncestors?: readonly string[];
}

export function createApi(options: ApiOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(securityHeaders(options.frameAncestors ?? ["'none'"]));
  app.use(readOnly);
  for (const route of createRoutes(options)) app.get(route.path, serve(route, options));
  app.use(assetsHandler(options.assets));
  app.use((request) => {
    throw new ProblemError('request.not-found', `${request.method} ${request.path}`);
  });
  app.use(problemHandler(options.log));
  return app;
}

function securityHeaders(frameAncestors: readonly string[]): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: [...frameAncestors],
      },
    },
    // frame-ancestors says it, and can name others than ourselves.
    frameguard: false,
    // Behind someone else's proxy it would bind that host to TLS; where we speak TLS ourselves nothing else listens.
    strictTransportSecurity: false,
  });
}

const readOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') {
    next();
    return;
  }
  response.set('Allow', 'GET, HEAD');
  throw new ProblemError('request.method', `${request.method} ${request.path}`);
};

function serve(route: Route, options: ApiOptions): RequestHandler {
  return async (request, response) => {
    const query = rawQuery(request);
    if (route.followed && wantsEvents(request)) {
      await follow(route, { request, response, query }, options);
      return;
    }
    const { status = 200, body, tag } = await route.call(query);
    response.set('Cache-Control', 'no-store');
    if (tag !== undefined) {
      response.set('Cache-Control', 'no-cache').set('ETag', `"${tag}"`);
    }
    if (tag !== undefined && request.fresh) {
      response.status(304).end();
      return;
    }
    response.status(status);
    if (route.response.type === 'application/json') response.json(body);
    else response.type('text/plain; version=0.0.4; charset=utf-8').send(body);
  };
}

function wantsEvents(request: Request): boolean {
  return request.method === 'GET' && (request.get('Accept') ?? '').includes('text/event-stream');
}

async function follow(
  route: Route,
  { request, response, query }: { request: Request; response: Response; query: RawQuery },
  options: ApiOptions,
): Promise<void> {
  // A browser that reconnects says where it stood; that is newer than what its address says.
  const after = request.get('Last-Event-ID') ?? query['after'];
  // Faults of the query are told before the stream begins.
  await route.call(query);
  await streamEvents(response, {
    route,
    after,
    onChange: (listener) => options.status.onChange(listener),
    clock: options.clock,
    signal: options.signal,
  });
}

function rawQuery(request: Request): RawQuery {
  const last = (value: unknown): string => String(Array.isArray(value) ? value.at(-1) : value);
  return Object.fromEntries(Object.entries(request.query).map(([name, value]) => [name, last(value)]));
}

function problemHandler(log: ApiLog): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const found = requestProblem(error);
    if (found.code === 'internal.bug') log.error({ err: error, path: request.path }, 'a request failed');
    if (response.headersSent) {
      next(error);
      return;
    }
    const details = problemDetails(found.code === 'internal.bug' ? withoutInternals(found) : found);
    response
      .status(details.status)
      .set('Cache-Control', 'no-store')
      .type('application/problem+json')
      .send(JSON.stringify(details));
  };
}

/** Express' own complaints about a request (an address that is not decodable) are the caller's fault, not ours. */
function requestProblem(error: unknown): Problem {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (error instanceof Error && typeof status === 'number' && status >= 400 && status < 500)
    return { code: 'request.invalid', detail: error.message };
  return problemOf(error);
}

/** What went wrong inside is for the log; texts of exceptions may carry what is not for everyone. */
function withoutInternals({ code }: Problem): Problem {
  return { code, detail: 'the request failed; the log says why' };
}
