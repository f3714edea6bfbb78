/**
 * The product as the demo sees it: a process that was started with a configuration, spoken to over HTTP only.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { request } from 'undici';

/** The product of this checkout, run by the Node that runs us. */
const ofCheckout = [process.execPath, join(import.meta.dirname, '../../app/main.ts')];

export interface Product {
  readonly url: string;
  readonly pid: number;
  /** GET of a path below the product's URL, as JSON. */
  get(path: string): Promise<unknown>;
  /** Runs a command of the command line against the same configuration and data; resolves with its exit status and output. */
  command(...args: readonly string[]): Promise<{ status: number; output: string }>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface ProductOptions {
  /** Absent: the configuration is kept in the data directory, and edited by the API. */
  readonly config?: string;
  readonly dataDir: string;
  readonly listen: string;
  readonly logFile: string;
  /** Program and arguments that stand before `serve`. Default: the product of this checkout. */
  readonly launcher?: readonly string[];
  /** Further options of `serve` and of all commands. */
  readonly options?: readonly string[];
  /** What whoever is not signed in may do; `nobody`: nothing. */
  readonly anonymous?: 'viewer' | 'operator' | 'admin' | 'nobody';
}

/** Resolves when it listens; rejects with the end of its log when it ends before. */
export async function startProduct({
  config,
  dataDir,
  listen,
  logFile,
  launcher = ofCheckout,
  options = [],
  anonymous = 'viewer',
}: ProductOptions): Promise<Product> {
  const configured = config === undefined ? [] : ['--config', config];
  const shared = [...configured, '--data-dir', dataDir, ...options];
  const allowed = anonymous === 'nobody' ? [] : ['--anonymous', anonymous];
  const [program = '', ...first] = launcher;
  const child = spawn(program, [...first, 'serve', ...shared, '--listen', listen, ...allowed], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stderr.pipe(log, { end: false });
  const url = await listeningUrl(child, log);
  return {
    url,
    pid: child.pid ?? 0,
    async get(path) {
      const { body } = await request(new URL(path, url));
      return body.json();
    },
    command: (...args) => run([...launcher, ...args, ...shared]),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (launcher === ofCheckout) child.kill(signal);
      else for (const pid of innermostOf(child.pid ?? 0)) process.kill(pid, signal);
      await ended;
    },
  };
}

function listeningUrl(child: ChildProcess, log: NodeJS.WritableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const tail: string[] = [];
    child.once('exit', (code) =>
      reject(new Error(`the product ended with status ${code ?? 'none'}:\n${tail.join('\n')}`)),
    );
    child.stderr?.on('data', (text: Buffer) => tail.push(text.toString()));
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      log.write(`${line}\n`);
      const entry = JSON.parse(line) as { msg?: string; url?: string };
      if (entry.msg === 'listening' && entry.url !== undefined) resolve(entry.url);
    });
  });
}

/** A launcher need not hand signals on: they go to those that it started, and that started nobody. */
function innermostOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return children.length === 0 ? [pid] : children.flatMap(innermostOf);
}

function run([program = '', ...args]: readonly string[]): Promise<{ status: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (output += text.toString()));
    child.once('error', reject);
    child.once('exit', (status) => resolve({ status: status ?? 1, output }));
  });
}
