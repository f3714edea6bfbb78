/** Asks the pipeline without HTTP. */
import { createDispatcher } from './dispatch.ts';
import type { ApiRequest, Dispatcher, Reply, RequestBody } from './dispatch.ts';
import { arrange } from './api.fixture.ts';
import type { Arranged } from './api.fixture.ts';
import type { ApiOptions } from './express-api.ts';
import { createRoutes } from './routes.ts';
import type { FakePortsOptions } from '../../test/support/api-world.ts';

export interface Question {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As JSON, with its type, unless `headers` says another. */
  readonly json?: unknown;
  readonly text?: string | Uint8Array;
  readonly from?: string;
  readonly tls?: boolean;
}

export interface Told extends Reply {
  /** The code of the problem; undefined where there is none. */
  readonly code: string | undefined;
  readonly json: Record<string, unknown>;
}

export interface Asking extends Arranged {
  readonly dispatcher: Dispatcher;
  readonly ask: (method: string, path: string, question?: Question) => Promise<Told>;
}

export function asking(world: FakePortsOptions = {}, over: Partial<ApiOptions> = {}): Asking {
  const arranged = arrange(over, world);
  const dispatcher = createDispatcher(createRoutes(arranged.options), arranged.options);
  return {
    ...arranged,
    dispatcher,
    async ask(method, path, question = {}) {
      return told(await dispatcher.dispatch(requestOf(method, path, question)));
    },
  };
}

export function requestOf(method: string, path: string, question: Question = {}): ApiRequest {
  const { json, text, query = '', headers = {}, from = '10.9.0.1', tls = false } = question;
  const sent = text ?? (json === undefined ? '' : JSON.stringify(json));
  const bytes = typeof sent === 'string' ? new TextEncoder().encode(sent) : sent;
  const typed = method === 'GET' || method === 'HEAD' ? {} : { 'content-type': 'application/json' };
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: { host: 'sync.example', ...typed, ...headers },
    body: (largest): Promise<RequestBody> =>
      Promise.resolve(bytes.byteLength > largest ? 'too large' : { bytes }),
    from,
    tls,
    signal: new AbortController().signal,
  };
}

export function told(reply: Reply): Told {
  const json = reply.body !== undefined && 'json' in reply.body ? reply.body.json : {};
  const fields = json as Record<string, unknown>;
  return { ...reply, json: fields, code: typeof fields['code'] === 'string' ? fields['code'] : undefined };
}

export function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
