import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemOf } from '../../backend/model/problems.ts';
import { openAccessFile } from '../../backend/store/access/access-file.ts';
import { openLedger } from '../../backend/store/ledger/ledger.ts';
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

  it('leaves a line for the history, where there is a ledger', () => {
    openLedger(join(dataDir, 'ledger.db')).close();

    const said = resetAccess({ dataDir, tokens: true });

    const ledger = openLedger(join(dataDir, 'ledger.db'));
    const acts = ledger.noted().map(({ act }) => [act.verb, act.object, act.detail, act.result, act.via]);
    ledger.close();
    assert.deepEqual(acts, [
      ['reset access', 'administrator root', '0 of 1 tokens are kept', 'done', 'commandLine'],
    ]);
    assert.doesNotMatch(said, /no line/);
  });

  it('is not kept from it by a ledger that is damaged, and says that there is no line then', () => {
    writeFileSync(join(dataDir, 'ledger.db'), 'x'.repeat(9000));

    const said = resetAccess({ dataDir, tokens: false });

    assert.match(said, /no line of it will be in the history/);
    assert.equal(openAccessFile(dataDir).load().administrator, undefined);
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
