/**
 * What an image is made from, as one digest: the same inputs need no second build. Everything that the Dockerfile
 * copies is in it; tests and what else .dockerignore leaves out are not.
 */
import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const inputs = [
  'Dockerfile',
  '.dockerignore',
  '.npmrc',
  'LICENSE',
  'package.json',
  'package-lock.json',
  '{app,backend,lab,packaging,ui}/**/*.*',
  'packaging/rootfs/*',
];
const leftOut = /\.(test|fixture|child)\.tsx?$|(^|\/)testing\//;

/** SHA-256 in hex over names and contents below `root`, and over `others`. */
export async function digestOfInputs(root: string, others: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await filesOf(root)) hash.update(`${path}\0`).update(await readFile(join(root, path)));
  for (const other of others) hash.update(`\0${other}`);
  return hash.digest('hex');
}

async function filesOf(root: string): Promise<string[]> {
  const found = new Set<string>();
  for await (const entry of glob(inputs, { cwd: root, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(join(root, '/').length);
    if (entry.isFile() && !leftOut.test(path)) found.add(path);
  }
  return [...found].toSorted();
}
