/** A plain HTTP client for the simulator's own tests: what any program with a token and the CA would send. */
import { Agent, request } from 'undici';
import { isRecord } from '../objects.ts';
import type { Cluster } from '../cluster.ts';

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Ask {
  readonly method?: string;
  readonly token?: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface Client {
  ask(path: string, ask?: Ask): Promise<Reply>;
  get(path: string): Promise<Readonly<Record<string, unknown>>>;
  lab(method: string, path: string, body?: unknown): Promise<Reply>;
  watch(path: string, options?: { readonly token?: string }): WatchReader;
  close(): Promise<void>;
}

export interface Event {
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>> & {
    readonly metadata: Readonly<Record<string, unknown>>;
  };
}

/** Reads a watch line by line. */
export class WatchReader {
  readonly events: Event[] = [];
  /** Resolves with why the stream ended. */
  readonly ended: Promise<'end' | 'broken'>;
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();

  constructor(open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>) {
    this.ended = this.#read(open);
  }

  /** The first event that passes, now or later. */
  async until(test: (event: Event) => boolean): Promise<Event> {
    for (;;) {
      const found = this.events.find(test);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  async #read(open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>): Promise<'end' | 'broken'> {
    let rest = '';
    try {
      for await (const piece of await open(this.#abort.signal)) {
        const lines = (rest + piece.toString('utf8')).split('\n');
        rest = lines.pop() ?? '';
        this.events.push(...lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Event));
        this.#wake();
      }
      return 'end';
    } catch {
      return 'broken';
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

export function clientOf(cluster: Cluster): Client {
  const dispatcher = new Agent({ connect: { ca: cluster.caPem } });
  const ask = async (path: string, options: Ask = {}): Promise<Reply> => {
    const { method = 'GET', token = cluster.tokens.admin, accept, contentType, body, signal } = options;
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (accept !== undefined) headers['accept'] = accept;
    if (body !== undefined || contentType !== undefined)
      headers['content-type'] = contentType ?? 'application/json';
    const sent =
      body === undefined
        ? null
        : typeof body === 'string' || Buffer.isBuffer(body)
          ? body
          : JSON.stringify(body);
    const reply = await request(`${cluster.url}${path}`, {
      method,
      headers,
      body: sent,
      dispatcher,
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await reply.body.text();
    return {
      status: reply.statusCode,
      type: String(reply.headers['content-type']),
      text,
      json: parsed(text),
    };
  };
  return {
    ask,
    get: async (path) => (await ask(path)).json,
    lab: (method, path, body) => ask(path, { method, body }),
    watch: (path, { token = cluster.tokens.admin } = {}) =>
      new WatchReader(async (signal) => {
        const headers = { authorization: `Bearer ${token}` };
        return (await request(`${cluster.url}${path}`, { headers, dispatcher, signal, bodyTimeout: 0 })).body;
      }),
    close: () => dispatcher.destroy(),
  };
}
