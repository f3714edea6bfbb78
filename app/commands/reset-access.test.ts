import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemOf } from '../../backend/model/problems.ts';
import { openAccessFile } from '../../backend/store/access/access-file.ts';
import { lockDirectory } from '../../backend/store/lock.ts';
import { resetAccess } from './reset-access.ts';

const token = {
  id: 't1',
  name: 'ci',
  role: 'viewer',
  hash: 'a'.repeat(64),
  createdAt: 1,
  createdBy: 'root',
  expiresAt: 2,
} as const;

describe('reset-access', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'reset-'));
    const administrator = { username: 'root', salt: 'c2FsdA', hash: 'aGFzaA', cost: 1024 };
    openAccessFile(dataDir).save({ administrator, tokens: [token] });
  });

  it('takes the administrator away and keeps the tokens', () => {
    const said = resetAccess({ dataDir, tokens: false });

    assert.match(said, /administrator root is gone; 1 of 1 tokens are kept/);
    assert.deepEqual(openAccessFile(dataDir).load(), { administrator: undefined, tokens: [token] });
  });

  it('takes the tokens too where that is asked for', () => {
    resetAccess({ dataDir, tokens: true });

    assert.deepEqual(openAccessFile(dataDir).load().tokens, []);
  });

  it('changes nothing under a product that runs', () => {
    const lock = lockDirectory(dataDir);

    assert.throws(
      () => resetAccess({ dataDir, tokens: false }),
      (thrown) => problemOf(thrown).code === 'store.locked',
    );

    lock.release();
    assert.equal(openAccessFile(dataDir).load().administrator?.username, 'root');
  });

  it('makes no directory that was misspelt', () => {
    assert.throws(
      () => resetAccess({ dataDir: join(dataDir, 'nowhere'), tokens: false }),
      (thrown) => problemOf(thrown).code === 'request.not-found',
    );
  });
});
