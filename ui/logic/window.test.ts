import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rowAfter, runsOf, windowOf } from './window.ts';

describe('the window of a long table', () => {
  it('holds what is seen, and never more rows than three screens', () => {
    fc.assert(
      fc.property(
        fc.nat(300_000),
        fc.integer({ min: 30, max: 2000 }),
        fc.nat(10_000),
        (scrolled, height, count) => {
          const at = Math.min(scrolled, Math.max(0, count * 28 - height));
          const { from, to } = windowOf(at, height, 28, count);

          const firstSeen = Math.floor(at / 28);
          const lastSeen = Math.min(count, Math.ceil((at + height) / 28));
          assert.ok(from <= firstSeen && to >= lastSeen && from >= 0 && to <= count);
          assert.ok(to - from <= 3 * (Math.ceil(height / 28) + 1));
        },
      ),
    );
  });

  it('keeps the row that has the focus, wherever it is', () => {
    assert.deepEqual(runsOf({ from: 10, to: 20 }, 12), [{ from: 10, to: 20 }]);
    assert.deepEqual(runsOf({ from: 10, to: 20 }, 3), [
      { from: 3, to: 4 },
      { from: 10, to: 20 },
    ]);
    assert.deepEqual(runsOf({ from: 10, to: 20 }, 20), [
      { from: 10, to: 20 },
      { from: 20, to: 21 },
    ]);
  });

  it('moves by keys, and stops at the ends', () => {
    assert.equal(rowAfter('ArrowDown', 9, 10, 5), 9);
    assert.equal(rowAfter('ArrowUp', 1, 10, 5), 0);
    assert.equal(rowAfter('PageDown', 1, 10, 5), 6);
    assert.equal(rowAfter('End', 1, 10, 5), 9);
    assert.equal(rowAfter('x', 1, 10, 5), undefined);
  });
});
