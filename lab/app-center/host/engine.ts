/**
 * Images and containers by buildah, in a storage of its own below a folder: nothing of it touches another engine's, and
 * it goes with the folder.
 *
 * An APIC runs docker or podman. What differs here: `--isolation chroot` gives a container its own root, mounts and
 * network, but no process numbers of its own and no limits of memory or processor.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { run } from './command.ts';

/** What the image says about how it is started. */
export interface ImageSettings {
  readonly User?: string;
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[] | null;
}

export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly writable: boolean;
}

export interface Start {
  readonly container: string;
  readonly namespace: string;
  readonly mounts: readonly Mount[];
  readonly command: readonly string[];
  /** What it prints is added to this file. */
  readonly output: string;
}

export interface Engine {
  /** Answers the image's id. */
  load(archive: string): Promise<string>;
  settings(image: string): Promise<ImageSettings>;
  removeImage(image: string): Promise<void>;
  create(image: string): Promise<string>;
  start(start: Start): Promise<ChildProcess>;
  remove(container: string): Promise<void>;
}

export async function createEngine(folder: string): Promise<Engine> {
  const scratch = join(folder, 'scratch');
  await mkdir(scratch, { recursive: true });
  const environment = { TMPDIR: scratch };
  const storage = await storageIn(folder, environment);
  const buildah = (...args: readonly string[]): Promise<string> =>
    run('buildah', [...storage, ...args], environment);
  return {
    async load(archive) {
      // Trap: this buildah reads an archive only as it is before compression; engines take either.
      const tar = join(scratch, 'image.tar');
      try {
        await pipeline(createReadStream(archive), createGunzip(), createWriteStream(tar));
        return await buildah('pull', '--quiet', `docker-archive:${tar}`);
      } finally {
        await rm(tar, { force: true });
      }
    },
    async settings(image) {
      const found = JSON.parse(await buildah('inspect', '--type', 'image', image)) as {
        Docker: { config: ImageSettings };
      };
      return found.Docker.config;
    },
    async removeImage(image) {
      await buildah('rmi', image);
    },
    create: (image) => buildah('from', '--pull-never', image),
    async start({ container, namespace, mounts, command, output }) {
      const file = await open(output, 'a');
      try {
        const volumes = mounts.flatMap(({ from, to, writable }) => [
          '--volume',
          `${from}:${to}:${writable ? 'rw' : 'ro'}`,
        ]);
        return spawn(
          'ip',
          [
            ...['netns', 'exec', namespace, 'buildah', ...storage],
            ...['run', '--isolation', 'chroot', ...volumes, container, '--', ...command],
          ],
          { stdio: ['ignore', file.fd, file.fd], env: { ...process.env, ...environment } },
        );
      } finally {
        await file.close();
      }
    },
    async remove(container) {
      await buildah('rm', container);
    },
  };
}

/** Overlays where the file system allows them: a container costs nothing then. Else whole copies. */
async function storageIn(folder: string, environment: Readonly<Record<string, string>>): Promise<string[]> {
  const by = (driver: string): string[] => [
    ...['--root', join(folder, `images-${driver}`), '--runroot', join(folder, `run-${driver}`)],
    ...['--storage-driver', driver],
  ];
  try {
    await run('buildah', [...by('overlay'), 'images'], environment);
    return by('overlay');
  } catch {
    return by('vfs');
  }
}
