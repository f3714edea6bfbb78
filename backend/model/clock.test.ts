import assert from 'node:assert/strict';
import { manualClock, systemClock } from './clock.ts';

describe('model/clock: the manual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = manualClock(1_000);

    await clock.advance(250);

    assert.deepEqual([clock.now(), clock.monotonic()], [1_250, 1_250]);
  });

  it('wakes sleepers in the order of their time, and only those whose time has come', async () => {
    const clock = manualClock();
    const woken: string[] = [];
    const sleepers = { late: 30, early: 10, never: 31 };
    for (const [name, ms] of Object.entries(sleepers)) void clock.sleep(ms).then(() => woken.push(name));

    await clock.advance(30);

    assert.deepEqual(woken, ['early', 'late']);
  });

  it('a sleep that is aborted rejects with the reason at once', async () => {
    const clock = manualClock();
    const stopping = new AbortController();
    const reason = new Error('stop');
    const sleep = clock.sleep(10, stopping.signal);

    stopping.abort(reason);

    await assert.rejects(sleep, reason);
    await assert.rejects(clock.sleep(10, stopping.signal), reason);
  });
});

describe('model/clock: the machine clock', () => {
  it('never goes backwards', () => {
    const clock = systemClock();
    const readings = Array.from({ length: 100 }, () => clock.monotonic());

    assert.deepEqual(
      readings,
      readings.toSorted((a, b) => a - b),
    );
  });

  it('runs as fast as it is told to: by its own time, no sleep ends early', async () => {
    const clock = systemClock(10_000);
    const before = clock.monotonic();

    await clock.sleep(60_000);

    // A timer of the process may be early by a millisecond, which is ten seconds here.
    assert.ok(clock.monotonic() - before >= 60_000 - 10_000);
  });

  it('sleeps for months, however fast it runs', async () => {
    const stopping = new AbortController();
    const months = 90 * 86_400_000;
    const sleeps = [
      systemClock().sleep(months, stopping.signal),
      systemClock(2).sleep(months, stopping.signal),
    ];
    const woken = Promise.any(sleeps).then(
      () => 'woken',
      () => 'aborted',
    );

    await systemClock().sleep(20);
    stopping.abort(new Error('stop'));

    assert.equal(await woken, 'aborted');
  });

  it('a sleep that is aborted rejects with the reason at once, and so does one begun after', async () => {
    const clock = systemClock();
    const stopping = new AbortController();
    const reason = new Error('stop');
    const sleep = clock.sleep(1_000_000, stopping.signal);

    stopping.abort(reason);

    await assert.rejects(sleep, reason);
    await assert.rejects(clock.sleep(10, stopping.signal), reason);
  });
});
