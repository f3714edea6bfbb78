/** What runs in a network namespace: the tool that starts a container, and the container's own processes. */
import { readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ip } from './command.ts';

const pollMs = 20;

export interface Inhabited {
  readonly namespace: string;
  /** Processes in it that are none of the container's. */
  readonly relays: readonly number[];
}

async function processesIn(namespace: string, except: readonly number[] = []): Promise<number[]> {
  const listed = await ip('netns', 'pids', namespace).catch(() => '');
  return listed
    .split('\n')
    .filter(Boolean)
    .map(Number)
    .filter((pid) => !except.includes(pid));
}

/** What an engine calls process 1 of the container; undefined while there is none. */
export async function firstOf(namespace: string): Promise<number | undefined> {
  for (const pid of (await processesIn(namespace)).sort((one, other) => one - other)) {
    const program = await readlink(`/proc/${pid}/exe`).catch(() => '/buildah');
    const root = await readlink(`/proc/${pid}/root`).catch(() => '/');
    if (root !== '/' && !isTool(program)) return pid;
  }
  return undefined;
}

/** It starts itself anew from memory. Trap: roots of containers have its name in their path. */
function isTool(program: string): boolean {
  return program.startsWith('/memfd:buildah') || program.endsWith('/buildah');
}

/** Resolves when nothing runs there any more. */
export async function killAllIn({ namespace, relays }: Inhabited): Promise<void> {
  for (;;) {
    const pids = await processesIn(namespace, relays);
    if (pids.length === 0) return;
    for (const pid of pids) signal(pid, 'SIGKILL');
    await sleep(pollMs);
  }
}

/** To process 1 as engines do; what is left after `patienceMs` is killed. */
export async function stopAllIn(inhabited: Inhabited, patienceMs: number): Promise<void> {
  const { namespace, relays } = inhabited;
  const first = await firstOf(namespace);
  if (first !== undefined) signal(first, 'SIGTERM');
  const end = performance.now() + patienceMs;
  while (performance.now() < end && (await processesIn(namespace, relays)).length > 0) await sleep(pollMs);
  await killAllIn(inhabited);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
