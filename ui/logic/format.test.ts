import assert from 'node:assert/strict';
import {
  formatAgo,
  formatCount,
  formatDuration,
  formatMoment,
  formatTime,
  formatUtc,
  plural,
} from './format.ts';

describe('figures as people read them', () => {
  it('group thousands, and know one from many', () => {
    assert.equal(formatCount(12345), '12,345');
    assert.deepEqual([plural(1, 'row'), plural(2, 'row')], ['1 row', '2 rows']);
  });

  it('say how long ago in the unit that says enough', () => {
    const ago = (ms: number): string => formatAgo(1e12 - ms, 1e12);

    assert.deepEqual([0, 40_000, 10 * 60_000, 5 * 3_600_000, 3 * 86_400_000].map(ago), [
      'just now',
      '40 s ago',
      '10 min ago',
      '5 h ago',
      '3 d ago',
    ]);
  });

  it('do not run backwards when clocks differ', () => {
    assert.equal(formatAgo(2_000, 1_000), 'just now');
  });

  it('give durations three figures at most', () => {
    assert.deepEqual([0.2, 38.4, 1500, 90_000].map(formatDuration), ['<1 ms', '38 ms', '1.5 s', '2 min']);
  });

  it('tell times in UTC, or on the reader’s clock', () => {
    const at = Date.UTC(2026, 10, 22, 9, 41, 7);

    assert.equal(formatTime(at, 'utc'), '09:41:07');
    assert.equal(formatMoment(at, 'utc'), '2026-11-22 09:41:07');
    assert.equal(formatUtc(at), '2026-11-22 09:41:07 UTC');
  });
});
