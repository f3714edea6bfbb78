/**
 * How a request travels: directly, or in an envelope where a proxy passes only one path.
 *
 * In: a request of the API, by its path below api/v1. Out: status, tag and body. Knows nothing of what is asked.
 */

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below api/v1: `mappings/shop`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the answer. */
  readonly timeoutMs?: number;
}

export interface ApiAnswer {
  readonly status: number;
  /** As it stands in the header ETag, without its quotes. */
  readonly tag: string | undefined;
  readonly body: unknown;
}

export interface Transport {
  send(request: ApiRequest): Promise<ApiAnswer>;
  /** Where server-sent events of the path can be read; undefined: they do not come through. */
  streamAddress(path: string, query: ApiRequest['query']): string | undefined;
  /** What to sign requests with from now on, where cookies do not. */
  useSession(session: string | undefined): void;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const defaultTimeoutMs = 20_000;

/** Requests as the browser sends them, with its cookie. */
export function directTransport(base: string, fetch: Fetch): Transport {
  const address = (path: string, query: ApiRequest['query'] = {}): string => {
    const url = new URL(`api/v1/${path}`, base);
    for (const [name, value] of Object.entries(definedOf(query))) url.searchParams.set(name, value);
    return url.href;
  };
  return {
    async send(request) {
      const { method, path, query, body, headers = {} } = request;
      const response = await fetch(address(path, query), {
        method,
        credentials: 'same-origin',
        headers: { ...jsonHeaders(body), ...headers },
        signal: deadline(request),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return {
        status: response.status,
        tag: unquoted(response.headers.get('ETag')),
        body: parsed(await response.text()),
      };
    },
    streamAddress: address,
    useSession: () => undefined,
  };
}

interface Envelope {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface EnvelopeOptions {
  /** Where envelopes are taken. */
  readonly url: string;
  readonly fetch: Fetch;
  /** Headers by which the host of the page lets us through. */
  readonly hostHeaders: () => Promise<Readonly<Record<string, string>>>;
}

/** Every request as a POST of one path; the session travels inside, since cookies may not reach us. */
export function envelopeTransport({ url, fetch, hostHeaders }: EnvelopeOptions): Transport {
  let session: string | undefined;
  return {
    async send(request) {
      const { method, path, query = {}, body, headers = {} } = request;
      const host = await hostHeaders();
      const bearer = session === undefined ? {} : { authorization: `Bearer ${session}` };
      const response = await fetch(url, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/json', ...host },
        signal: deadline(request),
        body: JSON.stringify({
          method,
          path: `/api/v1/${path}`,
          query: definedOf(query),
          headers: { ...jsonHeaders(body), ...headers, ...host, ...bearer },
          ...(body === undefined ? {} : { body }),
        }),
      });
      return unfold(response.status, parsed(await response.text()));
    },
    streamAddress: () => undefined,
    useSession(next) {
      session = next;
    },
  };
}

/** What the proxy itself answers is no envelope: it is told as it is. */
function unfold(status: number, outer: unknown): ApiAnswer {
  if (!isEnvelope(outer)) return { status, tag: undefined, body: outer };
  const tag = Object.entries(outer.headers ?? {}).find(([name]) => name.toLowerCase() === 'etag')?.[1];
  const { body } = outer;
  return {
    status: outer.status,
    tag: unquoted(tag ?? null),
    body: typeof body === 'string' ? parsed(body) : body,
  };
}

function isEnvelope(outer: unknown): outer is Envelope {
  return typeof outer === 'object' && outer !== null && 'status' in outer && 'headers' in outer;
}

function jsonHeaders(body: unknown): Readonly<Record<string, string>> {
  return body === undefined ? {} : { 'Content-Type': 'application/json' };
}

function definedOf(query: NonNullable<ApiRequest['query']>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') found[name] = String(value);
  return found;
}

function deadline({ signal, timeoutMs = defaultTimeoutMs }: ApiRequest): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

function unquoted(tag: string | null): string | undefined {
  return tag === null ? undefined : tag.replace(/^(W\/)?"|"$/g, '');
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
