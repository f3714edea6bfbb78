import assert from 'node:assert/strict';
import { changeCounts, slipOf } from './import-view.ts';

describe('another document in the place of this one', () => {
  it('is told by its first slip alone where it is no YAML', () => {
    const slips = [3, 4, 9].map((line) => ({ path: `line ${line}`, found: 'a tab', expected: 'YAML' }));

    assert.equal(slipOf(slips)?.path, 'line 3');
  });

  it('is told by every fault where it is YAML', () => {
    assert.equal(slipOf([{ path: 'fabrics[0].name', found: 'X', expected: 'a name' }]), undefined);
  });

  it('is told in counts of what it adds, changes and removes', () => {
    const counts = changeCounts([
      { collection: 'mappings', name: 'a', change: 'removed', entry: null },
      { collection: 'mappings', name: 'b', change: 'removed', entry: null },
      { collection: 'clusters', name: 'c', change: 'added', entry: null },
    ]);

    assert.deepEqual(counts, ['1 cluster added', '2 mappings removed']);
  });
});
