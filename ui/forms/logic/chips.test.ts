import assert from 'node:assert/strict';
import { addedTo } from './chips.ts';

describe('a list that is typed', () => {
  it('takes in what is pasted from a YAML list or a column', () => {
    assert.deepEqual(addedTo(['a'], '[10.0.0.0/8, "fd00::/8"]\n b  a,'), [
      'a',
      '10.0.0.0/8',
      'fd00::/8',
      'b',
    ]);
  });

  it('is the same list when nothing is typed', () => {
    assert.deepEqual(addedTo(['a'], ' , '), ['a']);
  });
});
