/**
 * Differences as server-sent events: everything first, then what changed, each with its cursor as the event's id.
 *
 * An answer is made when the last one has left, so a slow reader gets fewer and larger ones and never a backlog. One that reads
 * nothing delays no end: neither its session's nor the server's, and after a while it is cut off.
 */
import type { Response } from 'express';
import type { Clock } from '../model/clock.ts';
import type { Followed } from './dispatch.ts';

export interface StreamOptions {
  readonly followed: Pick<Followed, 'again' | 'mayGoOn'>;
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
/** A session that ends by itself, or a role that is not there any more, ends its streams within this. */
const askAgainMs = 60_000;
/** What is sent goes in pieces, each of which is to leave in time: a long event may take a slow line long, as long as it moves. */
const pieceBytes = 65_536;
const pieceLeavesMs = 30_000;

export async function streamEvents(response: Response, options: StreamOptions): Promise<void> {
  const { followed, onChange, clock } = options;
  const line = openLine(response, options);
  const { over } = line;
  const isOver = (): boolean => over.aborted;
  const news = latch(clock, over);
  const leave = async (): Promise<void> => {
    if (!(await followed.mayGoOn())) line.cut();
  };
  const stops = [onChange(news.set), options.onEnd(() => void leave())];
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // Proxies that buffer would keep events back until the stream ends.
    'X-Accel-Buffering': 'no',
  });
  void askAgain(leave, clock, over);
  try {
    let cursor = await sendNews(line, followed, options.after);
    // Who comes back to something that did not change hears at once that the stream comes through.
    if (cursor === options.after) await line.send(beat(cursor));
    while (!isOver()) {
      const came = await news.came(beatMs);
      if (isOver()) break;
      if (came) cursor = await sendNews(line, followed, cursor);
      else await line.send(beat(cursor));
      await pause(clock, paceMs, over);
    }
  } finally {
    for (const stop of stops) stop();
    line.cut();
  }
}

async function askAgain(leave: () => Promise<void>, clock: Clock, over: AbortSignal): Promise<void> {
  for (;;) {
    await pause(clock, askAgainMs, over);
    if (over.aborted) return;
    await leave();
  }
}

/** A comment keeps proxies from closing; the event tells the page, which cannot see comments, that we are there. */
function beat(cursor: string): string {
  return `: beat\nevent: beat\ndata: ${cursor}\n\n`;
}

async function sendNews(
  line: Line,
  followed: StreamOptions['followed'],
  after: string | undefined,
): Promise<string> {
  const { body } = await followed.again(after === undefined ? {} : { after });
  const { cursor } = body as { cursor: string };
  // Feeding does not always change anything: then there is nothing to say.
  if (cursor !== after) await line.send(`id: ${cursor}\ndata: ${JSON.stringify(body)}\n\n`);
  return cursor;
}

interface Line {
  /** The reader has gone or was cut off, or all streams end. The connection is let go of at once, whatever it still had to take. */
  readonly over: AbortSignal;
  /** Resolves when the text has left, or it is over; which it is for a reader that takes nothing. */
  send(text: string): Promise<void>;
  cut(): void;
}

function openLine(response: Response, { clock, signal }: StreamOptions): Line {
  const closed = new AbortController();
  const over = AbortSignal.any([closed.signal, signal]);
  const cut = (): void => {
    closed.abort();
    hangUp(response);
  };
  response.on('close', cut);
  over.addEventListener('abort', cut);
  return {
    over,
    cut,
    async send(text) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length && !over.aborted; at += pieceBytes) {
        const left = new AbortController();
        response.write(bytes.subarray(at, at + pieceBytes), () => left.abort());
        await pause(clock, pieceLeavesMs, AbortSignal.any([over, left.signal]));
        if (!left.signal.aborted) cut();
      }
    },
  };
}

/** Trap: an end comes after what the reader has not taken, and would wait for it for ever. */
function hangUp(response: Response): void {
  if (response.writableEnded) return;
  if (response.writableLength > 0) response.destroy();
  else response.end();
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
