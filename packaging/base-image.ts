/**
 * Makes the images that the Dockerfile starts from, for places where no registry can be reached: Debian by
 * debootstrap, Node by its npm package, npm by `npm pack`. They carry the names that the Dockerfile asks for, so the
 * Dockerfile stays what everyone else needs. Made once; a later call finds them by their label.
 *
 * Needs root, debootstrap, buildah, npm, and node_modules of this checkout.
 */
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildah, labelOf, removeUnnamedImages, run, withContainer } from './buildah.ts';
import { runSteps } from './steps.ts';

const suite = 'bookworm';
/** The names after FROM, as buildah stores an image that came from no registry. */
const debian = `localhost/debian:${suite}-slim`;
export const baseImage = `localhost/node:24-${suite}-slim`;
const npmVersion = '11';
/** Another one when what is done to it changes, so that it is made anew. */
const debianRecipe = `${suite}, with licences`;
const madeFrom = 'aci-kube-sync.made-from';

const nodePackage = join(import.meta.dirname, '..', 'node_modules', `node-linux-${process.arch}`);

/** Present afterwards: both base images. `say` hears what takes long. */
export async function provideBaseImages(say: (line: string) => void): Promise<void> {
  const { version } = JSON.parse(await readFile(join(nodePackage, 'package.json'), 'utf8')) as {
    version: string;
  };
  const nodeRecipe = `${debianRecipe}, node ${version}, npm ${npmVersion}`;
  if ((await labelOf(debian, madeFrom)) !== debianRecipe) {
    say(`making ${debian} with debootstrap`);
    await make({ name: debian, from: 'scratch', recipe: debianRecipe }, (root) =>
      run('debootstrap', ['--variant=minbase', suite, root]),
    );
  }
  if ((await labelOf(baseImage, madeFrom)) !== nodeRecipe) {
    say(`making ${baseImage} with Node ${version}`);
    await make({ name: baseImage, from: debian, recipe: nodeRecipe }, addNode);
  }
  await removeUnnamedImages();
}

interface Image {
  readonly name: string;
  readonly from: string;
  readonly recipe: string;
}

/** What differs from run to run, or only takes room; licences stay. */
const unwanted = [
  'var/cache',
  'var/log',
  'var/lib/apt/lists',
  'usr/share/doc',
  'usr/share/locale',
  'usr/share/man',
];

async function make(image: Image, fill: (root: string) => Promise<unknown>): Promise<void> {
  await withContainer(image.from, async (container) => {
    const root = await buildah('mount', container);
    await fill(root);
    const folders = unwanted.map((folder) => join(root, folder));
    await run('find', [...folders, '-type', 'f', '!', '-name', 'copyright', '-delete']);
    await buildah('umount', container);
    await buildah('config', '--label', `${madeFrom}=${image.recipe}`, container);
    await buildah('commit', '--quiet', '--timestamp', '0', container, image.name);
  });
}

async function addNode(root: string): Promise<void> {
  const local = join(root, 'usr', 'local');
  await cp(join(nodePackage, 'bin', 'node'), join(local, 'bin', 'node'));
  const npm = join(local, 'lib', 'node_modules', 'npm');
  await mkdir(npm, { recursive: true });
  const download = await mkdtemp(join(tmpdir(), 'npm-'));
  try {
    const file = await run('npm', ['pack', '--silent', '--pack-destination', download, `npm@${npmVersion}`]);
    await run('tar', ['-xzf', join(download, file), '-C', npm, '--strip-components=1', '--no-same-owner']);
  } finally {
    await rm(download, { recursive: true });
  }
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
}

if (import.meta.main) await runSteps(provideBaseImages);
