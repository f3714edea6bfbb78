/**
 * A real HAProxy for tests, the demo and benchmarks: its configuration from a few words, its processes under control. It runs in the
 * foreground under a master, as Debian runs it, in a process group and a folder of its own; nothing of it outlives `stop`.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RigBackend {
  readonly name: string;
  /** Default roundrobin. */
  readonly balance?: string;
  /** More lines of its section: `server`, `option httpchk`, … */
  readonly lines?: readonly string[];
}

export interface RigOptions {
  readonly backends: readonly RigBackend[];
  /** Default the first haproxy of the PATH, or of the folders for administrators. */
  readonly program?: string;
  /** Its name for itself. Default `lab`. */
  readonly node?: string;
  /** What the second socket, `limitedSocket`, lets its users do. Default operator. */
  readonly limitedLevel?: 'user' | 'operator';
  /** More lines of the global section. */
  readonly global?: readonly string[];
  /** Default http. */
  readonly mode?: 'http' | 'tcp';
}

/** A row of `show servers state`. */
export interface RigServer {
  readonly name: string;
  readonly id: number;
  readonly address: string;
  readonly port: number;
  /** Bits: 1 maintenance, 8 drain. */
  readonly admin: number;
  readonly weight: number;
}

export interface HaproxyRig {
  /** The Runtime API, level admin. */
  readonly socket: { readonly path: string };
  /** The same by TCP. */
  readonly tcpSocket: { readonly host: string; readonly port: number };
  /** The Runtime API, with less than that. */
  readonly limitedSocket: { readonly path: string };
  readonly masterSocket: { readonly path: string };
  /** Where its frontend for the backend listens: `http://127.0.0.1:PORT`. */
  url(backend: string): string;
  /** One command on a connection of its own. */
  run(command: string): Promise<string>;
  servers(backend: string): Promise<readonly RigServer[]>;
  /** Connections to members of the backend that are in use now. */
  connectionsInUse(backend: string): Promise<number>;
  /** Another configuration, from the next reload or start on. */
  configure(backends: readonly RigBackend[], node?: string): Promise<void>;
  /** A new worker, by SIGUSR2 to the master: what was added at runtime is gone when this resolves. */
  reload(): Promise<void>;
  /** Every process of it, at once and without a word. */
  kill(): Promise<void>;
  /** After `kill`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What it printed. */
  readonly output: string;
}

const signalAgainMs = 2_000;
/** Where Debian puts it, which is not on the PATH of everybody. */
const usualPath = '/usr/sbin/haproxy';

export async function startHaproxy(options: RigOptions): Promise<HaproxyRig> {
  const rig = await Rig.prepare(options);
  try {
    await rig.start();
  } catch (thrown) {
    await rig.stop();
    throw thrown;
  }
  return rig;
}

class Rig implements HaproxyRig {
  readonly socket: { readonly path: string };
  readonly limitedSocket: { readonly path: string };
  readonly masterSocket: { readonly path: string };
  readonly tcpSocket: { readonly host: string; readonly port: number };
  readonly #options: RigOptions;
  readonly #folder: string;
  readonly #ports = new Map<string, number>();
  #process: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #node: string;
  output = '';

  static async prepare(options: RigOptions): Promise<Rig> {
    const folder = await mkdtemp(join(tmpdir(), `haproxy-${process.pid}-`));
    const rig = new Rig(options, folder, await freePort());
    await rig.configure(options.backends);
    return rig;
  }

  private constructor(options: RigOptions, folder: string, port: number) {
    this.#options = options;
    this.#folder = folder;
    this.#node = options.node ?? 'lab';
    this.socket = { path: join(folder, 'admin.sock') };
    this.limitedSocket = { path: join(folder, 'limited.sock') };
    this.masterSocket = { path: join(folder, 'master.sock') };
    this.tcpSocket = { host: '127.0.0.1', port };
  }

  url(backend: string): string {
    return `http://127.0.0.1:${this.#ports.get(backend) ?? 0}`;
  }

  async run(command: string): Promise<string> {
    return ask(this.socket.path, command);
  }

  async servers(backend: string): Promise<readonly RigServer[]> {
    const [, header = '', ...rows] = (await this.run(`show servers state ${backend}`)).trim().split('\n');
    const columns = header.slice(2).split(' ');
    return rows.map((row) => {
      const cells = row.split(' ');
      const cell = (column: string): string => cells[columns.indexOf(column)] ?? '';
      return {
        name: cell('srv_name'),
        id: Number(cell('srv_id')),
        address: cell('srv_addr'),
        port: Number(cell('srv_port')),
        admin: Number(cell('srv_admin_state')),
        weight: Number(cell('srv_uweight')),
      };
    });
  }

