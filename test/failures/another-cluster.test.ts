/** Another cluster under the same address: it is followed once a person names who answers, and nobody else can be named. */
import assert from 'node:assert/strict';
import type { Answer, Live } from '../support/live.ts';
import { inStep, openShop, scale } from './shop.ts';

interface Known {
  readonly identity: string;
  readonly problem: { readonly code: string } | null;
}

describe('a cluster that was replaced', () => {
  let live: Live;

  beforeEach(async function () {
    this.timeout(90_000);
    live = await openShop();
  });

  afterEach(async function () {
    this.timeout(30_000);
    await live.close();
  });

  const cluster = async (): Promise<Known | undefined> =>
    ((await live.ask('GET', 'api/v1/status')).body['sources'] as Known[])[0];
  const confirm = (identity: string): Promise<Answer> =>
    live.ask('POST', 'api/v1/identity', { body: { name: 'c1', identity } });

  it('is confirmed by the identity that answers, and by no other, before and after it was replaced', async () => {
    const first = (await cluster())?.identity ?? '';
    const mistyped = await confirm(`${first}0`);
    await scale(live, 4);

    live.cluster.faults.set({ otherCluster: true });
    await live.until('it is held', async () => (await cluster())?.problem?.code === 'cluster.identity');
    const second = (await cluster())?.identity ?? '';
    const former = await confirm(first);
    const right = await confirm(second);
    await live.until('it is followed', async () => (await cluster())?.problem === null);

    assert.notEqual(second, first);
    assert.deepEqual(
      [mistyped, former].map(({ status, body }) => [status, body['code'], body['detail']]),
      [
        [409, 'request.identity', `as c1 answers ${first}`],
        [409, 'request.identity', `as c1 answers ${second}`],
      ],
    );
    assert.deepEqual([right.status, right.body['done']], [200, `c1: ${second} is confirmed`]);
    live.cluster.faults.clear();
    await live.until(
      'the first is held',
      async () => (await cluster())?.problem?.code === 'cluster.identity',
    );
    assert.equal((await confirm(first)).status, 200);
    await inStep(live, 4);
  }).timeout(60_000);
});
