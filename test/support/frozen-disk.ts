/** A disk of its own that can be stopped: whoever writes to it hangs until it goes on. Making one takes root. */
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FrozenDisk {
  readonly path: string;
  /** From now on writes, and what waits for them, hang in the kernel: not even SIGKILL ends who does. */
  freeze(): void;
  thaw(): void;
  /** Thaws it first. */
  remove(): void;
}

/** For `lane`. */
export const freezing = [
  {
    names: ['mount'],
    install: 'apt-get install mount, and run the tests as root with the right to mount a loop device',
    asRoot: true,
  },
  { names: ['fsfreeze'], install: 'apt-get install util-linux' },
  { names: ['mkfs.ext4'], install: 'apt-get install e2fsprogs' },
] as const;

export function makeFrozenDisk(megabytes: number): FrozenDisk {
  const folder = mkdtempSync(join(tmpdir(), 'frozen-disk-'));
  const [image, path] = [join(folder, 'image'), join(folder, 'disk')];
  const file = openSync(image, 'w');
  ftruncateSync(file, megabytes * 1_000_000);
  closeSync(file);
  mkdirSync(path);
  execFileSync('mkfs.ext4', ['-q', '-F', image]);
  execFileSync('mount', ['-o', 'loop', image, path]);
  let isFrozen = false;
  const thaw = (): void => {
    if (isFrozen) execFileSync('fsfreeze', ['--unfreeze', path]);
    isFrozen = false;
  };
  // A run that ends in between must not leave a disk behind that hangs whoever touches it.
  process.on('exit', thaw);
  return {
    path,
    freeze() {
      execFileSync('fsfreeze', ['--freeze', path]);
      isFrozen = true;
    },
    thaw,
    remove() {
      thaw();
      process.off('exit', thaw);
      execFileSync('umount', ['--lazy', path]);
      rmSync(folder, { recursive: true });
    },
  };
}
