/**
 * An HTTP request as values for the pipeline, and its reply on the wire.
 *
 * What `X-Forwarded-…` headers say counts where express' `trust proxy` is set, and is not seen otherwise: whoever asks could make it up.
 */
import type { Request, Response } from 'express';
import { parseAddress } from '../model/ip.ts';
import { ProblemError } from '../model/problems.ts';
import type { ApiRequest, Reply, RequestBody } from './dispatch.ts';
import type { RequestHeaders } from './request-headers.ts';

export function apiRequest(request: Request, response: Response): ApiRequest {
  const { method, url } = request;
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the caller has gone')));
  const at = url.indexOf('?');
  return {
    method,
    path: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)),
    headers: headersOf(request),
    body: (largest) => readBody(request, largest),
    from: peerOf(request),
    tls: request.secure,
    signal: gone.signal,
  };
}

/** The address of whoever asks. Behind a proxy the one that the proxy saw, which it wrote last; what stands before that can be made up. */
export function peerOf(request: Request): string {
  const forwarded = parseAddress(
    (request.ip ?? '').replace(/^\[(.*)\](:\d+)?$|^(\d+(?:\.\d+){3}):\d+$/, '$1$3'),
  );
  return forwarded ?? (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

/** Those that may stand once only; node joins or drops the others that come twice. The host is the one that the browser asked. */
function headersOf(request: Request): RequestHeaders {
  const headers = Object.entries(request.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value] as const,
  );
  return { ...Object.fromEntries(headers), host: request.host };
}

async function readBody(request: Request, largest: number): Promise<RequestBody> {
  if (Number(request.headers['content-length'] ?? 0) > largest) return 'too large';
  if (request.headers['content-encoding'] !== undefined)
    throw new ProblemError('request.type', 'expected a body without Content-Encoding');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > largest) return 'too large';
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new ProblemError('request.invalid', 'the body ended before it was whole', { cause });
  }
  return { bytes: Buffer.concat(chunks) };
}

export function sendReply(response: Response, { status, headers, body }: Reply): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) {
    response.end();
    return;
  }
  const bytes = 'json' in body ? bytesOf(body.json) : Buffer.from(body.text, 'utf8');
  response.setHeader('Content-Type', `${body.type}; charset=utf-8`);
  response.setHeader('Content-Length', bytes.byteLength);
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

/** Of models that are told to many before they change; they are never written to once they are told. */
const kept = new WeakMap<object, Buffer>();

function bytesOf(json: unknown): Buffer {
  if (typeof json !== 'object' || json === null) return Buffer.from(JSON.stringify(json), 'utf8');
  const bytes = kept.get(json) ?? Buffer.from(JSON.stringify(json), 'utf8');
  kept.set(json, bytes);
  return bytes;
}
