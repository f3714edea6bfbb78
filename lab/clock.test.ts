import assert from 'node:assert/strict';
import { createClock, timestamp, type LabClock } from './clock.ts';

describe('the clock of the lab', () => {
  let clock: LabClock;

  beforeEach(() => (clock = createClock(0.0001)));
  afterEach(() => clock.stop());

  it('runs what is due in the order of its time, equal times in the order of asking', () => {
    const seen: string[] = [];
    clock.after(20, () => seen.push('c'));
    clock.after(10, () => seen.push('a'));
    clock.after(10, () => seen.push('b'));
    clock.after(1_000, () => seen.push('never'));

    clock.advance(21);

    assert.deepEqual(seen, ['a', 'b', 'c']);
  });

  it('does not run what was cancelled', () => {
    let ran = false;
    const cancel = clock.after(10, () => (ran = true));

    cancel();
    clock.advance(20);

    assert.equal(ran, false);
  });

  it('runs what falls due by itself when time runs fast', async () => {
    clock.setRate(1_000_000);

    await new Promise<void>((resolve) => clock.after(60_000, resolve));
  });

  it('writes times as the APIC does', () => {
    assert.equal(timestamp(0), '1970-01-01T00:00:00.000+00:00');
  });
});
