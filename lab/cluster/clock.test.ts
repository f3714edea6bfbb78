import assert from 'node:assert/strict';
import { createClock } from './clock.ts';

describe('the clock of a simulated cluster', () => {
  it('rings in the order of what is due, and not what was called off', async () => {
    const clock = createClock(1000);
    const rung: string[] = [];
    const done = new Promise<void>((resolve) => {
      clock.after(3000, () => {
        rung.push('late');
        resolve();
      });
    });
    clock.after(1000, () => rung.push('early'));
    clock.after(2000, () => rung.push('never'))();

    await done;

    assert.deepEqual(rung, ['early', 'late']);
    clock.stop();
  });

  it('rings at once what a jump forward has made due', async () => {
    const clock = createClock();
    const rung = new Promise<void>((resolve) => void clock.after(3_600_000, resolve));

    clock.advance(3_600_000);

    await rung;
    clock.stop();
  });

  it('goes on from where it is when its rate changes', () => {
    const clock = createClock();
    clock.advance(5000);
    const before = clock.now();

    clock.setRate(10_000);

    assert.ok(clock.now() >= before);
    assert.equal(clock.rate(), 10_000);
    assert.match(clock.stamp(), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    clock.stop();
  });
});
