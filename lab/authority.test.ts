import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { createAuthority } from './authority.ts';

describe('lab authority', () => {
  it('issues a certificate that a client trusts by the CA, on every loopback name', async () => {
    const authority = await createAuthority();
    const server = createServer(await authority.issue('apic'), (_req, res) => res.end('ok'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const dispatcher = new Agent({ connect: { ca: authority.caPem } });

    const bodies = [];
    for (const host of ['127.0.0.1', 'localhost'])
      bodies.push(await (await request(`https://${host}:${port}/`, { dispatcher })).body.text());

    assert.deepEqual(bodies, ['ok', 'ok']);
    await dispatcher.close();
    server.close();
  });
});
