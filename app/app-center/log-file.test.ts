import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogFile } from './log-file.ts';

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'log-file-'));
}

const never = (why: string): void => assert.fail(why);

describe('the log as files', () => {
  it('keeps every line, after what was there before', async () => {
    const there = folder();
    writeFileSync(join(there, 'aci-kube-sync.log'), 'before\n');

    const file = openLogFile({ folder: there }, never);
    file.write('one\n');
    file.write('two\n');
    await file.close();

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
});
