import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import { asking } from './asking.fixture.ts';
import type { ApiOptions } from './express-api.ts';

describe('what is taken down of nobody', () => {
  const nobodys = (over: Partial<ApiOptions> = {}) => {
    const clock = manualClock();
    const world = asking({ anonymous: null }, { clock, ...over });
    const flood = async (times: number, from = '10.9.0.1'): Promise<void> => {
      for (let count = 0; count < times; count += 1)
        await world.ask('POST', '/api/v1/pause', { json: { paused: true }, from });
    };
    return { ...world, clock, flood };
  };

  it('is the first refusal, and how many followed within each minute', async () => {
    const { ask, clock, flood, ports } = nobodys();

    await flood(40);
    await ask('POST', '/api/v1/pause', { text: 'x', headers: { 'content-type': 'text/plain' } });
    await ask('DELETE', '/api/v1/session');
    await clock.advance(60_000);
    await flood(3);
    await clock.advance(60_000);
    await clock.advance(60_000);
    await flood(1);

    assert.deepEqual(
      ports.audited.map(({ verb, object, from, result }) => [verb, object, from, result]),
      [
        ['pause', '', '10.9.0.1', 'access.unknown'],
        ['try', '41 more acts', '10.9.0.1', 'done'],
        ['try', '3 more acts', '10.9.0.1', 'access.unknown'],
        ['pause', '', '10.9.0.1', 'access.unknown'],
      ],
    );
  });

  it('is told of each peer, and of more than a thousand together', async () => {
    const { clock, flood, ports } = nobodys();

    for (let peer = 0; peer < 1100; peer += 1) await flood(1, `10.8.${peer >> 8}.${peer & 255}`);
    const first = ports.audited.length;
    await clock.advance(60_000);

    assert.equal(first, 1001);
    assert.deepEqual(
      ports.audited.slice(first).map(({ object, from }) => [object, from]),
      [['99 more acts', 'other addresses']],
    );
  });

  it('is not lost when it ends', async () => {
    const stop = new AbortController();
    const { clock, flood, ports } = nobodys({ signal: stop.signal });

    await flood(3);
    stop.abort();
    await clock.advance(0);

    assert.deepEqual(
      ports.audited.map(({ object }) => object),
      ['', '2 more acts'],
    );
  });

  it('is each attempt to sign in', async () => {
    const { ask, ports } = nobodys();

    for (let count = 0; count < 5; count += 1)
      await ask('POST', '/api/v1/session', { json: { username: 'eve', password: 'x' } });

    assert.equal(ports.audited.length, 5);
  });
});
