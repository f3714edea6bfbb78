import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { systemClock } from '../../model/clock.ts';
import { ProblemError } from '../../model/problems.ts';
import { createPeer } from '../http/peer.ts';
import { openSocket } from './socket.ts';
import { labAuthority } from './testing/lab-authority.ts';

const never = new AbortController().signal;

describe('the socket of an APIC session', () => {
  let server: Server;
  let answersPings: boolean;
  const connections = new Set<Duplex>();

  async function listen(
    answers: boolean,
  ): Promise<{ readonly url: string; readonly caPem: string; readonly paths: string[] }> {
    const authority = await labAuthority();
    server = createServer(await authority.issue('apic'));
    answersPings = answers;
    const sockets = new WebSocketServer({ server, autoPong: false });
    const paths: string[] = [];
    sockets.on('connection', (socket, request) => {
      paths.push(request.url ?? '');
      socket.on('ping', () => {
        if (answersPings) socket.pong();
      });
      socket.send('{"imdata":[]}');
    });
    server.on('connection', (each) => connections.add(each));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return { url: `https://127.0.0.1:${port}`, caPem: authority.caPem, paths };
  }

  afterEach(async () => {
    for (const each of connections) each.destroy();
    connections.clear();
    await new Promise((done) => server.close(done));
  });

  it('gives the frames that come, and carries the token in its path as it is', async () => {
    const { url, caPem, paths } = await listen(true);
    const peer = createPeer({ baseUrl: url, trust: { caPem } });
    const frame = Promise.withResolvers<string>();

    const socket = await openSocket({
      peer,
      token: 'a/b+c==',
      clock: systemClock(),
      signal: never,
      onFrame: frame.resolve,
    });

    assert.equal(await frame.promise, '{"imdata":[]}');
    assert.deepEqual(paths, ['/socketa/b+c==']);
    socket.close();
    await socket.ended;
  });

  it('ends when a peer that answered falls silent', async () => {
    const { url, caPem } = await listen(true);
    const peer = createPeer({ baseUrl: url, trust: { caPem } });
    const socket = await openSocket({
      peer,
      token: 't',
      clock: systemClock(500),
      signal: never,
      onFrame: () => undefined,
    });
    await new Promise((done) => setTimeout(done, 120));

    answersPings = false;
    const reason = await socket.ended;

    assert.equal(reason, 'silent');
  });

  it('is not ended for silence by a peer that never answers pings', async () => {
    const { url, caPem } = await listen(false);
    const peer = createPeer({ baseUrl: url, trust: { caPem } });
    const socket = await openSocket({
      peer,
      token: 't',
      clock: systemClock(500),
      signal: never,
      onFrame: () => undefined,
    });

    const first = await Promise.race([
      socket.ended,
      new Promise((done) => setTimeout(() => done('open'), 300)),
    ]);

    assert.equal(first, 'open');
    socket.close();
  });

  it('does not open to a peer whose certificate is not trusted', async () => {
    const { url } = await listen(true);
    const peer = createPeer({ baseUrl: url, trust: { system: true } });

    const opening = openSocket({
      peer,
      token: 't',
      clock: systemClock(),
      signal: never,
      onFrame: () => undefined,
    });

    await assert.rejects(opening, ProblemError);
  });
});
