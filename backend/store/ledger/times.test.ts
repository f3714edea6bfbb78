import assert from 'node:assert/strict';
import type { KeyText, SystemName } from '../../model/identity.ts';
import type { DrainId } from '../../model/plan.ts';
import { openLedger } from './ledger.ts';

const dc1 = 'dc1' as SystemName;
const [early, late] = ['dc1|pool|k8s/a' as KeyText, 'dc1|pool|k8s/b' as KeyText];
const drain = `${early} member:10.0.0.1:80` as DrainId;

describe('the ledger, of a clock that is set', () => {
  it('moves all times that decide something, and leaves none later than now', () => {
    const ledger = openLedger(':memory:');
    ledger.recordEmpty(dc1, new Set([early]), 1000);
    ledger.recordEmpty(dc1, new Set([early, late]), 5000);
    ledger.recordDrains(dc1, new Set([drain]), 2000);

    ledger.moveTimes(100_000.4, 104_000.5);

    assert.deepEqual(
      [ledger.emptySince(early), ledger.emptySince(late), ledger.drainingSince(drain)],
      [101_000, 104_000, 102_000],
    );
    ledger.close();
  });

  it('moves none without a step, but those that are later than now', () => {
    const ledger = openLedger(':memory:');
    ledger.recordEmpty(dc1, new Set([early]), 1000);
    ledger.recordEmpty(dc1, new Set([early, late]), 5000);

    ledger.moveTimes(0, 3000);

    assert.deepEqual([ledger.emptySince(early), ledger.emptySince(late)], [1000, 3000]);
    ledger.close();
  });
});
