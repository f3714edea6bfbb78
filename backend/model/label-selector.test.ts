import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Labels } from './cluster-records.ts';
import { matchesLabels, parseLabelSelector } from './label-selector.ts';

function matches(text: string, labels: Labels): boolean | string {
  const selector = parseLabelSelector(text);
  return 'fault' in selector ? `fault: ${selector.fault}` : matchesLabels(selector, labels);
}

const word = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,8}[A-Za-z0-9])?$/);
const labels = fc.dictionary(word, word, { noNullPrototype: true });

describe('model/label-selector', () => {
  for (const [text, labelled, expected] of [
    ['', {}, true],
    ['  ', { a: '1' }, true],
    ['a=1', { a: '1' }, true],
    ['a==1', { a: '1' }, true],
    ['a = 1', { a: '2' }, false],
    ['a!=1', { a: '1' }, false],
    ['a!=1', {}, true],
    ['a=', { a: '' }, true],
    ['a in (1, 2)', { a: '2' }, true],
    ['a in (1,2)', {}, false],
    ['a notin (1,2)', { a: '2' }, false],
    ['a notin (1,2)', {}, true],
    ['a', { a: '' }, true],
    ['a', {}, false],
    ['!a', {}, true],
    ['! a', { a: '1' }, false],
    ['a in (1,2),b!=3,c', { a: '1', b: '4', c: '' }, true],
    ['a in (1,2),b!=3,c', { a: '1', b: '3', c: '' }, false],
    ['app.kubernetes.io/name=web', { 'app.kubernetes.io/name': 'web' }, true],
    ['toString', {}, false],
  ] as const satisfies readonly (readonly [string, Labels, boolean])[])
    it(`'${text}' ${expected ? 'selects' : 'does not select'} ${JSON.stringify(labelled)}`, () => {
      assert.equal(matches(text, labelled), expected);
    });

  for (const [text, fault] of [
    ['a=1,', ''],
    ['a=1,,b', ''],
    ['a in 1', 'a in 1'],
    ['a in (1', 'a in (1'],
    ['-a=1', '-a=1'],
    ['a=b c', 'a=b c'],
    ['x=1,a=b=c', 'a=b=c'],
    [`${'a'.repeat(64)}=1`, `${'a'.repeat(64)}=1`],
  ] as const)
    it(`'${text.slice(0, 12)}' is refused, and the faulty term is named`, () => {
      assert.deepEqual(parseLabelSelector(text), { fault });
    });

  it('no selector at all selects everything', () => {
    assert.equal(matchesLabels(undefined, { a: '1' }), true);
  });

  it('a selector and its negation never agree', () => {
    fc.assert(
      fc.property(word, word, labels, (key, value, labelled) => {
        assert.notEqual(matches(`${key}=${value}`, labelled), matches(`${key}!=${value}`, labelled));
        assert.notEqual(
          matches(`${key} in (${value},x)`, labelled),
          matches(`${key} notin (${value},x)`, labelled),
        );
        assert.notEqual(matches(key, labelled), matches(`!${key}`, labelled));
      }),
    );
  });

  it('labels select themselves', () => {
    fc.assert(
      fc.property(labels, (labelled) => {
        const text = Object.entries(labelled).map(([key, value]) => `${key}=${value}`);

        assert.equal(matches(text.join(','), labelled), true);
      }),
    );
  });
});
