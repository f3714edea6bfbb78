import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import { asking } from './asking.fixture.ts';
import { defaultLimits } from './dispatch.ts';

describe('the pace of requests', () => {
  it('of signing in holds for tokens of a fabric’s GUI that nobody has met', async () => {
    const { ask } = asking({ anonymous: null }, { clock: manualClock() });
    const statuses: number[] = [];

    for (let count = 0; count < defaultLimits.signIn.burst + 1; count += 1)
      statuses.push(
        (await ask('GET', '/api/v1/status', { headers: { devcookie: `made-up-${count}` } })).status,
      );

    assert.deepEqual(statuses.slice(-2), [401, 429]);
    assert.equal((await ask('GET', '/api/v1/status')).status, 401);
  });
});
