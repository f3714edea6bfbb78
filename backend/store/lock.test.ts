import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError, problemTable } from '../model/problems.ts';
import { lockDirectory } from './lock.ts';

describe('the lock of a data directory', () => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const isLocked = (error: unknown): boolean =>
    error instanceof ProblemError &&
    error.problem.code === 'store.locked' &&
    error.problem.detail === directory;

  it('is given once, and again after it was released', () => {
    const first = lockDirectory(directory);
    assert.throws(() => lockDirectory(directory), isLocked);
    assert.throws(() => lockDirectory(directory), isLocked, 'the failed attempt must not have opened it');

    first.release();
    const second = lockDirectory(directory);

    assert.equal(statSync(join(directory, 'lock.db')).mode & 0o777, 0o600);
    second.release();
  });

  it('is refused with what to do where nothing can be written, and does not promise to try again', () => {
    const isClosed = (error: unknown): boolean =>
      error instanceof ProblemError &&
      error.problem.code === 'store.closed' &&
      error.problem.detail.includes('lock.db');

    assert.throws(() => lockDirectory(join(directory, 'nowhere')), isClosed);
    assert.match(problemTable['store.closed'].next, /then start again/);
  });

  it('is refused while another process has it, and free as soon as that was killed', async () => {
    const script = `
      const { lockDirectory } = await import(${JSON.stringify(join(import.meta.dirname, 'lock.ts'))});
      lockDirectory(${JSON.stringify(directory)});
      console.log('held');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    assert.throws(() => lockDirectory(directory), isLocked);

    child.kill('SIGKILL');
    await once(child, 'exit');

    lockDirectory(directory).release();
  });
});
