/** Removes what processes that were killed left on the machine: namespaces with what runs in them, folders. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ip, run } from './command.ts';
import { isLeftBehind } from './names.ts';
import { killAllIn } from './processes.ts';

export async function sweep(): Promise<void> {
  for (const namespace of await namespaces()) {
    if (!isLeftBehind(namespace)) continue;
    await killAllIn({ namespace, relays: [] });
    await ip('netns', 'del', namespace);
  }
  for (const name of await readdir(tmpdir()))
    if (isLeftBehind(name)) await removeFolder(join(tmpdir(), name));
}

async function namespaces(): Promise<string[]> {
  const listed = JSON.parse((await ip('-j', 'netns', 'list')) || '[]') as { name: string }[];
  return listed.map(({ name }) => name);
}

/** With whatever is mounted below it, the last mount first. */
export async function removeFolder(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((target) => target.startsWith(`${folder}/`));
  for (const mount of mounts.reverse()) await run('umount', ['--lazy', mount]);
  await rm(folder, { recursive: true, force: true });
}
