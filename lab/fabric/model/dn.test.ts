import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isWithin, splitDn, splitLast } from './dn.ts';

const plainName = fc.stringMatching(/^[a-z]+-[a-zA-Z0-9_.:-]+$/);
const bracketed = fc.stringMatching(/^[a-z]+-\[[a-z0-9./]*(\[[a-z/]*\])?\]$/);
const relativeNames = fc.array(fc.oneof(plainName, bracketed), { minLength: 1, maxLength: 6 });

describe('distinguished names', () => {
  it('split at slashes outside brackets only', () => {
    const names = splitDn('uni/tn-a/out-o/instP-e/extsubnet-[10.0.0.1/32]');

    assert.deepEqual(names, ['uni', 'tn-a', 'out-o', 'instP-e', 'extsubnet-[10.0.0.1/32]']);
  });

  it('split into what they were joined from', () => {
    fc.assert(
      fc.property(relativeNames, (names) => {
        assert.deepEqual(splitDn(names.join('/')), names);
      }),
    );
  });

  it('have the parent that all names but the last make', () => {
    fc.assert(
      fc.property(relativeNames, (names) => {
        const expected = { parent: names.slice(0, -1).join('/'), rn: names.at(-1) };

        assert.deepEqual(splitLast(names.join('/')), expected);
      }),
    );
  });

  it('are not within a neighbour whose name they begin with', () => {
    assert.equal(isWithin('uni/tn-ab', 'uni/tn-a'), false);
    assert.equal(isWithin('uni/tn-a/ctx-b', 'uni/tn-a'), true);
    assert.equal(isWithin('uni/tn-a', 'uni/tn-a'), true);
  });
});
