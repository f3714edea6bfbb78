import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backOffMs } from './back-off.ts';

const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('model/back-off', () => {
  it('waits between the floor and the step, which doubles up to its bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), draw, (attempt, random) => {
        const step = Math.min(30_000, 500 * 2 ** (attempt - 1));

        const delay = backOffMs(attempt, { firstMs: 500, maxMs: 30_000 }, random);

        assert.ok(delay >= step / 10 && delay <= step, `${delay} of ${step}`);
      }),
    );
  });

  it('never waits less than a floor of its own, however short the step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), draw, (attempt, random) => {
        assert.ok(backOffMs(attempt, { firstMs: 1000, maxMs: 600_000, floorMs: 30_000 }, random) >= 30_000);
      }),
    );
  });
});
