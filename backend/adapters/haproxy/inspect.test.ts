import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { startHaproxy, type HaproxyRig } from '../../../lab/haproxy/rig.ts';
import { lane } from '../../../test/support/lane.ts';
import { inspectHaproxy } from './inspect.ts';
import { haproxy } from './testing/world.ts';

const { signal } = new AbortController();

lane('what a HAProxy says of itself', haproxy, (program) => {
  let rig: HaproxyRig;

  before(async () => {
    rig = await startHaproxy({ program, node: 'edge-1', backends: [{ name: 'app' }] });
  });
  after(() => rig.stop());

  it('is its name, its version and the level of the socket, by either socket', async () => {
    const [byPath, byTcp] = await Promise.all(
      [rig.socket, rig.tcpSocket].map((socket) => inspectHaproxy({ socket, signal })),
    );

    assert.deepEqual([byPath?.identity, byPath?.level], [{ fact: 'edge-1' }, { fact: 'admin' }]);
    assert.match(byPath && 'fact' in byPath.version ? byPath.version.fact : '', /^\d+\.\d+/);
    assert.deepEqual(byTcp, byPath);
  });

  it('tells a socket with fewer rights', async () => {
    const facts = await inspectHaproxy({ socket: rig.limitedSocket, signal });

    assert.deepEqual(facts.level, { fact: 'operator' });
  });
});

describe('a socket without a HAProxy', () => {
  it('is asked for as long as was given, and no longer', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;

    const facts = await inspectHaproxy({ socket: { host: '127.0.0.1', port }, signal, timeoutMs: 100 });

    assert.ok('problem' in facts.reach);
    assert.equal(facts.reach.problem.code, 'loadBalancer.unreachable');
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
