/**
 * The API over HTTP: serves the table of routes, the envelope and the page's files with express.
 *
 * In: what routes/options.ts lists, files. Out: JSON, server-sent events, problem details. Only adapts: what a request may do
 * is decided in dispatch.ts. Must not know how models are made, nor anything of clusters and fabrics.
 */
import express from 'express';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { Clock } from '../model/clock.ts';
import { ProblemError } from '../model/problems.ts';
import { assetsHandler } from './assets.ts';
import { createDispatcher } from './dispatch.ts';
import type { Dispatcher, Limits } from './dispatch.ts';
import { envelopePath, openEnvelope } from './envelope.ts';
import { streamEvents } from './event-stream.ts';
import { OpenStreams } from './open-streams.ts';
import { apiRequest, peerOf, sendReply } from './express-adapter.ts';
import type { ApiLog, Assets } from './ports.ts';
import { createRoutes } from './routes.ts';
import type { RoutesOptions } from './routes/options.ts';

export interface ApiOptions extends RoutesOptions {
  readonly assets: Assets;
  /** Real time. */
  readonly clock: Clock;
  readonly log: ApiLog;
  /** Ends event streams, so that the server can close. */
  readonly signal: AbortSignal;
  /** Sources for CSP's frame-ancestors, as of now; nobody may frame the page unless said. */
  readonly frameAncestors?: () => readonly string[];
  readonly limits?: Limits;
}

/** For the listener: what a server that people reach may hold open, and for how long. Milliseconds and bytes. */
export const listenerLimits = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  /** Covers the body: 8 MB over a slow line. */
  requestTimeout: 60_000,
  keepAliveTimeout: 10_000,
  maxConnections: 1000,
} as const;

/** Of any kind, page and files included: a flood is cut off before anything is looked at. */
const mostPerSecond = 3000;

export function createApi(options: ApiOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  const dispatcher = createDispatcher(createRoutes(options), options);
  app.use(securityHeaders(options.frameAncestors ?? (() => ["'none'"])));
  app.use(floodGuard());
  app.use(assetsHandler(options.assets));
  app.all(envelopePath, envelope(dispatcher));
  app.use(followEvents(dispatcher, options));
  app.use(async (request, response) => {
    sendReply(response, await dispatcher.dispatch(apiRequest(request, response)));
  });
  app.use(problemHandler(dispatcher));
  return app;
}

function securityHeaders(frameAncestors: () => readonly string[]): RequestHandler {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: [() => frameAncestors().join(' ')],
      },
    },
    // frame-ancestors says it, and can name others than ourselves.
    frameguard: false,
    // Behind someone else's proxy it would bind that host to TLS; where we speak TLS ourselves nothing else listens.
    strictTransportSecurity: false,
  });
  return (request, response, next) => {
    response.setHeader('Permissions-Policy', permissionsPolicy);
    headers(request, response, next);
  };
}

const permissionsPolicy = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'microphone',
  'payment',
  'usb',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

function floodGuard(): RequestHandler {
  return rateLimit({
    windowMs: 1000,
    limit: mostPerSecond,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: (request) => ipKeyGenerator(peerOf(request), 64),
    handler(_request, response) {
      response.setHeader('Retry-After', '1');
      throw new ProblemError('request.too-many', `expected at most ${mostPerSecond} requests a second`);
    },
  });
}

function envelope(dispatcher: Dispatcher): RequestHandler {
  return async (request, response) => {
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      throw new ProblemError('request.method', `${request.method} ${envelopePath}`);
    }
    const json = await openEnvelope(apiRequest(request, response), dispatcher);
    const headers = { 'cache-control': 'no-store' };
    sendReply(response, { status: 200, headers, body: { type: 'application/json', json } });
  };
}

function followEvents(dispatcher: Dispatcher, { access, status, clock, signal }: ApiOptions): RequestHandler {
  const open = new OpenStreams();
  return async (request, response, next) => {
    const wanted = (request.get('Accept') ?? '').includes('text/event-stream');
    if (!wanted || !dispatcher.canFollow({ method: request.method, path: request.path })) {
      next();
      return;
    }
    const asked = apiRequest(request, response);
    const followed = await dispatcher.follow(asked);
    if ('status' in followed) {
      sendReply(response, followed);
      return;
    }
    // A browser that reconnects says where it stood; that is newer than what its address says.
    const after = request.get('Last-Event-ID') ?? asked.query.get('after') ?? undefined;
    const onChange = status.onChange.bind(status);
    const onEnd = access.onEnd.bind(access);
    const closed = open.enter(followed.who);
    try {
      await streamEvents(response, { followed, after, onChange, onEnd, clock, signal });
    } finally {
      closed();
    }
  };
}

/** What express itself, or we around the pipeline, found wrong. */
function problemHandler(dispatcher: Dispatcher): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    sendReply(response, dispatcher.refuse(requestError(error), request));
  };
}

/** Express' own complaints about a request are the caller's fault, not ours. */
function requestError(error: unknown): unknown {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (error instanceof ProblemError || typeof status !== 'number' || status < 400 || status >= 500)
    return error;
  return new ProblemError('request.invalid', 'the request cannot be taken as it is', { cause: error });
}
