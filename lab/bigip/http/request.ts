/** A request as the device sees it. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { errors } from '../errors.ts';
import type { Attributes } from '../config/store.ts';

export interface BigipRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** As sent, without the query and without slashes at its end. */
  readonly path: string;
  /** Decoded, without empty ones: a trailing slash makes no difference. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly sender: string;
  readonly body: string;
}

const largestBody = 64 * 1024 * 1024;

export async function readRequest(message: IncomingMessage): Promise<BigipRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > largestBody) throw new Error('request body too large');
    chunks.push(chunk as Buffer);
  }
  return requestOf(message.method ?? 'GET', message.url ?? '/', {
    headers: message.headers,
    sender: message.socket.remoteAddress ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  });
}

function requestOf(
  method: string,
  url: string,
  rest: Pick<BigipRequest, 'headers' | 'sender' | 'body'>,
): BigipRequest {
  const mark = url.indexOf('?');
  const path = (mark < 0 ? url : url.slice(0, mark)).replace(/(?<=.)\/+$/, '');
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  return {
    method,
    url,
    path,
    segments,
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    ...rest,
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** No body counts as an empty object; what type the client says it is does not matter. */
export function bodyOf({ body }: BigipRequest): Attributes {
  if (body.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw errors.notJson();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw errors.notJson();
  return value as Attributes;
}
