/** The same package under a later version, as the next release would be. */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { unpack } from '../../lab/app-center/package/unpack.ts';
import { zip } from '../../packaging/aci/zip.ts';

/** Answers its path, in `folder`. */
export async function laterVersion(aci: string, folder: string, version: string): Promise<string> {
  const unpacked = join(folder, 'unpacked');
  const top = await unpack(aci, unpacked);
  const root = join(unpacked, top);
  const manifest = join(root, 'app.json');
  const app = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>;
  await writeFile(manifest, JSON.stringify({ ...app, version }, undefined, 4));
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const packed = files.map(async (path) => ({
    path: relative(root, path),
    body: await readFile(path),
    mode: (await stat(path)).mode & 0o777,
  }));
  const later = join(folder, `${top.replace('_', '-')}-${version}.aci`);
  await writeFile(later, await zip(top, await Promise.all(packed)));
  await rm(unpacked, { recursive: true });
  return later;
}
