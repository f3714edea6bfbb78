/**
 * A Kubernetes API server that does exactly what a test tells it to, over real TLS, for what no sane server does: cut
 * bodies, silence, broken frames. It answers the question for kube-system by itself, from `identity`.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createAuthority, type Identity } from '../../lab/authority.ts';

export interface ScriptedRequest {
  readonly type: 'stream-list' | 'paged-list' | 'watch' | 'object';
  readonly path: string;
  readonly query: URLSearchParams;
  /** How many requests of this type came before. */
  readonly earlier: number;
}

export type Script = (request: ScriptedRequest, response: ServerResponse) => void;

export interface ScriptedApi {
  readonly url: string;
  readonly caPem: string;
  /** What kube-system is answered with; `status` other than 200 refuses. The version is no number unless a test gives one. */
  readonly identity: { uid: string; resourceVersion: string; status: number };
  /** All but those for kube-system. */
  readonly requests: readonly ScriptedRequest[];
  /** How many times kube-system was asked for. */
  readonly checks: () => number;
  readonly connections: () => number;
  count(type: ScriptedRequest['type']): number;
  play(script: Script): void;
  dropConnections(): void;
  close(): Promise<void>;
}

let certificate: Promise<{ caPem: string; identity: Identity }> | undefined;

async function makeCertificate(): Promise<{ caPem: string; identity: Identity }> {
  const authority = await createAuthority();
  return { caPem: authority.caPem, identity: await authority.issue('scripted') };
}

function typeOf(path: string, query: URLSearchParams): ScriptedRequest['type'] {
  if (query.has('sendInitialEvents')) return 'stream-list';
  if (query.get('watch') === '1') return 'watch';
  return /\/namespaces\/[^/]+\/[^/]+\/[^/]+$/.test(path) ? 'object' : 'paged-list';
}

function answerIdentity(
  { uid, resourceVersion, status }: ScriptedApi['identity'],
  response: ServerResponse,
): void {
  if (status !== 200) return answerJson(response, statusObject(status, 'refused'), status);
  const items = [{ metadata: { name: 'kube-system', uid, resourceVersion: '1' } }];
  answerJson(response, { kind: 'NamespaceList', metadata: { resourceVersion }, items });
}

export async function startScriptedApi(): Promise<ScriptedApi> {
  const { caPem, identity: tls } = await (certificate ??= makeCertificate());
  const identity = { uid: 'uid-of-kube-system', resourceVersion: 'opaque', status: 200 };
  const requests: ScriptedRequest[] = [];
  const sockets = new Set<Socket>();
  let checks = 0;
  let connections = 0;
  let script: Script = (_request, response) => void response.writeHead(500).end();
  const count = (type: ScriptedRequest['type']): number =>
    requests.filter((each) => each.type === type).length;
  const server: Server = createServer(tls, (incoming, response) => {
    response.on('error', () => undefined);
    const { pathname: path, searchParams: query } = new URL(incoming.url ?? '/', 'https://scripted');
    if (query.get('fieldSelector') === 'metadata.name=kube-system') {
      checks += 1;
      return answerIdentity(identity, response);
    }
    const type = typeOf(path, query);
    const request = { type, path, query, earlier: count(type) };
    requests.push(request);
    script(request, response);
  });
  server.on('secureConnection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caPem,
    identity,
    requests,
    checks: () => checks,
    connections: () => connections,
    count,
    play: (next) => (script = next),
    dropConnections,
    close: async () => {
      dropConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function answerJson(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export function statusObject(code: number, message: string, reason = ''): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

/** Begins a stream, so that the client has its headers at once. */
export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
}

export function sendFrame(response: ServerResponse, type: string, object: object): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

export function bookmark(resourceVersion: string, endsList = false): object {
  const annotations = endsList ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion, ...annotations } };
}

/** A running pod `shop/<name>`. */
export function pod(name: string, resourceVersion: string, uid = `uid-of-${name}`): object {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'shop', uid, resourceVersion, labels: { app: 'web' } },
    spec: { nodeName: 'node-1' },
    status: { phase: 'Running', podIPs: [{ ip: '10.244.0.7' }] },
  };
}

/** Answers a streaming list with these pods, complete. */
export function streamPods(response: ServerResponse, pods: readonly object[], resourceVersion: string): void {
  beginStream(response);
  for (const each of pods) sendFrame(response, 'ADDED', each);
  sendFrame(response, 'BOOKMARK', bookmark(resourceVersion, true));
}

export function podList(pods: readonly object[], resourceVersion: string, token?: string): object {
  const metadata = { resourceVersion, ...(token === undefined ? {} : { continue: token }) };
  return { kind: 'PodList', apiVersion: 'v1', metadata, items: pods };
}
