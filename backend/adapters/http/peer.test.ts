import 'reflect-metadata';
import assert from 'node:assert/strict';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer, type Server } from 'node:https';
import type { RequestListener } from 'node:http';
import { TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAuthority, type Authority, type Identity } from '../../../lab/authority.ts';
import type { ClientCertificate } from './trust.ts';
import { createPeer, type Peer, type PeerOptions } from './peer.ts';
import { PeerError, pinMismatch } from './peer-error.ts';

const answer: RequestListener = (request, response) => {
  switch (request.url ?? '') {
    case '/prefix/hello':
    case '/hello':
      response.end(`${request.method ?? ''} ${String(request.headers['x-a'] ?? '')}`);
      return;
    case '/silent':
      return;
    case '/cut':
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
      return;
    case '/slow-body':
      response.write('first');
      return;
    default:
      response.writeHead(404).end('nothing here');
  }
};

interface Running {
  readonly url: string;
  readonly connections: () => number;
  readonly close: () => void;
}

async function serve(identity: Identity): Promise<Running> {
  let count = 0;
  const server: Server = createServer(identity, answer);
  server.on('secureConnection', () => (count += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => count,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function failure(call: Promise<unknown>): Promise<PeerError> {
  const thrown: unknown = await call.then(
    () => assert.fail('expected a failure'),
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof PeerError, String(thrown));
  return thrown;
}

async function clientIdentity(name: string): Promise<ClientCertificate> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
  });
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certPem: certificate.toString('pem'), keyPem: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}

