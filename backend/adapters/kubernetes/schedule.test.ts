import assert from 'node:assert/strict';
import { manualClock } from '../../model/clock.ts';
import { cronSchedule, everySchedule } from './schedule.ts';

/** When polls are due within the given time, as ISO texts. */
async function dueTimes(expression: string, zone: string, from: string, hours: number): Promise<string[]> {
  const clock = manualClock(Date.parse(from));
  const schedule = cronSchedule(expression, zone, clock)!;
  const due: string[] = [];
  const end = clock.now() + hours * 3_600_000;
  while (clock.now() < end) {
    const { waitMs, isDue } = schedule.next();
    await clock.advance(waitMs);
    if (isDue()) due.push(new Date(clock.now()).toISOString());
  }
  return due;
}

describe('schedule', () => {
  it('is due after each interval', () => {
    const { waitMs, isDue } = everySchedule(30_000).next();

    assert.equal(waitMs, 30_000);
    assert.equal(isDue(), true);
  });

  it('is due when the expression says so, in its zone', async () => {
    const due = await dueTimes('30 6 * * *', 'Asia/Tokyo', '2026-03-01T00:00:10.500Z', 48);

    assert.deepEqual(due, ['2026-03-01T21:30:00.000Z', '2026-03-02T21:30:00.000Z']);
  });

  it('follows summer time', async () => {
    const due = await dueTimes('0 12 * * *', 'Europe/Berlin', '2026-03-28T00:00:00.000Z', 48);

    assert.deepEqual(due, ['2026-03-28T11:00:00.000Z', '2026-03-29T10:00:00.000Z']);
  });

  it('understands seconds', async () => {
    const due = await dueTimes('*/20 * * * * *', 'UTC', '2026-03-28T00:00:00.500Z', 1 / 60);

    assert.deepEqual(due, [
      '2026-03-28T00:00:20.000Z',
      '2026-03-28T00:00:40.000Z',
      '2026-03-28T00:01:00.000Z',
    ]);
  });

  it('is none when the expression is none', () => {
    assert.equal(cronSchedule('every now and then', 'UTC', manualClock()), undefined);
  });
});
