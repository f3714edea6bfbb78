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
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ProblemError } from '../../model/problems.ts';

/** Only its owner may read it. */
const ownerOnly = 0o600;

export interface Placing {
  /** The text is on the disk, and nothing is replaced yet; what this throws leaves the file as it was. */
  readonly beforeItCounts?: () => void;
  /** It is refused, and may be in the file's place all the same, now or after a restart. */
  readonly inDoubt?: () => void;
}

/**
 * Synchronous. Throws ProblemError `store.unwritable`, and then the file is as it was; unless `inDoubt` was called and the detail says
 * so: the text was taking the file's place already. Who goes on with what was there before writes that again.
 */
export function writeWhole(path: string, text: string, { beforeItCounts, inDoubt }: Placing = {}): void {
  const beside = `${path}.${process.pid}.tmp`;
  const replacing = { hasBegun: false };
  try {
    withFile(beside, 'w', (file) => {
      writeFileSync(file, text);
      fsyncSync(file);
    });
    // Opened before the text counts: what refuses that refuses the text.
    withFile(dirname(path), 'r', (folder) => {
      beforeItCounts?.();
      replacing.hasBegun = true;
      renameSync(beside, path);
      // The new name itself is on the disk only when the folder is.
      fsyncSync(folder);
    });
  } catch (cause) {
    // What was still beside the file is not in its place, and never will be.
    if (removed(beside) || !replacing.hasBegun) throw unwritable(path, cause);
    inDoubt?.();
    throw unwritable(path, cause, `; ${mayBeFound}`);
  }
}

const mayBeFound = 'it was taking its place already, and may be in effect after a restart';

export function unwritable(path: string, cause: unknown, fate = ''): ProblemError {
  const { code = String(cause) } = cause as NodeJS.ErrnoException;
  return new ProblemError('store.unwritable', `${path} (${code})${fate}`, { cause });
}

function withFile(path: string, flags: 'r' | 'w', use: (file: number) => void): void {
  const file = openSync(path, flags, ownerOnly);
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}

/** false: it is not there, or what cannot be written cannot be tidied either; the next start tidies. */
function removed(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
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
      if (now - statSync(leftOver).mtimeMs > minute) removed(leftOver);
    }
  } catch {
    // A folder that cannot be listed is the next write's to report.
  }
}