describe('peer', () => {
  let authority: Authority;
  let identity: Identity;
  let server: Running;
  const peers: Peer[] = [];
  const peerOf = (options: Partial<PeerOptions> = {}): Peer => {
    const peer = createPeer({ baseUrl: server.url, trust: { caPem: authority.caPem }, ...options });
    peers.push(peer);
    return peer;
  };

  before(async () => {
    authority = await createAuthority();
    identity = await authority.issue('peer');
    server = await serve(identity);
  });
  after(() => server.close());
  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer.close();
  });

  it('reads an answer from a server that the CA vouches for, under a prefix', async () => {
    const peer = peerOf({ baseUrl: `${server.url}/prefix/` });

    const response = await peer.request('GET', '/hello', { headers: { 'x-a': 'b' } });

    assert.equal(response.status, 200);
    assert.equal(await response.text(), 'GET b');
  });

  it('gives every status as an answer', async () => {
    const response = await peerOf().request('GET', '/none');

    assert.equal(response.status, 404);
    assert.equal(await response.text(), 'nothing here');
  });

  it('uses its connections again, and holds none for a body that is discarded', async () => {
    const peer = peerOf({ connections: 1 });
    const before = server.connections();

    for (let i = 0; i < 10; i += 1) {
      const response = await peer.request('GET', '/hello');
      await (i % 2 === 0 ? response.text() : response.discard());
    }

    assert.equal(server.connections() - before, 1);
  });

  it('trusts nobody whom the CA does not vouch for', async () => {
    const stranger = await createAuthority('stranger');

    const error = await failure(peerOf({ trust: { caPem: stranger.caPem } }).request('GET', '/hello'));

    assert.equal(error.reason, 'untrusted');
  });

  it('trusts no unknown certificate by the system CAs', async () => {
    const error = await failure(peerOf({ trust: { system: true } }).request('GET', '/hello'));

    assert.equal(error.reason, 'untrusted');
  });

  it('refuses a host name that the certificate does not carry', async () => {
    // Other loopback addresses than 127.0.0.1 are reached only by a server bound to every address.
    const everywhere = createServer(identity, answer).listen(0, '0.0.0.0');
    await once(everywhere, 'listening');
    const port = (everywhere.address() as AddressInfo).port;

    const error = await failure(peerOf({ baseUrl: `https://127.0.0.2:${port}` }).request('GET', '/hello'));

    assert.equal(error.reason, 'untrusted');
    assert.equal(error.code, 'ERR_TLS_CERT_ALTNAME_INVALID');
    everywhere.close();
    everywhere.closeAllConnections();
  });

  it('accepts the pinned certificate whatever host name it carries', async () => {
    const everywhere = createServer(identity, answer).listen(0, '0.0.0.0');
    await once(everywhere, 'listening');
    const port = (everywhere.address() as AddressInfo).port;
    const peer = peerOf({
      baseUrl: `https://127.0.0.2:${port}`,
      trust: { pinPem: identity.cert },
    });

    const response = await peer.request('GET', '/hello');

    assert.equal(response.status, 200);
    await response.text();
    everywhere.close();
    everywhere.closeAllConnections();
  });

  it('refuses another certificate than the pinned one, also one of the same CA', async () => {
    const sibling = await authority.issue('peer');

    const wrong = await failure(peerOf({ trust: { pinPem: sibling.cert } }).request('GET', '/hello'));
    const issuer = await failure(peerOf({ trust: { pinPem: authority.caPem } }).request('GET', '/hello'));

    assert.deepEqual([wrong.reason, wrong.code], ['untrusted', pinMismatch]);
    assert.deepEqual([issuer.reason, issuer.code], ['untrusted', pinMismatch]);
  });

  it('shows its own certificate to a server that asks for one', async () => {
    const client = await clientIdentity('reader');
    const asking = createServer(
      { ...identity, requestCert: true, ca: client.certPem },
      (request, response) => {
        const { socket } = request;
        response.end(socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : '');
      },
    ).listen(0, '127.0.0.1');
    await once(asking, 'listening');
    const baseUrl = `https://127.0.0.1:${(asking.address() as AddressInfo).port}`;

    const response = await peerOf({ baseUrl, clientCertificate: client }).request('GET', '/');
    const without = await failure(peerOf({ baseUrl }).request('GET', '/'));

    assert.equal(await response.text(), 'reader');
    assert.notEqual(without.reason, 'aborted');
    asking.close();
    asking.closeAllConnections();
  });

  it('says unreachable when nothing listens', async () => {
    const error = await failure(peerOf({ baseUrl: 'https://127.0.0.1:1' }).request('GET', '/hello'));

    assert.equal(error.reason, 'unreachable');
    assert.equal(error.code, 'ECONNREFUSED');
    assert.ok(error.cause instanceof Error);
  });

  it('says protocol when what answers does not speak TLS', async () => {
    const sockets: Socket[] = [];
    const plain = createTcpServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const port = (plain.address() as AddressInfo).port;

    const error = await failure(peerOf({ baseUrl: `https://127.0.0.1:${port}` }).request('GET', '/hello'));

    assert.equal(error.reason, 'protocol');
    plain.close();
    for (const socket of sockets) socket.destroy();
  });

  it('gives up when no answer comes in time', async () => {
    const error = await failure(peerOf().request('GET', '/silent', { timeoutMs: 50 }));

    assert.equal(error.reason, 'timeout');
  });

  it('gives up when the body does not end in time', async () => {
    const response = await peerOf().request('GET', '/slow-body', { timeoutMs: 100 });

    const error = await failure(response.text());

    assert.equal(error.reason, 'timeout');
  });

  it('ends with the signal of the caller, before and within the body', async () => {
    const early = new AbortController();
    const late = new AbortController();
    early.abort(new Error('stop'));
    const response = await peerOf().request('GET', '/slow-body', { signal: late.signal });

    const first = await failure(peerOf().request('GET', '/hello', { signal: early.signal }));
    late.abort(new Error('stop'));
    const second = await failure(response.text());

    assert.equal(first.reason, 'aborted');
    assert.equal(second.reason, 'aborted');
  });

  it('says cut when the body ends before its announced end', async () => {
    const response = await peerOf().request('GET', '/cut');

    const error = await failure(response.text());

    assert.equal(error.reason, 'cut');
  });
});
