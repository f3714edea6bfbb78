/** A request as the fabric sees it, taken from the raw URL: brackets and quotes come both bare and encoded. */
import type { IncomingMessage } from 'node:http';
import { decode } from '../query/parameters.ts';

export interface FabricRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** Decoded path without the query. */
  readonly path: string;
  readonly query: string;
  /** Tokens: of the cookie, or of the header `DevCookie` that apps of the GUI send. */
  readonly cookies: readonly string[];
  /** As it was sent. */
  readonly cookieHeader: string;
  /** Of the header `APIC-challenge`, or of the parameter `challenge`. */
  readonly challenge: string;
  readonly body: string;
}

const largestBody = 64 * 1024 * 1024;

export async function readRequest(message: IncomingMessage): Promise<FabricRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > largestBody) throw new Error('request body too large');
    chunks.push(chunk as Buffer);
  }
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  return {
    method: message.method ?? 'GET',
    url,
    path: decode(mark < 0 ? url : url.slice(0, mark)),
    query,
    cookies: tokensOf(message),
    cookieHeader: message.headers.cookie ?? '',
    challenge: headerOf(message, 'apic-challenge') ?? new URLSearchParams(query).get('challenge') ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function headerOf(message: IncomingMessage, name: string): string | undefined {
  const value = message.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function tokensOf(message: IncomingMessage): string[] {
  const ofApp = headerOf(message, 'devcookie');
  const cookies = apicCookies(message.headers.cookie ?? '');
  return cookies.length === 0 && ofApp !== undefined ? [ofApp] : cookies;
}

/** The name is matched whatever its case; everything else in the header, `path=/` among it, is ignored. */
function apicCookies(header: string): string[] {
  return header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.toLowerCase().startsWith('apic-cookie='))
    .map((part) => part.slice(part.indexOf('=') + 1));
}

export type Route =
  | { readonly kind: 'mo'; readonly dn: string }
  | { readonly kind: 'class'; readonly className: string }
  | { readonly kind: 'call'; readonly name: string };

/** `/api/node/mo/uni/tn-a.json` → the object `uni/tn-a`. Undefined: no such URL. */
export function routeOf(path: string): Route | 'xml' | undefined {
  const match = /^\/api\/(?:node\/)?(mo|class|\w+)(?:\/(.*))?\.(json|xml)$/s.exec(path);
  if (!match) return undefined;
  const [, kind = '', rest, suffix] = match;
  if (suffix === 'xml') return 'xml';
  if (kind === 'mo') return { kind, dn: rest ?? '' };
  if (kind === 'class' && rest) return { kind, className: rest };
  return rest === undefined ? { kind: 'call', name: kind } : undefined;
}
