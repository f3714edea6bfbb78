/**
 * `npm run package`: makes `packages/<vendordomain>-<appid>-<version>.aci`, what an APIC installs. Without a container
 * engine; the same sources on the same base images give the same bytes.
 *
 *   node packaging/package.ts [--publisher DIR] [--out DIR]
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { dockerArchive } from './aci/docker-archive.ts';
import { appFolder, imageName, packageName } from './aci/manifest.ts';
import { packageTree } from './aci/tree.ts';
import { zip } from './aci/zip.ts';
import { withRoot } from './buildah.ts';
import { provideImage } from './image.ts';
import { runSteps } from './steps.ts';

export interface PackageWish {
  /** The folder to write into; made when absent. */
  readonly out: string;
  readonly publisher?: string | undefined;
  /** Build the image even when one of the same inputs is there. */
  readonly anew?: boolean;
}

export interface Package {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** A digest of what its image is made from. */
  readonly inputs: string;
}

export async function makePackage(wish: PackageWish, say: (line: string) => void): Promise<Package> {
  const { name, inputs } = await provideImage({ target: 'app-center', anew: wish.anew === true }, say);
  say('writing the image as a docker-archive');
  const archive = await dockerArchive(name, imageName);
  const licences = await withRoot(name, (root) =>
    readFile(join(root, 'opt/aci-kube-sync/licences.txt'), 'utf8'),
  );
  const files = await packageTree({ image: archive, licences, publisher: wish.publisher });
  const body = await zip(appFolder, files);
  const path = join(wish.out, packageName);
  await mkdir(wish.out, { recursive: true });
  await writeFile(path, body);
  return { path, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex'), inputs };
}

if (import.meta.main)
  await runSteps(async (say) => {
    const { values } = parseArgs({ options: { publisher: { type: 'string' }, out: { type: 'string' } } });
    const made = await makePackage({ out: values.out ?? 'packages', publisher: values.publisher }, say);
    say(`${made.path}: ${(made.bytes / 1e6).toFixed(1)} MB, SHA-256 ${made.sha256}`);
  });
