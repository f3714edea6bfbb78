/**
 * An image as `docker save` writes it (manifest.json, repositories), gzipped: the form that both docker and podman of
 * an APIC load.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { buildah } from '../buildah.ts';

/** `image`: in the storage of `buildah.ts`; `name`: what it is called where it is loaded, as `a/b:1.0`. */
export async function dockerArchive(image: string, name: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-archive-'));
  try {
    const tar = join(folder, 'image.tar');
    await buildah('push', '--quiet', image, `docker-archive:${tar}:${name}`);
    const gzip = createGzip();
    const [zipped] = await Promise.all([buffer(gzip), pipeline(createReadStream(tar), gzip)]);
    return zipped;
  } finally {
    await rm(folder, { recursive: true });
  }
}
