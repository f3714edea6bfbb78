import assert from 'node:assert/strict';
import { networkOf } from './network.ts';

describe('the network behind a prefix', () => {
  const same: readonly [string, string][] = [
    ['10.1.2.3/24', '10.1.2.0/24'],
    ['10.0.0.1', '10.0.0.1/32'],
    ['2001:DB8:0:0::1/128', '2001:db8::1/128'],
    ['::ffff:10.0.0.1/128', '::ffff:a00:1/128'],
    ['fe80::/10', 'febf:ffff::1/10'],
  ];
  for (const [one, other] of same) {
    it(`is the same for ${one} and ${other}`, () => {
      assert.equal(networkOf(one), networkOf(other));
      assert.ok(networkOf(one));
    });
  }

  it('differs between lengths and between families', () => {
    const networks = ['10.0.0.0/24', '10.0.0.0/25', '::a00:0/128', '10.0.0.0/32'].map(networkOf);

    assert.equal(new Set(networks).size, 4);
  });

  it('is none for the prefixes that match everything', () => {
    assert.deepEqual([networkOf('0.0.0.0/0'), networkOf('::/0')], [undefined, undefined]);
  });
});
