/**
 * A thread that asks the product as open pages do: so many requests a second, sent at their time whether or not those before
 * them were answered. It has its own thread, so that it keeps neither the fabric nor the cluster from answering.
 *
 * In: where, how fast, what there is to ask for. Out, when it is told to stop: how long answers took, and what came of them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import { quantile } from './world.ts';

export interface CallersOrder {
  readonly url: string;
  readonly perSecond: number;
  /** Keys of target objects, and addresses, to ask for. */
  readonly keys: readonly string[];
  readonly addresses: readonly string[];
  /** A mapping as it is written. */
  readonly mapping: object;
}

export interface CallersFigures {
  readonly seconds: number;
  readonly sent: number;
  readonly answeredPerSecond: number;
  readonly errors: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly megabytes: number;
  readonly answerMs: Readonly<Record<'p50' | 'p99' | 'max', number>>;
  readonly slowestByKindMs: Readonly<Record<string, number>>;
}

interface Asked {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly tag: string | undefined;
  readonly text: string;
}

/** A kind of request, with its share of a thousand. */
interface Kind {
  readonly share: number;
  ask(): Asked;
  answered?(answer: Answer): void;
}

class Callers {
  readonly #order: CallersOrder;
  readonly #pool: Pool;
  readonly #kinds: Readonly<Record<string, Kind>>;
  readonly #lasted: Record<string, number[]> = {};
  readonly #statuses: Record<string, number> = {};
  #bytes = 0;
  #sent = 0;
  #waiting = 0;

  constructor(order: CallersOrder) {
    this.#order = order;
    this.#pool = new Pool(order.url, { connections: 32, pipelining: 1 });
    this.#kinds = kindsOf(order);
  }

  async run(over: AbortSignal): Promise<CallersFigures> {
    const names = Object.entries(this.#kinds).flatMap(([name, { share }]) => Array<string>(share).fill(name));
    const startedAt = performance.now();
    while (!over.aborted) {
      const due = ((performance.now() - startedAt) * this.#order.perSecond) / 1000;
      // Spread: those of one kind do not come in a row.
      for (; this.#sent < due; this.#sent += 1)
        void this.#send(names[(this.#sent * 37) % names.length] ?? '');
      await sleep(2);
    }
    while (this.#waiting > 0) await sleep(5);
    // With what was still to be answered: answers that come late are no throughput.
    const seconds = (performance.now() - startedAt) / 1000;
    await this.#pool.close();
    return this.#figures(seconds);
  }

  async #send(name: string): Promise<void> {
    const kind = this.#kinds[name];
    if (kind === undefined) return;
    const { path, headers = {}, body } = kind.ask();
    const sentAt = performance.now();
    this.#waiting += 1;
    try {
      const reply = await this.#pool.request({
        method: body === undefined ? 'GET' : 'POST',
        path: `/api/v1/${path}`,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body ?? null,
      });
      const text = await reply.body.text();
      (this.#lasted[name] ??= []).push(performance.now() - sentAt);
      this.#bytes += text.length;
      this.#count(String(reply.statusCode));
      const { etag } = reply.headers;
      kind.answered?.({ status: reply.statusCode, tag: etag === undefined ? undefined : String(etag), text });
    } catch {
      this.#count('none');
    }
    this.#waiting -= 1;
  }

  #count(status: string): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
  }

  #figures(seconds: number): CallersFigures {
    const all = Object.values(this.#lasted).flat();
    const good = (this.#statuses['200'] ?? 0) + (this.#statuses['304'] ?? 0);
    return {
      seconds: Math.round(seconds),
      sent: this.#sent,
      answeredPerSecond: Math.round(good / seconds),
      errors: this.#sent - good,
      statuses: this.#statuses,
      megabytes: Math.round(this.#bytes / 1e6),
      answerMs: { p50: quantile(all, 0.5), p99: quantile(all, 0.99), max: quantile(all, 1) },
      slowestByKindMs: Object.fromEntries(
        Object.entries(this.#lasted).map(([name, lasted]) => [name, quantile(lasted, 0.99)]),
      ),
    };
  }
}

/**
 * What many pages ask for that are open, looked around in and opened anew, and scripts beside them; the shares make a thousand. Open pages
 * ask what changed; a preview is asked for every five seconds, as by someone who edits.
 */
function kindsOf({ keys, addresses, mapping }: CallersOrder): Readonly<Record<string, Kind>> {
  let turn = 0;
  const next = (all: readonly string[]): string => encodeURIComponent(all[(turn += 7) % all.length] ?? '');
  const simple = (share: number, ask: () => string): Kind => ({ share, ask: () => ({ path: ask() }) });
  const some = (paths: readonly string[]) => (): string => paths[(turn += 1) % paths.length] ?? '';
  return {
    events: following(600),
    wholeEvents: simple(10, () => 'events'),
    status: tagged(50, 'status'),
    wholeStatus: simple(5, () => 'status'),
    plan: tagged(110, 'plan?limit=50'),
    addresses: simple(
      80,
      some(
        ['', 'search=app-77', 'sort=node&offset=5000', 'sort=origin&descending=true', 'search=10.128.7.'].map(
          (query) => `addresses?limit=100&${query}`,
        ),
      ),
    ),
    target: simple(70, () => `target?key=${next(keys)}`),
    explain: simple(40, () => `explain?address=${next(addresses)}`),
    history: simple(20, some(['history?limit=100', 'history?mapping=load', 'history?kind=run&limit=50'])),
    holders: simple(10, () => `holders?address=${next(addresses)}`),
    configuration: simple(4, () => 'configuration'),
    preview: {
      share: 1,
      ask: () => ({ path: 'mappings/preview', body: JSON.stringify({ mapping, replaces: 'load' }) }),
    },
  };
}

/** Pages that ask what changed since they last asked. */
function following(share: number): Kind {
  let cursor = '';
  return {
    share,
    ask: () => ({ path: cursor === '' ? 'events' : `events?after=${cursor}` }),
    answered: ({ text }) => void (cursor = /"cursor":"([^"]+)"/.exec(text)?.[1] ?? cursor),
  };
}

/** Asks for what differs from what it has. */
function tagged(share: number, path: string): Kind {
  let tag: string | undefined;
  return {
    share,
    ask: () => ({ path, headers: tag === undefined ? {} : { 'if-none-match': tag } }),
    answered: (answer) => void (tag = answer.tag ?? tag),
  };
}

const over = new AbortController();
parentPort?.once('message', () => over.abort());
const figures = await new Callers(workerData as CallersOrder).run(over.signal);
parentPort?.postMessage(figures);
