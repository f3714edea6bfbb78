/**
 * One API server: paths in, parsed answers or bodies out, with our credentials on every request. Whatever is not a
 * 200 is thrown as a problem.
 */
import { ProblemError } from '../../model/problems.ts';
import { createPeer, type Peer, type PeerResponse } from '../http/peer.ts';
import type { PeerTrust } from '../http/trust.ts';
import { apiErrorOfAnswer, incomplete, parsed, toClusterError } from './api-error.ts';
import { accessMaterial, type ClusterCredentials } from './credentials.ts';

export interface ApiServerOptions {
  readonly server: string;
  readonly trust: PeerTrust;
  readonly credentials: ClusterCredentials;
  readonly connections: number;
  /** Of ordinary requests; streams have their own limits. */
  readonly timeoutMs: number;
}

export interface ApiServer {
  /** The parsed JSON object of a 200. */
  get(path: string, signal: AbortSignal): Promise<object>;
  /** The body of a 200, as it arrives and for as long as it lasts. */
  stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  close(): Promise<void>;
}

interface Connected {
  readonly peer: Peer;
  readonly headers: Readonly<Record<string, string>>;
}

export function createApiServer(options: ApiServerOptions): ApiServer {
  let connected: Promise<Connected> | undefined;
  const open = async (): Promise<Connected> => {
    const { headers, clientCertificate } = await accessMaterial(options.server, options.credentials);
    const peer = createPeer({
      baseUrl: options.server,
      trust: options.trust,
      connections: options.connections,
      timeoutMs: options.timeoutMs,
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
    });
    return { peer, headers: { ...headers, accept: 'application/json', 'user-agent': 'aci-kube-sync' } };
  };

  // What fails here is not the network: a certificate that is none, a URL without TLS.
  const connect = (): Promise<Connected> =>
    open().catch((cause: unknown) => {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new ProblemError('cluster.untrusted', `${options.server}: ${text}`, { cause });
    });

  const ask = async (path: string, signal: AbortSignal, timeoutMs?: number): Promise<PeerResponse> => {
    const { peer, headers } = await (connected ??= connect());
    const limit = timeoutMs === undefined ? {} : { timeoutMs };
    const response = await peer.request('GET', path, { headers, signal, ...limit });
    if (response.status === 200) return response;
    throw apiErrorOfAnswer(response.status, await response.text(), withoutQuery(path));
  };

  return {
    get: async (path, signal) => {
      try {
        const response = await ask(path, signal);
        const value = parsed(await response.text());
        if (value === undefined) throw incomplete(`${withoutQuery(path)}: the answer is not a JSON object`);
        return value;
      } catch (thrown) {
        throw toClusterError(thrown, withoutQuery(path));
      }
    },
    stream: async (path, signal) => {
      try {
        const response = await ask(path, signal, Infinity);
        return translated(response.body, withoutQuery(path));
      } catch (thrown) {
        throw toClusterError(thrown, withoutQuery(path));
      }
    },
    close: async () => {
      const opened = await connected?.catch(() => undefined);
      await opened?.peer.close();
    },
  };
}

function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? path;
}

async function* translated(
  body: AsyncIterable<Buffer>,
  what: string,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* body;
  } catch (thrown) {
    throw toClusterError(thrown, what);
  }
}
