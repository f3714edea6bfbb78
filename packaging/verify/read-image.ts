/** What a gzipped `docker save` archive holds, without unpacking it. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

import type { ImageArchive, ImageStart } from './model.ts';

/** Files of the archive that are looked into: JSON, and never large. */
const mostText = 1024 * 1024;

interface ManifestEntry {
  readonly Config: string;
  readonly Layers: readonly string[];
  readonly RepoTags?: unknown;
}

interface Settings {
  readonly os?: string;
  readonly architecture?: string;
  readonly config?: Readonly<Record<string, unknown>> | null;
}

export async function readImage(archive: Buffer): Promise<ImageArchive> {
  try {
    return describe(await textsOf(archive));
  } catch {
    return { names: [] };
  }
}

/** By name; of files that are not looked into undefined. */
async function textsOf(archive: Buffer): Promise<Map<string, string | undefined>> {
  const reader = extract();
  const reading = pipeline(Readable.from([archive]), createGunzip(), reader);
  // Awaited below; until then a failure is the loop's.
  reading.catch(() => undefined);
  const texts = new Map<string, string | undefined>();
  for await (const entry of reader) {
    const { name, size } = entry.header;
    const looked = size <= mostText && /(^manifest\.json|\.json|^blobs\/.*)$/.test(name);
    texts.set(name, looked ? await text(entry) : undefined);
    entry.resume();
  }
  await reading;
  return texts;
}

function describe(texts: ReadonlyMap<string, string | undefined>): ImageArchive {
  const names = [...texts.keys()];
  const written = texts.get('manifest.json');
  if (written === undefined) return { names };
  const images = JSON.parse(written) as ManifestEntry[];
  const [image] = images;
  if (image === undefined) return { names };
  const settings = texts.get(image.Config);
  const config = JSON.parse(settings ?? '{}') as Settings;
  return {
    names,
    manifest: { config: image.Config, layers: image.Layers },
    platform: `${config.os ?? '?'}/${config.architecture ?? '?'}`,
    count: images.length,
    tags: textsIn(image.RepoTags),
    start: settings === undefined ? undefined : startOf(config),
  };
}

function startOf({ config }: Settings): ImageStart {
  const user = config?.['User'];
  return {
    entrypoint: textsIn(config?.['Entrypoint']),
    command: textsIn(config?.['Cmd']),
    user: typeof user === 'string' ? user : '',
  };
}

/** Docker writes null where there are none. */
function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}
