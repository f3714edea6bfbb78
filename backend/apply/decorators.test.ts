import assert from 'node:assert/strict';
import type { Outcome } from '../model/outcome.ts';
import { withAudit, withPause, type Write } from './decorators.ts';

const accepted: Outcome = { result: 'accepted' };
const { signal } = new AbortController();

describe('the choke point', () => {
  it('lets nothing through while writing is paused, and says why', async () => {
    let isPaused = false;
    let written = 0;
    const write: Write = withPause(
      () => {
        written += 1;
        return Promise.resolve(accepted);
      },
      () => isPaused,
    );

    const before = await write({ changes: [] }, signal);
    isPaused = true;
    const during = await write({ changes: [] }, signal);

    assert.equal(written, 1);
    assert.equal(before.result, 'accepted');
    assert.ok(during.result === 'unknown' && during.problem.code === 'write.paused');
  });

  it('tells of every batch what became of it and how long that took', async () => {
    let time = 0;
    const told: unknown[] = [];
    const write: Write = () => {
      time += 7;
      return Promise.resolve(accepted);
    };

    const outcome = await withAudit(
      write,
      () => time,
      (batch, result, ms) => told.push([batch, result, ms]),
    )({ changes: [] }, signal);

    assert.equal(outcome, accepted);
    assert.deepEqual(told, [[{ changes: [] }, accepted, 7]]);
  });
});
