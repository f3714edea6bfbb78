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

  it('keeps the earliest of several times for a key, and one timer for all of them', async () => {
    const clock = manualClock();
    let timers = 0;
    const counting = {
      ...clock,
      sleep: (ms: number, signal?: AbortSignal): Promise<void> => {
        timers += 1;
        return clock.sleep(ms, signal);
      },
    };
    const queue = new DirtyKeys(counting, new AbortController().signal);

    for (let round = 0; round < 100; round += 1)
      for (let name = 0; name < 50; name += 1) queue.addAfter([key(`${name}`)], 1000 + round + name);
    await clock.advance(1000);

    assert.deepEqual(queue.takeAll().keys, new Set([key('0')]));
    assert.ok(timers < 5, `${timers} timers`);
    await clock.advance(49);
    const { keys } = queue.takeAll();
    assert.ok(keys !== 'all');
    assert.ok(keys.has(key('1')));
  });

  it('brings back the whole system, and a later key after an earlier one', async () => {
    const { queue, clock } = newQueue();
    queue.addAfter([key('late')], 2000);
    queue.addAfter([key('soon')], 1000);
    queue.addAfter('all', 3000);

    const seen: unknown[] = [];
    for (let second = 0; second < 3; second += 1) {
      await clock.advance(1000);
      seen.push(queue.takeAll().keys);
    }

    assert.deepEqual(seen, [new Set([key('soon')]), new Set([key('late')]), 'all']);
  });

  it('stops waiting when it is told to stop', async () => {
    const { queue, stop } = newQueue();
    const waiting = queue.waitUntilDirty();

    stop.abort(new Error('stopped'));

    await assert.rejects(waiting, /stopped/);
  });
});
