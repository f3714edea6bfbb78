/** Who waits for the disk, how long, and what is said of it: with a thread that answers as slowly as it is told. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemOf, type Problem } from '../../model/problems.ts';
import { diskOf, type PatientDisk } from '../file/disk.ts';
import { StorageThread } from './storage-thread.ts';

const program = new URL('./testing/slow.child.ts', import.meta.url);
const patienceMs = 800;
/** More than a patience that was shortened would last. */
const slow = '400';
const stalling = '1600';

describe('the thread that touches the disk', () => {
  let storage: StorageThread;
  let disk: PatientDisk;

  beforeEach(() => {
    storage = new StorageThread({ patienceMs, program });
    disk = diskOf(storage);
    // It is started, however long that takes.
    storage.post({ ask: 'folder', path: '0' }, () => undefined);
    storage.settle(10_000);
  });

  afterEach(() => storage.close());

  const asks = (path: string): void => storage.post({ ask: 'folder', path }, () => undefined);
  const answers = async (): Promise<void> => {
    while (!storage.isIdle) await sleep(5);
  };
  const refusal = (body: () => void): Problem => {
    try {
      body();
    } catch (error) {
      return problemOf(error);
    }
    throw new Error('it was not refused');
  };

  it('says at once that the disk is silent when it is not waited for, and waits for nobody until it answers', () => {
    asks(stalling);
    const isDone = storage.settle();
    const { silentSince } = storage;
    asks('0');
    const isDoneNow = storage.settle();

    assert.deepEqual([isDone, isDoneNow], [false, false]);
    assert.notEqual(silentSince, undefined);
  });

  it('waits for a disk that is slow, also after it was silent', async () => {
    asks(stalling);
    storage.settle();
    await answers();

    asks(slow);
    const isDone = storage.settle();
    disk.put(slow, 'text');

    assert.deepEqual([isDone, storage.silentSince], [true, undefined]);
  }).timeout(10_000);

  it('says that the disk is silent until everything is answered, and waits again from the first answer on', async () => {
    let firstAnswered: (() => void) | undefined;
    storage.post({ ask: 'folder', path: stalling }, () => firstAnswered?.());
    storage.settle();
    asks(slow);
    await new Promise<void>((resolve) => (firstAnswered = resolve));
    const { silentSince } = storage;
    const isDone = storage.settle();

    assert.notEqual(silentSince, undefined);
    assert.deepEqual([isDone, storage.silentSince], [true, undefined]);
  }).timeout(10_000);

  it('refuses a text without effect when it is not taking its place yet', () => {
    const { code, detail } = refusal(() => disk.put(stalling, 'text'));

    assert.equal(code, 'store.stalled');
    assert.match(detail, /nothing of it is in effect/);
    assert.deepEqual(disk.inDoubt, []);
  });

  it('never lets a text that was refused come into its place later, whatever is asked after it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'storage-thread-'));
    const path = join(folder, 'file.json');
    writeFileSync(path, 'before');
    const slowDisk = new URL('./testing/slow-disk.child.ts', import.meta.url);
    const stalled = new StorageThread({ patienceMs: 400, program: slowDisk });
    stalled.post({ ask: 'read', path }, () => undefined);
    stalled.settle(10_000);

    const refused = ['first', 'second'].map((text) => refusal(() => diskOf(stalled).put(path, text)));
    while (!stalled.isIdle) await sleep(5);
    const [text, names] = [readFileSync(path, 'utf8'), readdirSync(folder)];
    stalled.close();
    rmSync(folder, { recursive: true });

    for (const { code, detail } of refused) {
      assert.equal(code, 'store.stalled');
      assert.match(detail, /nothing of it is in effect/);
    }
    assert.deepEqual([text, names], ['before', ['file.json']]);
  }).timeout(10_000);

  it('says of a text that was taking its place that it may be in effect after a restart, until the file is written again', async () => {
    const { code, detail } = refusal(() => disk.put(stalling, 'taken'));
    const { inDoubt } = disk;
    await answers();
    const afterAnswer = disk.inDoubt;
    disk.put(stalling, 'at once');

    assert.equal(code, 'store.stalled');
    assert.match(detail, /may be in effect after a restart/);
    assert.deepEqual([inDoubt, afterAnswer, disk.inDoubt], [[stalling], [stalling], []]);
  }).timeout(10_000);

  it('has a file in doubt whose disk refused while the text was taking its place, until it is written again', () => {
    const { code } = refusal(() => disk.put('0', 'in doubt'));
    const { inDoubt } = disk;
    disk.put('0', 'text');

    assert.equal(code, 'store.unwritable');
    assert.deepEqual([inDoubt, disk.inDoubt], [['0'], []]);
  });
});
