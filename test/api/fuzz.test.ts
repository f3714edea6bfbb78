import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from '../../backend/api/express-api.ts';
import { arrange } from '../../backend/api/api.fixture.ts';
import { fuzz } from './fuzz.ts';

const wide = { perSecond: 1e9, burst: 1e9 };
const limits = { reads: wide, acts: wide, signIn: wide, personActs: wide };
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const count = Number(process.env['FUZZ_COUNT'] ?? 10_000);

describe('malformed requests', function () {
  this.timeout(180_000);

  it(`are refused in order, whoever sends them and however (seed ${seed})`, async () => {
    const ended = new AbortController();
    const over = { limits, signal: ended.signal };
    const { options, ports, logged } = arrange(over, { anonymous: null, addresses: 200, history: 100 });
    const server = createServer(createApi(options)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { bearers } = ports.access;
    const callers = [
      undefined,
      'wrong',
      bearers.viewer,
      bearers.operator,
      bearers.admin,
      bearers.admin,
      bearers.admin,
    ];

    const report = await fuzz(
      {
        base: `http://127.0.0.1:${port}`,
        callers: callers.map((token) => (token === undefined ? {} : { authorization: `Bearer ${token}` })),
        digest: () => ports.configuration.digest(),
      },
      { seed, count },
    );
    ended.abort();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');

    assert.deepEqual(logged, []);
    assert.doesNotMatch(JSON.stringify(ports.audited), /S3CRET-/);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    if (count >= 10_000) assertBroad(report.statuses, report.missed);
  });
});

/** They are only done for who knows something that the description does not tell. */
const withSecrets = ['postSession', 'postSessionClaim', 'postSessionPassword', 'getTarget', 'deleteTokensId'];

/** Otherwise it only knocked at the door. */
function assertBroad(statuses: ReadonlyMap<number, number>, missed: readonly string[]): void {
  for (const status of [200, 400, 401, 403, 404, 405, 412, 413, 415, 422, 428])
    assert.ok((statuses.get(status) ?? 0) > 0, `no request was answered by ${status}`);
  assert.deepEqual(
    missed.filter((id) => !withSecrets.includes(id)),
    [],
  );
}
