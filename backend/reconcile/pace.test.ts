import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import { createPace } from './pace.ts';

const signal = new AbortController().signal;

describe('the pace', () => {
  it('lets a few rounds through at once after quiet, then one for each interval', async () => {
    const clock = manualClock();
    const pace = createPace(clock, { burst: 2, intervalMs: 100 });
    const startedAt: number[] = [];
    const rounds = (async () => {
      for (let round = 0; round < 4; round += 1) {
        await pace.ready(signal);
        startedAt.push(clock.now());
        pace.spent();
      }
    })();

    await clock.advance(0);
    for (let tick = 0; tick < 20; tick += 1) await clock.advance(25);
    await rounds;

    assert.deepEqual(startedAt, [0, 0, 100, 200]);
  });

  it('costs nothing for rounds that write nothing', async () => {
    const pace = createPace(manualClock(), { burst: 1, intervalMs: 100 });

    for (let round = 0; round < 10; round += 1) await pace.ready(signal);
  });
});
