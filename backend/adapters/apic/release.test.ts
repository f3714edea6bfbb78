import assert from 'node:assert/strict';
import { isAtLeast } from './release.ts';

describe('releases', () => {
  it('are compared by their numbers', () => {
    const found = ['5.1(4c)', '5.2(1g)', '5.10(1a)', '6.0(9c)', '10.0(1)', '4.2(7f)'].map((each) =>
      isAtLeast(each, 5, 2),
    );

    assert.deepEqual(found, [false, true, true, true, true, false]);
  });

  it('are counted on for nothing when they are not known', () => {
    for (const unknown of [undefined, '', 'simsw']) assert.equal(isAtLeast(unknown, 5, 2), false);
  });
});
