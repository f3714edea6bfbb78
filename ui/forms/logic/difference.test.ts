import assert from 'node:assert/strict';
import { differenceOf } from './difference.ts';

describe('the difference between two versions of an entry', () => {
  it('is told leaf by leaf, a list as one', () => {
    const lines = differenceOf(
      { name: 'shop', from: { clusters: ['a', 'b'], labels: 'x' } },
      { name: 'shop', mode: 'full', from: { clusters: ['a'] } },
    );

    assert.deepEqual(
      lines.map(({ sign, path, before, after }) => [sign, path, before, after]),
      [
        ['~', 'from.clusters', 'a, b', 'a'],
        ['-', 'from.labels', 'x', null],
        ['+', 'mode', null, 'full'],
      ],
    );
  });

  it('never shows a secret that was typed', () => {
    const lines = differenceOf(
      { credentials: { token: 'secret:ab12' } },
      { credentials: { token: { secret: 'hunter2' } } },
    );

    assert.deepEqual(lines, [
      { sign: '~', path: 'credentials.token', before: 'secret:ab12', after: 'a new secret' },
    ]);
  });
});
