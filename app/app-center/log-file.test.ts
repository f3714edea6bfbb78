import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogFile } from './log-file.ts';

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'log-file-'));
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8');
}

const never = (why: string): void => assert.fail(why);

describe('the log as files', () => {
  it('keeps every line, after what was there before', async () => {
    const there = folder();
    writeFileSync(join(there, 'aci-kube-sync.log'), 'before\n');

    const file = openLogFile({ folder: there }, never);
    file.write('one\n');
    file.write('two\n');
    const isOver = await file.close();

    assert.equal(isOver, true);
    assert.equal(readFileSync(file.path, 'utf8'), 'before\none\ntwo\n');
  });

  it('is bounded: the oldest files go, lines stay in order', async () => {
    const there = folder();
    for (let round = 0; round < 8; round += 1) {
      const file = openLogFile({ folder: there, bytes: 20, kept: 2 }, never);
      file.write(`round ${round} first\n`);
      file.write(`round ${round} second\n`);
      await file.close();
    }

    const files = readdirSync(there).sort();
    assert.ok(files.length <= 3, files.join());
    assert.ok(files.every((name) => readFileSync(join(there, name)).length < 100));
  });

  it('drops lines beyond what may wait, and counts them', async () => {
    const file = openLogFile({ folder: folder(), waitingBytes: 10 }, never);
    for (let index = 0; index < 5; index += 1) file.write('0123456789abcdef\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    file.write('later\n');
    await file.close();

    const text = readFileSync(file.path, 'utf8');
    assert.match(text, /"lines":4/);
    assert.match(text, /later\n$/);
  });

  it('says once that it cannot be written, and holds up nobody', async () => {
    const told: string[] = [];
    const file = openLogFile({ folder: '/dev/null/log' }, (why) => void told.push(why));

    file.write('line\n');
    await file.close();

    assert.equal(told.length, 1);
  });

  it('puts a full file aside while it is open, and loses no line', async () => {
    const there = folder();
    const file = openLogFile({ folder: there, bytes: 10, kept: 3 }, never);
    for (const line of ['the first\n', 'the second\n', 'the third\n']) file.write(line);
    await file.close();

    assert.equal(textOf(`${file.path}.2`), 'the first\n');
    assert.equal(textOf(`${file.path}.1`), 'the second\n');
    assert.equal(textOf(file.path), 'the third\n');
  });

  it('goes on in a full file that cannot be put aside, and says why', async () => {
    const there = folder();
    mkdirSync(join(there, 'aci-kube-sync.log.1', 'in the way'), { recursive: true });
    const file = openLogFile({ folder: there, bytes: 10, kept: 1 }, never);
    for (const line of ['the first\n', 'the second\n', 'the third\n']) file.write(line);
    await file.close();

    assert.match(textOf(file.path), /^the first\n.*EISDIR.*\nthe second\nthe third\n$/);
  });

  it('is back once a disk that refused takes lines again, and says how many were lost', async () => {
    const there = folder();
    const path = join(there, 'aci-kube-sync.log');
    symlinkSync('/dev/full', path);
    const told: string[] = [];

    const file = openLogFile({ folder: there, retryMs: 20 }, (why) => void told.push(why));
    file.write('lost\n');
    await until(() => told.length > 0);
    file.write('kept\n');
    rmSync(path);
    await until(() => readdirSync(there).length > 0 && textOf(path).includes('kept'));
    await file.close();

    assert.match(told.join(), /^ENOSPC[^,]*(,[^,]*)?$/);
    assert.match(textOf(path), /^\n.*"lines":1,.*\nkept\n$/);
  });

  it('counts what is lost again while it says what was lost', async () => {
    const there = folder();
    const path = join(there, 'aci-kube-sync.log');
    symlinkSync('/dev/full', path);
    const told: string[] = [];

    const file = openLogFile({ folder: there, retryMs: 5 }, (why) => void told.push(why));
    for (let index = 0; index < 3; index += 1) file.write('lost\n');
    await until(() => told.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    rmSync(path);
    await file.close();

    assert.match(textOf(path), /^\n.*"lines":3,.*\n$/);
    assert.equal(told.length, 1);
  });

  it('ends without a disk that does not answer', async () => {
    const there = folder();
    const path = join(there, 'aci-kube-sync.log');
    // Opening it for writing hangs until somebody reads.
    execFileSync('mkfifo', [path]);
    const file = openLogFile({ folder: there, closeMs: 50 }, never);
    file.write('line\n');

    const isOver = await file.close();

    assert.equal(isOver, false);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    await until(() => readAll(reader).includes('line'));
    closeSync(reader);
  });
});

function readAll(file: number): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
