import assert from 'node:assert/strict';
import { planOf } from '../plan/plan.fixture.ts';
import { backend, havePool, itemOf, poolMapping, wantPool } from '../plan/pool.fixture.ts';
import { unexplained } from './learn.ts';

describe('what sources are asked about', () => {
  it('is also the first step of a removal that takes its time, held as it may be', () => {
    const gone = backend(1);
    const plan = planOf({
      mappings: [poolMapping()],
      wants: [wantPool({ in: [] })],
      haves: [havePool({ enabled: [gone] })],
    });

    const asked = unexplained(plan, { departure: () => undefined });

    assert.deepEqual(
      plan.changes.map(({ type, verdict }) => [type, verdict.apply ? 'apply' : verdict.hold]),
      [['updateItem', 'last-item']],
    );
    assert.deepEqual(
      asked.map(({ item }) => item),
      [itemOf(gone)],
    );
  });
});
