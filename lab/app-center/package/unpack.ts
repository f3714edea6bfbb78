/**
 * Unpacks an `.aci`: a zip archive with one folder at its top. Whatever would land outside of that folder, or is
 * neither a file nor a folder, is refused.
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { open, type Entry, type ZipFile } from 'yauzl';
import { Refused } from './refused.ts';

/** As the store has it; an APIC's own limit is not known. */
const largestBytes = 3 * 1024 ** 3;
const openZip = promisify<string, { lazyEntries: boolean; autoClose: boolean }, ZipFile>(open);

/** Answers the name of the top folder. */
export async function unpack(archive: string, into: string): Promise<string> {
  const zip = await openZip(archive, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    throw new Refused('202', `the file is no zip archive: ${(error as Error).message}`);
  });
  try {
    const tops = new Set<string>();
    let bytes = 0;
    for await (const entry of entriesOf(zip)) {
      bytes += entry.uncompressedSize;
      if (bytes > largestBytes) throw new Refused('200', 'the package is larger than 3 GB unpacked');
      tops.add(topOf(entry));
      await extract(zip, entry, into);
    }
    const [top] = tops;
    if (top === undefined || tops.size !== 1)
      throw new Refused('101', `expected one folder at the top, found: ${[...tops].join(', ') || 'nothing'}`);
    return top;
  } finally {
    zip.close();
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
        outcome();
      };
      zip.once('entry', (found: Entry) => settle(() => resolve(found)));
      zip.once('end', () => settle(() => resolve(undefined)));
      zip.once('error', (error: Error) => settle(() => reject(new Refused('203', error.message))));
      zip.readEntry();
    });
    if (entry === undefined) return;
    yield entry;
  }
}

/** The library itself refuses names that are absolute or lead upwards, with an error of the reading. */
function topOf({ fileName }: Entry): string {
  const parts = fileName.split('/');
  if (fileName.includes('\\') || parts.includes('..') || fileName.startsWith('/'))
    throw new Refused('203', `${fileName} would be unpacked outside of the app's folder`);
  if (parts.length < 2) throw new Refused('101', `${fileName} stands beside the app's folder`);
  return parts[0] ?? '';
}

const fileTypes = 0o170000;
const [regularFile, folder] = [0o100000, 0o040000];

async function extract(zip: ZipFile, entry: Entry, into: string): Promise<void> {
  const target = join(into, entry.fileName);
  const mode = entry.externalFileAttributes >>> 16;
  const type = mode & fileTypes;
  if (type !== 0 && type !== regularFile && type !== folder)
    throw new Refused('203', `${entry.fileName} is neither a file nor a folder`);
  await mkdir(entry.fileName.endsWith('/') ? target : dirname(target), { recursive: true });
  if (entry.fileName.endsWith('/')) return;
  const content = await promisify<Entry, NodeJS.ReadableStream>((one, done) => zip.openReadStream(one, done))(
    entry,
  );
  const permissions = (mode & 0o777) === 0 ? 0o644 : mode & 0o777;
  await pipeline(content, createWriteStream(target, { flags: 'wx', mode: permissions }));
}
