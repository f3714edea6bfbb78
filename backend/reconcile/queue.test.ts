import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { manualClock } from '../model/clock.ts';
import type { KeyText } from '../model/identity.ts';
import { DirtyKeys } from './queue.ts';

const key = (name: string): KeyText => `dc1|externalEpg|${name}` as KeyText;

function newQueue(): { queue: DirtyKeys; clock: ReturnType<typeof manualClock>; stop: AbortController } {
  const clock = manualClock();
  const stop = new AbortController();
  return { queue: new DirtyKeys(clock, stop.signal), clock, stop };
}

describe('DirtyKeys', () => {
  it('gives each key once, with the oldest cause, whatever the order and number of notifications', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(1000)), { minLength: 1 }), (notifications) => {
        const { queue } = newQueue();

        for (const [name, at] of notifications) queue.add([key(`${name}`)], at);

        const { keys, causedAt } = queue.takeAll();
        assert.ok(keys !== 'all');
        assert.deepEqual(
          [...keys].sort(),
          [...new Set(notifications.map(([name]) => key(`${name}`)))].sort(),
        );
        assert.equal(causedAt, Math.min(...notifications.map(([, at]) => at)));
        assert.ok(queue.isEmpty());
      }),
    ));

  it('lets the whole system absorb single keys', () => {
    const { queue } = newQueue();

    queue.add([key('a')]);
    queue.add('all');
    queue.add([key('b')]);

    assert.equal(queue.takeAll().keys, 'all');
  });

  it('wakes who waits as soon as something is dirty, and not for nothing', async () => {
    const { queue } = newQueue();
    let woken = false;
    const waiting = queue.waitUntilDirty().then(() => (woken = true));

    queue.add([]);
    await Promise.resolve();
    assert.equal(woken, false);
    queue.add([key('a')]);
    await waiting;

    assert.equal(woken, true);
  });

  it('brings a key back when its time has come', async () => {
    const { queue, clock } = newQueue();
    queue.addAfter([key('a')], 1000);

    await clock.advance(999);
    assert.ok(queue.isEmpty());
    await clock.advance(1);

    assert.deepEqual(queue.takeAll(), { keys: new Set([key('a')]), causedAt: undefined });
  });

  it('stops waiting when it is told to stop', async () => {
    const { queue, stop } = newQueue();
    const waiting = queue.waitUntilDirty();

    stop.abort(new Error('stopped'));

    await assert.rejects(waiting, /stopped/);
  });
});
