/**
 * A Runtime API that says what a test makes it say, for what a real HAProxy cannot be made to do: die halfway through a reply, answer what
 * nobody asked, refuse the second step of an addition.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** To a command: text of the reply, or something done to the connection in its place. undefined: as a quiet HAProxy. */
export type Script = (command: string, socket: Socket) => string | typeof nothing | undefined;

/** No reply at all. */
export const nothing = Symbol('nothing');

export interface ScriptedRuntime {
  readonly address: { readonly host: string; readonly port: number };
  /** Every command that came, but for what each connection begins with. */
  readonly heard: string[];
  script: Script;
  stop(): Promise<void>;
}

export const stateHeader =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_port';

/** A process with one backend, `app`, that is empty. */
const quiet: Readonly<Record<string, string>> = {
  prompt: '',
  'set severity-output number': '',
  'show cli level': 'admin\n',
  'show info': 'Name: HAProxy\nVersion: 2.6.12\nPid: 7\nUptime_sec: 9\nnode: scripted\nStopping: 0\n',
  'show backend': '# name\napp\n',
  'show servers state': `1\n${stateHeader}\n`,
  'show servers state app': `1\n${stateHeader}\n`,
};
const beginnings = new Set(['prompt', 'set severity-output number', 'show cli level']);

function done(command: string): string {
  if (command.startsWith('add server ')) return '[6]: New server registered.\n';
  return command.startsWith('del server ') ? '[6]: Server deleted.' : '';
}

export async function startScripted(script: Script = () => undefined): Promise<ScriptedRuntime> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    socket.setEncoding('utf8');
    let text = '';
    socket.on('data', (piece: string) => {
      text += piece;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        for (const command of line.split(';')) answer(command, socket);
      }
    });
  });
  const runtime = { address: { host: '127.0.0.1', port: 0 }, heard: [] as string[], script, stop };
  function answer(command: string, socket: Socket): void {
    if (!beginnings.has(command)) runtime.heard.push(command);
    const reply = runtime.script(command, socket) ?? quiet[command] ?? done(command);
    if (reply !== nothing) socket.write(`${reply}\n> `);
  }
  async function stop(): Promise<void> {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  runtime.address.port = (server.address() as AddressInfo).port;
  return runtime;
}
