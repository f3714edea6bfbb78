import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { request } from 'undici';
import type { AddressInfo } from 'node:net';
import { onlyLoopbackNames } from './hosts.ts';

describe('whoever is not signed in', () => {
  const server = createServer(onlyLoopbackNames((_request, response) => void response.end('hello')));
  let port = 0;

  before(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    ({ port } = server.address() as AddressInfo);
  });

  after(() => void server.close());

  for (const [host, status] of [
    ['127.0.0.1', 200],
    ['localhost:8080', 200],
    ['[::1]:8080', 200],
    ['rebound.example', 421],
    ['127.0.0.1.rebound.example', 421],
    ['', 421],
  ] as const)
    it(`is ${status === 200 ? 'heard' : 'refused'} under the name ${JSON.stringify(host)}`, async () => {
      const answer = await request(`http://127.0.0.1:${port}/`, { headers: { host } });

      await answer.body.dump();
      assert.equal(answer.statusCode, status);
    });
});
