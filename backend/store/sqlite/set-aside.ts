/**
 * What to do with a file that is damaged: it is kept under another name for whoever wants to look into it, with its side files, which
 * belong to it and would be taken for the new file's.
 */
import { existsSync, renameSync } from 'node:fs';

const sideFiles = ['', '-wal', '-shm'];

/** Renames `path` to `PATH.damaged-20260102T030405Z`, and its side files likewise; the name that it has then. */
export function setAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const free = (count: number): string => {
    const name = `${path}.damaged-${stamp}${count === 0 ? '' : `-${count}`}`;
    return existsSync(name) ? free(count + 1) : name;
  };
  const aside = free(0);
  for (const suffix of sideFiles) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  return aside;
}
