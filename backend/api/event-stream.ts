/**
 * Differences as server-sent events: everything first, then what changed, each with its cursor as the event's id.
 *
 * An answer is made when the last one has left, so a slow reader gets fewer and larger ones and never a backlog.
 */
import type { Response } from 'express';
import type { Clock } from '../model/clock.ts';
import type { Followed } from './dispatch.ts';

export interface StreamOptions {
  readonly followed: Followed;
  /** Where the reader stands; undefined: nowhere. */
  readonly after: string | undefined;
  readonly onChange: (listener: () => void) => () => void;
  /** Sessions or tokens were ended, this reader's perhaps. */
  readonly onEnd: (listener: () => void) => () => void;
  /** Real time: it paces connections, it decides nothing. */
  readonly clock: Clock;
  /** Ends all streams. */
  readonly signal: AbortSignal;
}

const beatMs = 15_000;
const paceMs = 200;
/** A session that ends by itself, or a role that is not there any more, ends its streams within this and a beat. */
const askAgainMs = 60_000;

export async function streamEvents(response: Response, options: StreamOptions): Promise<void> {
  const { followed, onChange, clock, signal } = options;
  const closed = new AbortController();
  response.on('close', () => closed.abort());
  const over = AbortSignal.any([closed.signal, signal]);
  const isOver = (): boolean => over.aborted;
  const news = latch(clock, over);
  const leave = async (): Promise<void> => {
    if (!(await followed.mayGoOn())) closed.abort();
  };
  const stops = [onChange(news.set), options.onEnd(() => void leave())];
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // Proxies that buffer would keep events back until the stream ends.
    'X-Accel-Buffering': 'no',
  });
  try {
    let cursor = await sendNews(response, followed, options.after);
    // Who comes back to something that did not change hears at once that the stream comes through.
    if (cursor === options.after) await send(response, beat(cursor));
    const mayGoOn = askingAgain(followed, clock);
    while (!isOver() && (await mayGoOn())) {
      const came = await news.came(beatMs);
      if (isOver()) break;
      if (came) cursor = await sendNews(response, followed, cursor);
      else await send(response, beat(cursor));
      await pause(clock, paceMs, over);
    }
  } finally {
    for (const stop of stops) stop();
    response.end();
  }
}

function askingAgain(followed: Followed, clock: Clock): () => Promise<boolean> {
  let askedAt = clock.monotonic();
  return async () => {
    if (clock.monotonic() - askedAt < askAgainMs) return true;
    askedAt = clock.monotonic();
    return followed.mayGoOn();
  };
}

/** A comment keeps proxies from closing; the event tells the page, which cannot see comments, that we are there. */
function beat(cursor: string): string {
  return `: beat\nevent: beat\ndata: ${cursor}\n\n`;
}

async function sendNews(response: Response, followed: Followed, after: string | undefined): Promise<string> {
  const { body } = await followed.again(after === undefined ? {} : { after });
  const { cursor } = body as { cursor: string };
  // Feeding does not always change anything: then there is nothing to say.
  if (cursor !== after) await send(response, `id: ${cursor}\ndata: ${JSON.stringify(body)}\n\n`);
  return cursor;
}

/** Resolves when the text has left, or the connection has. */
function send(response: Response, text: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(text, () => resolve());
  });
}

/** Sleeps until it is over; being woken early is no error. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return clock.sleep(ms, signal).catch(() => undefined);
}

interface Latch {
  readonly set: () => void;
  /** Whether it was set since the last answer; waits for it up to `ms`. */
  came(ms: number): Promise<boolean>;
}

function latch(clock: Clock, over: AbortSignal): Latch {
  let isSet = false;
  let wake = (): void => undefined;
  return {
    set() {
      isSet = true;
      wake();
    },
    async came(ms) {
      const woken = new AbortController();
      wake = () => woken.abort();
      if (!isSet) await pause(clock, ms, AbortSignal.any([over, woken.signal]));
      const came = isSet;
      isSet = false;
      return came;
    },
  };
}
