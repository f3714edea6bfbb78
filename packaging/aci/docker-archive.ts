/**
 * An image as `docker save` writes it (manifest.json, repositories), gzipped: the form that both docker and podman of
 * an APIC load. buildah writes it with the name of a registry in front, which `docker save` does not have.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { extract, pack, type ExtractEvents, type Pack } from 'tar-stream';

import { buildah, idOf } from '../buildah.ts';

type Entry = ExtractEvents['entry'][1];

/** What says the image's name. */
const naming = ['manifest.json', 'repositories'];

/** `image`: in the storage of `buildah.ts`; `name`: what it is called where it is loaded, as `a/b:1.0`. */
export async function dockerArchive(image: string, name: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-archive-'));
  try {
    const tar = join(folder, 'image.tar');
    // By its digest, since every name that it is asked for by stands in the archive too.
    await buildah('push', '--quiet', await idOf(image), `docker-archive:${tar}:${name}`);
    return await renamed(tar);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function renamed(tar: string): Promise<Buffer> {
  const from = extract();
  const to = pack();
  const reading = pipeline(createReadStream(tar), from);
  const zipped = buffer(to.pipe(createGzip()));
  for await (const entry of from) await copy(entry, to);
  to.finalize();
  await reading;
  return zipped;
}

async function copy(entry: Entry, to: Pack): Promise<void> {
  const { header } = entry;
  if (naming.includes(header.name)) {
    const renamedText = (await text(entry)).replaceAll('"docker.io/', '"');
    to.entry({ ...header, size: Buffer.byteLength(renamedText) }, renamedText);
    return;
  }
  await pipeline(entry, to.entry(header));
}
