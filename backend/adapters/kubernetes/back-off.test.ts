import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createBackOff } from './back-off.ts';

const fractions = fc.double({ min: 0, max: 0.999_999, noNaN: true });

describe('back-off', () => {
  it('stays between its floor and the doubled ceiling, whatever chance says', () => {
    fc.assert(
      fc.property(fc.array(fractions, { minLength: 1, maxLength: 60 }), (chances) => {
        const left = [...chances];
        const backOff = createBackOff({
          floorMs: 50,
          baseMs: 500,
          mostMs: 30_000,
          random: () => left.shift() ?? 0,
        });

        chances.forEach((_chance, index) => {
          const pause = backOff.next();

          assert.ok(pause >= 50 && pause <= Math.min(30_000, 500 * 2 ** index), `${pause} at ${index}`);
        });
      }),
    );
  });

  it('begins anew after a reset', () => {
    const backOff = createBackOff({ floorMs: 0, baseMs: 100, mostMs: 10_000, random: () => 0.5 });

    const pauses = [backOff.next(), backOff.next(), backOff.next()];
    backOff.reset();

    assert.deepEqual([...pauses, backOff.next()], [50, 100, 200, 50]);
    assert.equal(backOff.attempts, 1);
  });
});
