import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isWithin, joinDn, rnValue, splitDn, splitLast } from './dn.ts';

const plain = fc.stringMatching(/^[a-zA-Z]+-[a-zA-Z0-9_.:-]{1,12}$/);
const bracketed = fc
  .tuple(fc.stringMatching(/^[a-zA-Z]{1,8}$/), fc.array(plain, { minLength: 1, maxLength: 4 }))
  .map(([prefix, names]) => `${prefix}-[${names.join('/')}]`);
const nested = bracketed.map((rn) => `outer-[uni/${rn}/x]`);
const name = fc.oneof(plain, bracketed, nested);

describe('distinguished names', () => {
  it('are the same again after taking apart and joining', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (names) => {
        const dn = joinDn(...names);

        assert.deepEqual(splitDn(dn), names);
      }),
    );
  });

  it('part into parent and last name, which join again', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 2, maxLength: 6 }), (names) => {
        const dn = joinDn(...names);

        const { parent, rn } = splitLast(dn);

        assert.equal(joinDn(parent, rn), dn);
        assert.equal(rn, names.at(-1));
        assert.ok(isWithin(dn, parent));
      }),
    );
  });

  it('are not within an object whose name merely begins alike', () => {
    assert.equal(isWithin('uni/tn-ab', 'uni/tn-a'), false);
    assert.equal(isWithin('uni/tn-a/out-o', 'uni/tn-a'), true);
  });

  it('give the value of a name with and without brackets', () => {
    assert.equal(rnValue('extsubnet-[10.0.0.1/32]', 'extsubnet'), '10.0.0.1/32');
    assert.equal(rnValue('rsprov-web', 'rsprov'), 'web');
    assert.equal(rnValue('rscons-web', 'rsprov'), undefined);
  });
});
