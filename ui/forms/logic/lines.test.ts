import assert from 'node:assert/strict';
import { linesOf, recordOf } from './lines.ts';

describe('a record as lines', () => {
  it('reads back as what it was', () => {
    const macs = { '10.1.0.11': '00:50:56:00:00:01', 'fd00::1': '00:50:56:00:00:02' };

    assert.deepEqual(recordOf(linesOf(macs)), macs);
  });

  it('keeps what is half typed, and is nothing when nothing is typed', () => {
    assert.deepEqual([recordOf(' 10.1.0.11\n\n'), recordOf(' \n')], [{ '10.1.0.11': '' }, undefined]);
  });
});
