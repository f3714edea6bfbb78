import assert from 'node:assert/strict';
import fc from 'fast-check';

import { appCenterVersion } from './app-version.ts';

const semver = fc.tuple(fc.nat(9999), fc.nat(99), fc.nat(99));

describe('the version for the App Center', () => {
  it('folds minor and patch into one number', () => {
    assert.equal(appCenterVersion('0.1.0'), '0.100');
    assert.equal(appCenterVersion('1.2.3'), '1.203');
    assert.equal(appCenterVersion('2.0.7'), '2.7');
  });

  it('keeps the order of versions, compared as numbers', () => {
    fc.assert(
      fc.property(semver, semver, (one, other) => {
        const [a, b] = [one, other].map((parts) => appCenterVersion(parts.join('.')).split('.').map(Number));

        assert.equal(Math.sign(compare(a!, b!)), Math.sign(compare(one, other)));
      }),
    );
  });

  it('refuses what does not fit instead of wrapping into another version', () => {
    for (const version of ['1.0.100', '1.100.0', '10000.0.0', '1.0', '1.0.0-rc.1'])
      assert.throws(() => appCenterVersion(version), version);
  });
});

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? 0 : one[at]! - other[at]!;
}
