/**
 * Builds the Dockerfile with buildah alone, on base images made here: no engine, no registry. The host's certificates
 * and npm settings are mounted for the build, so that npm in it trusts the network as npm outside does; nothing of
 * them stays in the image. Where an engine and a registry are at hand, `docker build .` gives the same image.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { provideBaseImages } from './base-image.ts';
import { buildah, removeUnnamedImages, run } from './buildah.ts';

const root = join(import.meta.dirname, '..');

/** Afterwards the image exists under `name` in the storage of `buildah.ts`. */
export async function buildImage(name: string, say: (line: string) => void): Promise<void> {
  await provideBaseImages(say);
  say(`building ${name}`);
  const mounts = [
    ['/etc/ssl/certs', '/etc/ssl/certs:ro'],
    [await npmSetting('globalconfig'), '/usr/local/etc/npmrc:ro'],
    [await npmSetting('cache'), '/root/.npm:rw'],
  ].filter(([host]) => host !== undefined && existsSync(host));
  await buildah(
    ...['build-using-dockerfile', '--isolation', 'chroot', '--pull-never', '--format', 'docker'],
    ...['--tag', name],
    ...mounts.flatMap((mount) => ['--volume', mount.join(':')]),
    root,
  );
  await removeUnnamedImages();
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
  await buildImage('localhost/aci-kube-sync:latest', (line) => {
    console.log(line);
  });
