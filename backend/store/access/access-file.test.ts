import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessRecord } from '../../access/ports.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { openAccessFile } from './access-file.ts';

const record: AccessRecord = {
  administrator: { username: 'root', salt: 'c2FsdA', hash: 'aGFzaA', cost: 32_768 },
  tokens: [
    {
      id: 't1',
      name: 'ci',
      role: 'operator',
      hash: 'a'.repeat(64),
      createdAt: 1,
      createdBy: 'root',
      expiresAt: 2,
    },
  ],
};

describe('access.json', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'access-'));
    path = join(folder, 'access.json');
  });

  it('holds nobody at first', () => {
    const file = openAccessFile(folder);

    assert.deepEqual(file.load(), { administrator: undefined, tokens: [] });
    assert.deepEqual(file.problems(), []);
  });

  it('keeps what was saved, for its owner only', () => {
    openAccessFile(folder).save(record);

    assert.deepEqual(openAccessFile(folder).load(), record);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('forgets the administrator in both copies', () => {
    const file = openAccessFile(folder);
    file.save(record);

    file.save({ ...record, administrator: undefined });

    assert.equal(openAccessFile(folder).load().administrator, undefined);
    for (const copy of [path, `${path}.bak`])
      assert.equal(readFileSync(copy, 'utf8').includes('c2FsdA'), false);
  });

  it('is read from its second copy when it is torn, and says so', () => {
    openAccessFile(folder).save(record);
    writeFileSync(path, '{"version":1,"admin');

    const file = openAccessFile(folder);

    assert.deepEqual(file.load(), record);
    assert.equal(file.problems()[0]?.code, 'store.unreadable');
  });

  it('starts empty when both copies are damaged, and says so', () => {
    for (const copy of [path, `${path}.bak`]) writeFileSync(copy, 'x');

    const file = openAccessFile(folder);

    assert.deepEqual(file.load(), { administrator: undefined, tokens: [] });
    assert.equal(file.problems()[0]?.code, 'store.unreadable');
  });

  for (const unread of [['access.json', 'access.json.bak'], ['access.json.bak']])
    it(`is not taken for empty where the system does not let us read ${unread.join(' and ')}`, () => {
      // A folder stands for EACCES and EIO: root may read everything, and disks break seldom.
      for (const name of unread) mkdirSync(join(folder, name));

      assert.throws(() => openAccessFile(folder), /store\.unreadable|EISDIR/);

      assert.deepEqual(readdirSync(folder).sort(), [...unread].sort());
    });

  it('says that it cannot be written, and no more once it can', async () => {
    const file = openAccessFile(folder, { retryMs: 20 });
    let told = 0;
    file.onProblem(() => (told += 1));
    mkdirSync(path);

    assert.throws(() => file.save(record), /store\.unwritable|access\.json/);
    assert.equal(file.problems()[0]?.code, 'store.unwritable');
    rmdirSync(path);
    await eventually('it is written again', () => file.problems().length === 0);

    assert.equal(told, 2);
    assert.deepEqual(file.load().tokens, []);
  });

  for (const cost of [2 ** 30, 32_769, 0])
    it(`takes a cost of ${cost} for damage: nobody could afford to compare with it`, () => {
      openAccessFile(folder).save(record);
      for (const copy of [path, `${path}.bak`])
        writeFileSync(copy, readFileSync(copy, 'utf8').replace('32768', String(cost)));

      const file = openAccessFile(folder);

      assert.equal(file.load().administrator, undefined);
    });
});
