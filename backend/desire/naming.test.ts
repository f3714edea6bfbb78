import assert from 'node:assert/strict';
import fc from 'fast-check';
import { renderName } from './naming.ts';

describe('desire: names', () => {
  it('fills placeholders in', () => {
    const { name } = renderName('{cluster}_{namespace}_{workload}', {
      cluster: 'prod-a',
      namespace: 'shop',
      workload: 'web',
    });

    assert.equal(name, 'prod-a_shop_web');
  });

  it('a name that fits is left as it is', () => {
    const longest = 'x'.repeat(64);

    assert.deepEqual(renderName(longest, {}), { name: longest, full: longest });
  });

  it('a name that is too long ends in a digest of the whole, so that two of them stay apart', () => {
    const [one, two] = ['a', 'b'].map((last) => renderName(`${'x'.repeat(70)}${last}`, {}).name);

    assert.match(one!, /^x{55}_[0-9a-f]{8}$/);
    assert.notEqual(one, two);
  });

  it('whatever goes in, ACI takes what comes out', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (template, namespace) => {
        const { name } = renderName(`x${template}{namespace}`, { namespace });

        assert.match(name, /^[a-zA-Z0-9_.:-]{1,64}$/);
      }),
    );
  });
});
