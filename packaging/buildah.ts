/**
 * buildah, for machines without a container engine: no daemon, no overlay file system, no registry.
 *
 * Images live in a storage of their own below the user's cache, so nothing here touches the images of an engine that
 * may also be installed, and removing the directory removes everything.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { missingProgram } from './steps.ts';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'aci-kube-sync');

/** Arguments that every call of buildah begins with. */
export const storage: readonly string[] = [
  '--root',
  join(cache, 'images'),
  '--runroot',
  join(cache, 'run'),
  '--storage-driver',
  'vfs',
];

/**
 * Runs a program to its end and answers its trimmed standard output; on failure the error carries the end of what it
 * said.
 */
export async function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, ...environment },
    });
    return stdout.trim();
  } catch (thrown) {
    const { code, stderr = '' } = thrown as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw missingProgram(program);
    const said = stderr.trim().split('\n').slice(-20).join('\n');
    throw new Error(`${program} ${args[0] ?? ''} failed: ${said || String(thrown)}`, { cause: thrown });
  }
}

/**
 * One at a time over all processes: whoever builds meanwhile is waited for, and what it built is found. The lock is
 * let go when this process ends, however it ends.
 */
export async function exclusively<T>(use: () => Promise<T>): Promise<T> {
  await mkdir(cache, { recursive: true });
  const holder = spawn('flock', [join(cache, 'lock'), 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'exit');
  try {
    await Promise.race([once(holder.stdout, 'data'), ended]);
    return await use();
  } catch (thrown) {
    throw (thrown as NodeJS.ErrnoException).syscall === 'spawn flock' ? missingProgram('flock') : thrown;
  } finally {
    holder.stdin.end();
    await ended;
  }
}

/** One buildah command. */
export function buildah(...args: string[]): Promise<string> {
  return run('buildah', [...storage, ...args]);
}

/** Gives `use` a working container made from `image` (or `scratch`) and removes it afterwards. */
export async function withContainer<T>(image: string, use: (container: string) => Promise<T>): Promise<T> {
  const container = await buildah('from', '--pull-never', image);
  try {
    return await use(container);
  } finally {
    await buildah('rm', container);
  }
}

/** Gives `use` the root file system of `image`, to look into. */
export function withRoot<T>(image: string, use: (root: string) => Promise<T>): Promise<T> {
  return withContainer(image, async (container) => use(await buildah('mount', container)));
}

/** Of an image that is there: a digest of what is in it. */
export function idOf(image: string): Promise<string> {
  return buildah('inspect', '--type', 'image', '--format', '{{ .FromImageID }}', image);
}

/** The value of a label, or undefined where there is no such image or label. */
export async function labelOf(image: string, label: string): Promise<string | undefined> {
  try {
    const format = `{{ index .OCIv1.Config.Labels "${label}" }}`;
    return (await buildah('inspect', '--type', 'image', '--format', format, image)) || undefined;
  } catch {
    return undefined;
  }
}

/** Images that lost their name to a newer one; those that a container still runs from stay until another time. */
export async function removeUnnamedImages(): Promise<void> {
  await buildah('rmi', '--prune').catch((thrown: unknown) => {
    if (!String(thrown).includes('in use by a container')) throw thrown;
  });
}
