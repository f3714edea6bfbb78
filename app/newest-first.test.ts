import assert from 'node:assert/strict';
import { problemOf } from '../backend/model/problems.ts';
import { newestFirst } from './newest-first.ts';

/** What was begun, in this order, and a way to end the one at work. */
function workshop(): {
  readonly begun: readonly string[];
  readonly make: (subject: string) => () => Promise<string>;
  readonly end: () => Promise<void>;
} {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const make = (subject: string) => (): Promise<string> => {
    begun.push(subject);
    return new Promise((resolve) => ends.push(() => resolve(`${subject} made`)));
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    begun,
    make,
    end: async () => {
      await settle();
      ends.pop()?.();
      await settle();
    },
  };
}

describe('previews, the newest first', () => {
  it('are made one at a time, the newest that waits before the older ones', async () => {
    const { begun, make, end } = workshop();
    const inTurn = newestFirst<string>(3);
    const all = Promise.all(['a', 'b', 'c'].map((subject) => inTurn(subject, make(subject))));

    const begunAtOnce = await end().then(() => [...begun]);
    await end();
    await end();

    assert.deepEqual(begunAtOnce, ['a', 'c']);
    assert.deepEqual(
      [begun, await all],
      [
        ['a', 'c', 'b'],
        ['a made', 'b made', 'c made'],
      ],
    );
  });

  it('refuse the oldest that waits where too many do', async () => {
    const { begun, make, end } = workshop();
    const inTurn = newestFirst<string>(1);
    const all = Promise.allSettled(['a', 'b', 'c'].map((subject) => inTurn(subject, make(subject))));

    await end();
    await end();
    const [, second, third] = await all;

    assert.deepEqual(begun, ['a', 'c']);
    assert.equal(third?.status, 'fulfilled');
    assert.equal(second?.status === 'rejected' && problemOf(second.reason).code, 'request.too-many');
  });

  it('are made once for all who ask the same, and anew for who asks later', async () => {
    const { begun, make, end } = workshop();
    const inTurn = newestFirst<string>(1);
    const both = Promise.all([inTurn('a', make('a')), inTurn('a', make('a'))]);
    await end();
    const first = await both;

    const later = inTurn('a', make('a'));
    await end();

    assert.deepEqual([first, await later, begun], [['a made', 'a made'], 'a made', ['a', 'a']]);
  });

  it('go on after one that failed', async () => {
    const { make, end } = workshop();
    const inTurn = newestFirst<string>(1);
    const failed = assert.rejects(
      inTurn('a', () => Promise.reject(new Error('no'))),
      /no/,
    );
    const next = inTurn('b', make('b'));

    await end();

    await failed;
    assert.equal(await next, 'b made');
  });
});
