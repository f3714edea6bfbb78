/**
 * Replaces a file so that whoever reads it, after whatever end of ours, finds the old text or the new one, whole and on the disk.
 *
 * Trap, and why no package does this: those that write atomically ignore a short write, so a disk that fills up leaves half a
 * file in place of a good one, without an error.
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ProblemError } from '../../model/problems.ts';

/** Only its owner may read it. */
const ownerOnly = 0o600;

/**
 * Synchronous. Throws ProblemError `store.unwritable`, and then the file is as it was. `beforeItCounts` is called once the text is on
 * the disk and nothing is replaced yet; what it throws leaves the file as it was.
 */
export function writeWhole(path: string, text: string, beforeItCounts?: () => void): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    withFile(beside, 'w', (file) => {
      writeFileSync(file, text);
      fsyncSync(file);
    });
    beforeItCounts?.();
    renameSync(beside, path);
    // The new name itself is on the disk only when the folder is.
    withFile(dirname(path), 'r', fsyncSync);
  } catch (cause) {
    removeQuietly(beside);
    throw unwritable(path, cause);
  }
}

export function unwritable(path: string, cause: unknown): ProblemError {
  const { code = String(cause) } = cause as NodeJS.ErrnoException;
  return new ProblemError('store.unwritable', `${path} (${code})`, { cause });
}

function withFile(path: string, flags: 'r' | 'w', use: (file: number) => void): void {
  const file = openSync(path, flags, ownerOnly);
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What cannot be written cannot be tidied either; the next start tidies.
  }
}

const minute = 60_000;

/** Removes what a killed process was about to put in the file's place. Another process's, just begun, is left. */
export function removeLeftOvers(path: string, now = Date.now()): void {
  const start = `${basename(path)}.`;
  const isOurs = (name: string): boolean =>
    name.startsWith(start) && /^\d+\.tmp$/.test(name.slice(start.length));
  try {
    for (const name of readdirSync(dirname(path)).filter(isOurs)) {
      const leftOver = join(dirname(path), name);
      if (now - statSync(leftOver).mtimeMs > minute) removeQuietly(leftOver);
    }
  } catch {
    // A folder that cannot be listed is the next write's to report.
  }
}
