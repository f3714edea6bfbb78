import assert from 'node:assert/strict';
import fc from 'fast-check';
import { versioned } from './versioned.ts';

describe('versioned table', () => {
  it('leads a follower to the same rows, from whatever version it comes', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      row: fc.option(fc.nat(3), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(40), (steps, from) => {
        const table = versioned<number>();
        const follower = new Map<string, number>();
        const seen = Math.min(from, steps.length);
        steps.slice(0, seen).forEach(({ key, row }, index) => table.set(key, row, index + 1));
        for (const key of table.keys()) follower.set(key, table.get(key) ?? -1);

        steps.slice(seen).forEach(({ key, row }, index) => table.set(key, row, seen + index + 1));
        const difference = table.since(seen);
        for (const key of difference?.gone ?? []) follower.delete(key);
        const changed = [...table.keys()].filter((key) => difference?.put.includes(table.get(key) ?? -1));
        for (const key of changed) follower.set(key, table.get(key) ?? -1);

        assert.deepEqual([...follower].sort(), [...table.keys()].map((key) => [key, table.get(key)]).sort());
      }),
    );
  });

  it('does not call a row changed that is the same again', () => {
    const table = versioned<{ n: number }>();
    table.set('a', { n: 1 }, 1);

    const changed = table.set('a', { n: 1 }, 2);

    assert.equal(changed, false);
    assert.deepEqual(table.since(1), { put: [], gone: [] });
  });

  it('owns up when it has forgotten what went', () => {
    const table = versioned<number>(1);
    table.set('a', 1, 1);
    table.set('b', 1, 1);
    table.set('a', undefined, 2);
    table.set('b', undefined, 3);

    assert.equal(table.since(1), undefined);
    assert.deepEqual(table.since(2)?.gone, ['b']);
  });
});
