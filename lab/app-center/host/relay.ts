/** Starts `relay.child.ts` inside a network namespace. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

type Place = { readonly host: string; readonly port: number } | { readonly path: string };

export interface Route {
  readonly listen: Place;
  readonly to: Place;
}

export interface Relay {
  readonly pid: number;
  stop(): Promise<void>;
}

const program = join(import.meta.dirname, 'relay.child.ts');

/** Resolves when it listens on all of them. Without a namespace: in the one that we are in. */
export async function startRelay(namespace: string | undefined, routes: readonly Route[]): Promise<Relay> {
  const command = [process.execPath, program, JSON.stringify(routes)];
  const [first = '', ...rest] =
    namespace === undefined ? command : ['ip', 'netns', 'exec', namespace, ...command];
  const child = spawn(first, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() =>
      Promise.reject(new Error(`the relay of ${namespace ?? 'the machine'} ended before it listened`)),
    ),
  ]);
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
