/** A zip archive of files in memory; the same files give the same bytes, in every time zone. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

import type { PackedFile } from './tree.ts';

/** `files` below the one folder `top`, in the order given. Sizes stand before each file, so that any reader can stream it. */
export async function zip(top: string, files: readonly PackedFile[]): Promise<Buffer> {
  const archive = new ZipFile();
  // A zip has local times without a zone: the same parts of a local date are the same bytes everywhere.
  const dated = { mtime: new Date(2020, 0, 1), forceDosTimestamp: true };
  for (const folder of foldersOf(files.map(({ path }) => `${top}/${path}`)))
    archive.addEmptyDirectory(folder, { ...dated, mode: 0o40755 });
  for (const { path, body, mode } of files)
    archive.addBuffer(body, `${top}/${path}`, {
      ...dated,
      mode: 0o100000 | mode,
      compress: !/\.(tgz|png)$/.test(path),
    });
  archive.end();
  return buffer(archive.outputStream);
}

function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
  });
  return [...new Set(folders)].toSorted();
}
