/**
 * What an image is made from, as one digest: the same inputs need no second build. Everything that the Dockerfile
 * copies is in it, and which programs build; tests and what else .dockerignore leaves out are not.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version as esbuild } from 'esbuild';

import { run } from './buildah.ts';

const single = ['Dockerfile', '.dockerignore', '.npmrc', 'LICENSE', 'package.json', 'package-lock.json'];
const folders = ['app', 'backend', 'lab', 'packaging', 'ui'];
/** As in .dockerignore. */
const leftOut = /\.(test|fixture|child)\.ts$|\.log$|(^|\/)(testing|node_modules|dist|coverage)\//;

/** SHA-256 in hex over names and contents below `root`, over the versions of what builds, and over `others`. */
export async function digestOfInputs(root: string, others: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await filesOf(root)) hash.update(`${path}\0`).update(await readFile(join(root, path)));
  const programs = [await run('buildah', ['--version']), `esbuild ${esbuild}`];
  for (const other of [...programs, ...others]) hash.update(`\0${other}`);
  return hash.digest('hex');
}

/** Not by glob, whose `*` passes over names that begin with a dot. */
async function filesOf(root: string): Promise<string[]> {
  const below = folders.map(async (folder) => {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(root, '/').length));
  });
  const found = [...single, ...(await Promise.all(below)).flat()];
  return found.filter((path) => !leftOut.test(path)).toSorted();
}
