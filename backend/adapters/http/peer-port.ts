/** What every peer can do, however it is verified. */
import type { IncomingHttpHeaders } from 'node:http';
import type { PeerTls } from './trust.ts';

export interface PeerRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** From asking to the end of the body; `Infinity` for streams that never end by themselves. */
  readonly timeoutMs?: number;
}

export interface PeerResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as it arrives. One of `body`, `text` and `discard` must be used, once: it holds a connection. Leaving the loop early closes it. */
  readonly body: AsyncIterable<Buffer>;
  text(): Promise<string>;
  discard(): Promise<void>;
}

export interface Peer {
  readonly baseUrl: string;
  /** The same verification for a websocket. */
  readonly tls: PeerTls;
  request(method: string, path: string, options?: PeerRequest): Promise<PeerResponse>;
  /** Ends every connection at once, requests under way included. */
  close(): Promise<void>;
}
