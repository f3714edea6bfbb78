/**
 * The entries of a zip archive, in memory. Refuses what could harm whoever unpacks it: names that lead elsewhere, two
 * entries of one name, links, encrypted entries, and more than an APIC would take.
 */
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise, openPromise, type Entry, type ZipFile } from 'yauzl';

import type { PackedFile } from './model.ts';

const mostEntries = 10_000;
const mostBytes = 1000 * 1024 * 1024;
const fileTypes = 0o170000;

/** Why an archive is refused, as a finding says it. */
export class Refused extends Error {
  readonly code: 202 | 203;
  readonly path: string;

  constructor(code: 202 | 203, path: string, found: string) {
    super(found);
    this.code = code;
    this.path = path;
  }
}

/** By name as in the archive; folders end with a slash. `from`: a path, or the archive itself. */
export async function readZip(from: string | Buffer): Promise<Map<string, PackedFile>> {
  const archive = await open(from);
  const files = new Map<string, PackedFile>();
  let bytes = 0;
  let entry: Entry | undefined;
  try {
    if (archive.entryCount > mostEntries) throw new Refused(203, '', `${archive.entryCount} entries`);
    for await (entry of archive.eachEntry()) {
      bytes += entry.uncompressedSize;
      refuseDangerous(entry, files, bytes);
      const body = await buffer(await archive.openReadStreamPromise(entry));
      files.set(entry.fileName, { body, mode: modeOf(entry) & 0o7777 });
    }
  } catch (thrown) {
    if (thrown instanceof Refused) throw thrown;
    throw new Refused(203, entry?.fileName ?? '', (thrown as Error).message);
  } finally {
    archive.close();
  }
  return files;
}

async function open(from: string | Buffer): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false, strictFileNames: true };
  try {
    return await (typeof from === 'string' ? openPromise(from, options) : fromBufferPromise(from, options));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== undefined) throw thrown;
    throw new Refused(202, '', `no zip archive: ${(thrown as Error).message}`);
  }
}

function refuseDangerous(entry: Entry, files: ReadonlyMap<string, unknown>, bytes: number): void {
  const { fileName } = entry;
  const type = modeOf(entry) & fileTypes;
  const wanted = fileName.endsWith('/') ? 0o040000 : 0o100000;
  const reasons: readonly (readonly [boolean, string])[] = [
    [files.has(fileName) || files.has(`${fileName}/`), 'a second entry of this name'],
    [type !== 0 && type !== wanted, 'neither a file nor a folder'],
    [entry.isEncrypted(), 'encrypted'],
    [bytes > mostBytes, `more than ${mostBytes} bytes when unpacked`],
  ];
  for (const [applies, found] of reasons) if (applies) throw new Refused(203, fileName, found);
}

/** Unix keeps its mode in the upper half. */
function modeOf(entry: Entry): number {
  return entry.externalFileAttributes >>> 16;
}
