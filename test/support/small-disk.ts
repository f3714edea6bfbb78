/** A disk of its own that can be filled and freed again. Mounting takes root. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly path: string;
  /** Until nothing more goes onto it. */
  fill(): void;
  /** What filled it is gone. */
  free(): void;
  /** From now on nothing on it can be opened for writing; what is open already is not asked. */
  protect(): void;
  unprotect(): void;
  remove(): void;
}

/** For `lane`. */
export const mounting = {
  names: ['mount'],
  install: 'apt-get install mount, and run the tests as root with the right to mount',
  asRoot: true,
} as const;

export function makeSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  const filling = join(path, 'filling');
  return {
    path,
    fill() {
      const file = openSync(filling, 'a');
      try {
        // The last pages go one by one, so that not even one is left.
        for (const size of [65_536, 4096]) writeUntilFull(file, Buffer.alloc(size));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filling, { force: true }),
    protect() {
      // Another mount of the same, over it: the disk itself cannot be made read-only while it is in use.
      execFileSync('mount', ['--bind', path, path]);
      execFileSync('mount', ['-o', 'remount,bind,ro', path]);
    },
    unprotect() {
      execFileSync('umount', ['--lazy', path]);
    },
    remove() {
      execFileSync('umount', ['--lazy', path]);
      rmdirSync(path);
    },
  };
}

function writeUntilFull(file: number, block: Buffer): void {
  try {
    for (;;) if (writeSync(file, block) < block.length) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
