/**
 * The websocket of one login: text frames in, silence noticed. Knows nothing of what the frames say.
 *
 * Trap: a peer that dies without closing is not noticed by ws. We ping, and end a socket that stays silent; but only once
 * it has shown that it answers pings, since not every release is known to.
 */
import { WebSocket, type ClientOptions } from 'ws';
import type { Clock } from '../../model/clock.ts';
import { ProblemError } from '../../model/problems.ts';
import type { Peer } from '../http/peer.ts';

export interface Socket {
  /** Resolves with the reason, once. */
  readonly ended: Promise<string>;
  close(): void;
}

export interface SocketOptions {
  readonly peer: Peer;
  readonly token: string;
  readonly clock: Clock;
  /** Ends the attempt to open it. */
  readonly signal: AbortSignal;
  readonly onFrame: (text: string) => void;
}

const pingEveryMs = 15_000;
const silentAfterMs = 40_000;
const handshakeTimeoutMs = 10_000;
/** A frame is one object; this is far beyond any. */
const longestFrame = 4 * 1024 * 1024;

/** Resolves when it is open; rejects when it cannot be. */
export function openSocket(options: SocketOptions): Promise<Socket> {
  const { peer, token, signal } = options;
  // The token stands in the path as it is, slashes included.
  const url = `${peer.baseUrl.replace(/^http/, 'ws')}/socket${token}`;
  const ws = new WebSocket(url, {
    // As tls.connect, ws takes a name check that returns an error or undefined; its types ask for a boolean.
    ...(peer.tls as object as ClientOptions),
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: longestFrame,
    perMessageDeflate: false,
  });
  const giveUp = (): void => ws.terminate();
  signal.addEventListener('abort', giveUp, { once: true });
  const opened = new Promise<Socket>((resolve, reject) => {
    ws.once('error', (error) => {
      reject(new ProblemError('fabric.unreachable', `websocket: ${error.message}`, { cause: error }));
    });
    ws.once('open', () => resolve(follow(ws, options)));
  });
  return opened.finally(() => signal.removeEventListener('abort', giveUp));
}

function follow(ws: WebSocket, { clock, onFrame }: SocketOptions): Socket {
  const over = new AbortController();
  let lastSign = clock.monotonic();
  let answersPings = false;
  let reason = '';
  const ended = new Promise<string>((resolve) => {
    ws.on('close', (code) => {
      over.abort(new Error('closed'));
      resolve(reason === '' ? `closed (${code})` : reason);
    });
  });
  ws.on('error', (error) => (reason = error.message));
  ws.on('pong', () => {
    answersPings = true;
    lastSign = clock.monotonic();
  });
  ws.on('message', (message) => {
    lastSign = clock.monotonic();
    onFrame(textOf(message));
  });
  const watch = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(pingEveryMs, over.signal);
      if (answersPings && clock.monotonic() - lastSign > silentAfterMs) {
        reason = 'silent';
        ws.terminate();
        return;
      }
      ws.ping();
    }
  };
  watch().catch(() => undefined);
  return { ended, close: () => ws.close() };
}

function textOf(message: Buffer | ArrayBuffer | Buffer[]): string {
  if (Buffer.isBuffer(message)) return message.toString('utf8');
  return Buffer.concat(Array.isArray(message) ? message : [Buffer.from(message)]).toString('utf8');
}
