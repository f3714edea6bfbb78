/**
 * `/appcenter/<vendor>/<app>/<endpoint>`: the GUI's web server passes requests on to the app's container. Only GET and POST,
 * only endpoints that app.json declares, only for somebody who is signed in at the fabric.
 *
 * What an APIC does here is known by its apps only. Whether headers and cookies reach the container is not: hence two profiles.
 */
import {
  request as send,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { FabricFront } from '../fabric/fabric.ts';
import type { Plugin } from './plugin.ts';
import type { Container } from './host/container.ts';
import type { Profile } from './steps.ts';

export interface ProxyParts {
  readonly front: FabricFront;
  readonly plugin: (vendorDomain: string, appId: string) => Plugin | undefined;
  readonly profile: () => Profile;
  /** An APIC's is about 90 s. */
  readonly timeoutMs: number;
}

const pathShape = /^\/appcenter\/([^/?]+)\/([^/?]+)\/([^?]+)(\?.*)?$/s;

export function createProxy(parts: ProxyParts): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    const asked = readPath(message.url ?? '');
    const plugin = parts.plugin(asked.vendorDomain, asked.appId);
    if (message.method !== 'GET' && message.method !== 'POST')
      return refuse(response, 405, 'Only GET and POST are supported');
    if (!isSignedIn(parts.front, message)) return refuse(response, 403, 'Need a valid token (DevCookie)');
    if (plugin?.manifest.endpoints.includes(asked.endpoint) !== true)
      return refuse(response, 404, `There is no such endpoint of ${asked.vendorDomain}_${asked.appId}`);
    const { container } = plugin;
    if (container === undefined) return unreachable(response);
    pass({ message, response, container, path: `/${asked.endpoint}${asked.query}` }, parts);
  };
}

interface Asked {
  readonly vendorDomain: string;
  readonly appId: string;
  readonly endpoint: string;
  /** With its question mark; empty: none. */
  readonly query: string;
}

function readPath(url: string): Asked {
  const [, vendorDomain = '', appId = '', endpoint = '', query = ''] = pathShape.exec(url) ?? [];
  return { vendorDomain, appId, endpoint, query };
}

function isSignedIn(front: FabricFront, { headers }: IncomingMessage): boolean {
  const ofCookie = /(?:^|;\s*)apic-cookie=([^;]+)/i.exec(headers.cookie ?? '')?.[1];
  const token = first(headers['devcookie']) ?? ofCookie;
  return token !== undefined && front.admits(token, first(headers['apic-challenge']) ?? '') !== undefined;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

interface Passed {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly container: Container;
  readonly path: string;
}

function pass({ message, response, container, path }: Passed, { profile, timeoutMs }: ProxyParts): void {
  const headers = {
    ...(profile() === 'pass' ? passed(message) : ofContent(message)),
    host: container.address,
  };
  const inner = send({
    ...{ socketPath: container.socket, method: message.method, path, headers, timeout: timeoutMs },
    agent: false,
  });
  inner.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  inner.once('timeout', () => {
    inner.destroy();
    if (!response.headersSent) refuse(response, 504, 'The container did not answer in time');
  });
  inner.once('error', () => {
    if (response.headersSent) response.destroy();
    else unreachable(response);
  });
  response.once('close', () => inner.destroy());
  message.pipe(inner);
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
]);

function passed({ headers }: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}

function ofContent({ headers }: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^content-(type|length)$/.test(name)));
}

function unreachable(response: ServerResponse): void {
  refuse(response, 502, 'Failed to reach the container');
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return;
  const body = JSON.stringify({
    totalCount: '1',
    imdata: [{ error: { attributes: { code: String(status), text } } }],
  });
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' }).end(body);
}
