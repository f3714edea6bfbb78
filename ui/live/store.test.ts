import assert from 'node:assert/strict';
import type { Difference, TargetRow } from '../../backend/api/contract/models.ts';
import { createStore, mergeRows } from './store.ts';

const row = { key: 'a', wanted: 1 } as TargetRow;
const none = { put: [], gone: [] };

describe('what the page knows', () => {
  it('stays the very same map when no row changed, so that nothing is drawn', () => {
    const rows = new Map([['a', row]]);

    assert.equal(mergeRows(rows, { complete: false, targets: none }), rows);
  });

  it('forgets everything when it is told everything', () => {
    const merged = mergeRows(new Map([['a', row]]), { complete: true, targets: none });

    assert.equal(merged.size, 0);
  });

  it('puts, replaces and takes away', () => {
    const rows = new Map([
      ['a', row],
      ['b', { ...row, key: 'b' }],
    ]);

    const merged = mergeRows(rows, {
      complete: false,
      targets: { put: [{ ...row, wanted: 5 }], gone: ['b'] },
    });

    assert.deepEqual([...merged.values()], [{ ...row, wanted: 5 }]);
  });

  it("tells time by the server's clock, whatever ours says", () => {
    let ours = 1_000;
    const store = createStore(() => ours);

    store.apply({
      cursor: 'a.1',
      now: 900_000,
      complete: false,
      summary: null,
      targets: none,
      runs: null,
      plan: '',
    } satisfies Difference);
    ours += 5_000;
    store.tick();

    assert.equal(store.now.value, 905_000);
  });
});
