/**
 * Builds the Dockerfile with buildah alone, on base images made here: no engine, no registry. The host's certificates
 * and npm settings are mounted for the build, so that npm in it trusts the network as npm outside does; nothing of
 * them stays in the image but empty mount points. Where an engine and a registry are at hand, `docker build .` gives the same files.
 *
 * The same inputs give the same bytes: files and image are dated to the epoch, and a second call finds the image by
 * the digest of what it was made from.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { baseImage, provideBaseImages } from './base-image.ts';
import { buildah, exclusively, idOf, labelOf, removeUnnamedImages, run } from './buildah.ts';
import { digestOfInputs } from './inputs.ts';
import { demandRoot, runSteps } from './steps.ts';

const root = join(import.meta.dirname, '..');
const madeFrom = 'aci-kube-sync.made-from';

/** The stages of the Dockerfile that are for use. */
export type Target = 'standalone' | 'app-center';

export interface ImageWish {
  readonly target: Target;
  /** Even when an image of the same inputs is there. */
  readonly anew?: boolean;
}

export interface Image {
  /** By which it is found in the storage of `buildah.ts`. */
  readonly name: string;
  /** A digest of what it is made from. */
  readonly inputs: string;
}

/** Present afterwards. `say` hears what takes long. */
export function provideImage(wish: ImageWish, say: (line: string) => void): Promise<Image> {
  demandRoot('building the image');
  return exclusively(() => provide(wish, say));
}

async function provide({ target, anew = false }: ImageWish, say: (line: string) => void): Promise<Image> {
  await provideBaseImages(say);
  const inputs = await digestOfInputs(root, [await idOf(baseImage)]);
  const name = `localhost/aci-kube-sync:${target}`;
  if (!anew && (await labelOf(name, madeFrom)) === inputs) {
    say(`${name} is there already, made from the same files`);
    return { name, inputs };
  }
  say(`building ${name}`);
  await build(name, target, inputs);
  await removeUnnamedImages();
  return { name, inputs };
}

/**
 * The App Center's image is one layer, so that nothing which is removed from the base travels in it, and in the format
 * that names no container that it was made in. The other one keeps its base, and the format that has health checks.
 */
const form: Readonly<Record<Target, readonly string[]>> = {
  'app-center': ['--format', 'oci', '--squash'],
  standalone: ['--format', 'docker'],
};

async function build(name: string, target: Target, digest: string): Promise<void> {
  const mounts = [
    ['/etc/ssl/certs', '/etc/ssl/certs:ro'],
    [await npmSetting('globalconfig'), '/usr/local/etc/npmrc:ro'],
    [await npmSetting('cache'), '/root/.npm:rw'],
  ].filter(([host]) => host !== undefined && existsSync(host));
  await buildah(
    ...['build-using-dockerfile', '--isolation', 'chroot', '--pull-never'],
    ...['--timestamp', '0', '--label', `${madeFrom}=${digest}`],
    ...['--target', target, '--tag', name, ...form[target]],
    ...mounts.flatMap((mount) => ['--volume', mount.join(':')]),
    root,
  );
}

/**
 * As npm has it outside this checkout: npm looks for its global settings beside the node that runs it, and the node of
 * node_modules has none.
 */
function npmSetting(name: string): Promise<string> {
  const path = process.env['PATH'] ?? '';
  const outside = path.split(delimiter).filter((directory) => !directory.endsWith('node_modules/.bin'));
  return run('npm', ['config', 'get', name], { PATH: outside.join(delimiter) });
}

if (import.meta.main)
  await runSteps(async (say) => {
    await provideImage({ target: 'standalone' }, say);
  });