  async connectionsInUse(backend: string): Promise<number> {
    const [header = '', ...rows] = (await this.run(`show servers conn ${backend}`)).trim().split('\n');
    const column = header.slice(2).split(' ').indexOf('used_cur');
    return rows.reduce((sum, row) => sum + Number(row.split(' ')[column]), 0);
  }

  async configure(backends: readonly RigBackend[], node = this.#node): Promise<void> {
    this.#node = node;
    for (const { name } of backends) if (!this.#ports.has(name)) this.#ports.set(name, await freePort());
    await writeFile(join(this.#folder, 'haproxy.cfg'), this.#configuration(backends));
  }

  async start(): Promise<void> {
    const program = this.#options.program ?? findHaproxy();
    const files = ['-f', join(this.#folder, 'haproxy.cfg'), '-S', this.masterSocket.path];
    const child = spawn(program, ['-W', '-db', ...files], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (this.output = (this.output + piece.toString()).slice(-20_000)));
    this.#process = child;
    this.#exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    process.once('exit', this.#killNow);
    await this.#until((worker) => worker !== undefined);
  }

  async reload(): Promise<void> {
    const before = await this.#worker();
    let signalledAt = -signalAgainMs;
    await this.#until((worker) => {
      if (worker !== undefined && worker !== before) return true;
      // Trap: a master that is not yet done with starting ignores it.
      if (performance.now() - signalledAt < signalAgainMs) return false;
      signalledAt = performance.now();
      this.#process?.kill('SIGUSR2');
      return false;
    });
  }

  async kill(): Promise<void> {
    this.#killNow();
    await this.#exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  readonly #killNow = (): void => {
    process.removeListener('exit', this.#killNow);
    const pid = this.#process?.pid;
    this.#process = undefined;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };

  /** Pid of the worker that new connections reach, when it is there to stay, and its master would hear a signal. */
  async #worker(): Promise<string | undefined> {
    const processes = await ask(this.masterSocket.path, 'show proc').catch(() => '');
    if (!processes.includes('worker')) return undefined;
    const facts = await this.run('show info').catch(() => '');
    return /^Stopping: 0$/m.test(facts) ? /^Pid: (\d+)$/m.exec(facts)?.[1] : undefined;
  }

  async #until(holds: (worker: string | undefined) => boolean): Promise<void> {
    const end = performance.now() + 10_000;
    while (!holds(await this.#worker())) {
      const isGone = this.#process === undefined || this.#process.exitCode !== null;
      if (isGone || performance.now() > end) throw new Error(`HAProxy did not come up:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  #configuration(backends: readonly RigBackend[]): string {
    const { global = [], limitedLevel = 'operator', mode = 'http' } = this.#options;
    const sections = [
      ['global', ...this.#sockets(limitedLevel), `node ${this.#node}`, 'stats timeout 1m', ...global],
      ['defaults', `mode ${mode}`, 'timeout connect 2s', 'timeout client 30s', 'timeout server 30s'],
      ...backends.flatMap(({ name, balance = 'roundrobin', lines = [] }) => [
        [`frontend fe-${name}`, `bind 127.0.0.1:${this.#ports.get(name) ?? 0}`, `default_backend ${name}`],
        [`backend ${name}`, `balance ${balance}`, ...lines],
      ]),
    ];
    return sections
      .map(([head = '', ...lines]) => [head, ...lines.map((line) => `  ${line}`), ''].join('\n'))
      .join('\n');
  }

  #sockets(limitedLevel: string): readonly string[] {
    return [
      `stats socket ${this.socket.path} mode 600 level admin`,
      `stats socket ipv4@${this.tcpSocket.host}:${this.tcpSocket.port} level admin`,
      `stats socket ${this.limitedSocket.path} mode 600 level ${limitedLevel}`,
    ];
  }
}

function findHaproxy(): string {
  try {
    return execFileSync('which', ['haproxy'], { encoding: 'utf8' }).trim();
  } catch {
    return usualPath;
  }
}

/** Below those that the system gives to whoever asks for any; each process begins elsewhere. */
let nextPort = 10_000 + ((process.pid * 61) % 20_000);

/** A port of loopback that nobody has now, and that is given to nobody else meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    nextPort = nextPort >= 32_000 ? 10_000 : nextPort + 1;
    if (await isFree(nextPort)) return nextPort;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function ask(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    connect(path, function (this: { end(line: string): void }) {
      this.end(`${command}\n`);
    })
      .on('data', (piece: Buffer) => (answer += piece.toString()))
      .on('error', reject)
      .on('close', () => resolve(answer));
  });
}
