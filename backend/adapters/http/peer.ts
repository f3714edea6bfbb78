/**
 * One peer: an outside system at one URL, with one pool of connections, one way of verifying it, and deadlines.
 *
 * In: method, path, headers, body. Out: status, headers and the body, as a stream or as text. Every status is an
 * answer; what prevents an answer is a `PeerError`. Knows nothing of what is said over it: no retries, no
 * credentials, no formats.
 */
import { Agent, request as undiciRequest } from 'undici';
import { PeerError, toPeerError } from './peer-error.ts';
import type { Peer, PeerResponse } from './peer-port.ts';
import { rememberingPeer } from './remembering-peer.ts';
import { tlsOptions, type ClientCertificate, type PeerTrust } from './trust.ts';

export interface PeerOptions {
  /** `https://host[:port][/prefix]`; the prefix is put before every path. */
  readonly baseUrl: string;
  readonly trust: PeerTrust;
  readonly clientCertificate?: ClientCertificate;
  /** Most connections at once; more requests wait. Default 4. A streamed body occupies its connection. */
  readonly connections?: number;
  /** Until connected and verified. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** From asking to the end of the body, where a request does not say. Default 30 s. */
  readonly timeoutMs?: number;
}

export type { Peer, PeerResponse };

interface Deadline {
  readonly signal: AbortSignal;
  clear(): void;
  /** The error to throw instead of what undici threw, when it was us who ended it. */
  explain(thrown: unknown): PeerError | undefined;
}

function deadline(caller: AbortSignal | undefined, timeoutMs: number): Deadline {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(new PeerError('aborted', 'ABORT_ERR', 'aborted'));
  const expire = (): void => {
    controller.abort(new PeerError('timeout', 'ETIMEDOUT', `no complete answer within ${timeoutMs} ms`));
  };
  const timer = Number.isFinite(timeoutMs) ? setTimeout(expire, timeoutMs) : undefined;
  if (caller?.aborted === true) onAbort();
  caller?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
    explain: (thrown) => {
      if (!controller.signal.aborted) return undefined;
      const reason = controller.signal.reason as PeerError;
      reason.cause ??= thrown === reason ? caller?.reason : thrown;
      return reason;
    },
  };
}

async function* streamed(
  source: AsyncIterable<Buffer>,
  limit: Deadline,
  isPinned: boolean,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* source;
  } catch (thrown) {
    throw limit.explain(thrown) ?? toPeerError(thrown, isPinned, 'body');
  } finally {
    limit.clear();
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export function createPeer(options: PeerOptions): Peer {
  const { trust } = options;
  if (!('remembered' in trust)) return createVerifiedPeer(options);
  return rememberingPeer({
    baseUrl: options.baseUrl,
    memory: trust.remembered,
    connect: (pinPem) => createVerifiedPeer({ ...options, trust: { pinPem } }),
  });
}

function createVerifiedPeer(options: PeerOptions): Peer {
  const { trust, timeoutMs: usualTimeoutMs = 30_000 } = options;
  const tls = tlsOptions(trust, options.clientCertificate);
  const isPinned = 'pinPem' in trust;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const agent = new Agent({
    connections: options.connections ?? 4,
    allowH2: false,
    // The deadline of each request is ours; undici's own would end quiet streams.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...tls, timeout: options.connectTimeoutMs ?? 10_000 },
  });
  return {
    baseUrl,
    tls,
    async request(method, path, { headers = {}, body, signal, timeoutMs = usualTimeoutMs } = {}) {
      const limit = deadline(signal, timeoutMs);
      try {
        const response = await undiciRequest(`${baseUrl}${path}`, {
          method,
          dispatcher: agent,
          headers,
          signal: limit.signal,
          body: body ?? null,
        });
        const stream = streamed(response.body as AsyncIterable<Buffer>, limit, isPinned);
        return {
          status: response.statusCode,
          headers: response.headers,
          body: stream,
          text: () => textOf(stream),
          discard: async () => {
            limit.clear();
            await response.body.dump();
          },
        };
      } catch (thrown) {
        limit.clear();
        throw limit.explain(thrown) ?? toPeerError(thrown, isPinned, 'request');
      }
    },
    close: () => agent.destroy(),
  };
}
