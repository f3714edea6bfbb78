import 'reflect-metadata';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, type Identity } from '../../../lab/authority.ts';
import { PeerError } from './peer-error.ts';
import type { Peer } from './peer-port.ts';
import { createPeer } from './peer.ts';
import type { CertificateMemory } from './trust.ts';

const confirmBy = 'compare it, then forget the first one';

describe('a peer whose certificate is remembered', () => {
  let first: Identity;
  let other: Identity;
  let server: Server;
  let baseUrl: string;
  let asked: (string | undefined)[];
  let shown: string[];
  let peers: Peer[];

  beforeEach(async () => {
    first = await (await createAuthority()).issue('peer');
    other = await (await createAuthority()).issue('peer');
    asked = [];
    shown = [];
    peers = [];
    server = createServer(first, ({ headers }, response) => {
      asked.push(headers.cookie);
      response.setHeader('connection', 'close');
      response.end('hello');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    await Promise.all(peers.map((each) => each.close()));
    server.close();
    server.closeAllConnections();
  });

  /** Two of one memory, as the app's own session and its users have them. */
  function peerOf(asks: Pick<CertificateMemory, 'confirmBy'> = {}): Peer {
    const memory = { ...asks, pem: () => shown.at(-1), shown: (pem: string) => void shown.push(pem) };
    const peer = createPeer({ baseUrl, trust: { remembered: memory } });
    peers.push(peer);
    return peer;
  }

  async function ask(peer: Peer, cookie: string): Promise<string> {
    return (await peer.request('GET', '/', { headers: { cookie } })).text();
  }

  it('is held to another certificate from when that is shown, and it is told', async () => {
    const peer = peerOf();
    await ask(peer, 'one');
    server.setSecureContext(other);

    await ask(peer, 'two');

    assert.deepEqual(asked, ['one', 'two']);
    assert.equal(shown.length, 2);
  });

  it('is sent nothing over another certificate where a person confirms', async () => {
    const [own, ofUsers] = [peerOf({ confirmBy }), peerOf({ confirmBy })];
    await ask(own, 'one');
    server.setSecureContext(other);

    const ends = await Promise.allSettled([ask(own, 'signature'), ask(ofUsers, 'token of an administrator')]);

    for (const end of ends) {
      assert.ok(end.status === 'rejected' && end.reason instanceof PeerError);
      assert.equal(end.reason.reason, 'untrusted');
      assert.match(end.reason.message, /[0-9A-F:]{95}.*[0-9A-F:]{95}: compare it/);
    }
    assert.deepEqual(asked, ['one']);
    assert.equal(shown.length, 1);
  });

  it('speaks to the first certificate again after another one was refused', async () => {
    const peer = peerOf({ confirmBy });
    await ask(peer, 'one');
    server.setSecureContext(other);
    await assert.rejects(ask(peer, 'two'));
    server.setSecureContext(first);

    await ask(peer, 'three');

    assert.deepEqual(asked, ['one', 'three']);
  });
});
