import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setAside } from './set-aside.ts';

describe('a damaged file', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'set-aside-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is set aside with its side files, and over none that was set aside in the same second', () => {
    const path = join(directory, 'a.db');
    const now = Date.UTC(2026, 0, 2, 3, 4, 5);
    for (const suffix of ['', '-wal', '-shm', '.good']) writeFileSync(path + suffix, '');
    setAside(path, now);
    writeFileSync(path, '');

    setAside(path, now);

    assert.deepEqual(readdirSync(directory).toSorted(), [
      'a.db.damaged-20260102T030405Z',
      'a.db.damaged-20260102T030405Z-1',
      'a.db.damaged-20260102T030405Z-shm',
      'a.db.damaged-20260102T030405Z-wal',
      'a.db.good',
    ]);
  });
});
