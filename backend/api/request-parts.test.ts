import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createBuckets } from './buckets.ts';
import { checkJson, parseJson } from './json-body.ts';
import { cookie, credentialsOf } from './request-headers.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('cookies', () => {
  const cases = [
    ['aks_session=abc', 'abc'],
    ['other=1; aks_session=abc; more=2', 'abc'],
    ['aks_session="abc"', 'abc'],
    ['aks_session=a=b==', 'a=b=='],
    ['aks_session=first; aks_session=second', 'first'],
    ['xaks_session=abc', undefined],
    ['aks_session', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const;

  for (const [header, value] of cases)
    it(`${JSON.stringify(header)} carry the session ${JSON.stringify(value)}`, () => {
      assert.equal(cookie(header, 'aks_session'), value);
    });
});

describe('credentials', () => {
  it('are a bearer only in the form that one has', () => {
    const of = (authorization: string): string | undefined => credentialsOf({ authorization }).bearer;

    assert.deepEqual(['Bearer a', 'bearer  a', 'Basic a', 'Bearer', 'Bearer a b'].map(of), [
      'a',
      'a',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('that are longer than any are nobody’s', () => {
    assert.equal(credentialsOf({ authorization: `Bearer ${'x'.repeat(5000)}` }).bearer, undefined);
  });
});

describe('JSON bodies', () => {
  it('of any content come through as they are, or are refused', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const expected = JSON.parse(text) as unknown;
        try {
          assert.deepEqual(parseJson(bytes(text)), expected);
        } catch (thrown) {
          assert.match(String(thrown), /called|code 0|Unicode/);
        }
      }),
    );
  });

  it('may be as deep as told, and no deeper', () => {
    assert.doesNotThrow(() => checkJson([[['x']]], 3));
    assert.throws(() => checkJson([[[['x']]]], 3), /3 levels/);
  });

  it('are nothing when empty, and never told back when broken', () => {
    assert.equal(parseJson(bytes('')), undefined);
    assert.throws(
      () => parseJson(bytes('{"password": "hunter2",}')),
      (error) => !String(error).includes('hunter2'),
    );
  });
});

describe('token buckets', () => {
  it('give a burst, then so many a second, to each apart', () => {
    let now = 0;
    const buckets = createBuckets({ perSecond: 2, burst: 3 }, () => now);
    const take = (count: number): number[] => Array.from({ length: count }, () => buckets.take('a'));

    const first = take(4);
    now = 500;
    const second = take(2);
    now = 60_000;
    const third = take(4);

    assert.deepEqual(
      [first, second, third],
      [
        [0, 0, 0, 500],
        [0, 500],
        [0, 0, 0, 500],
      ],
    );
    assert.equal(buckets.take('b'), 0);
  });
});
