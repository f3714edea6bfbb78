/**
 * The log as files, beside standard output: where the APIC collects it for its support bundle. Bounded in size, and in what waits while
 * the disk does not answer: what cannot be kept is counted, and the count is written once there is room. A disk that refused is tried
 * again.
 *
 * Nothing waits for it: a line that is handed over is written some time later, or never. One thing at a time is asked of the disk.
 */
import { mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LogFileOptions {
  readonly folder: string;
  /** `<name>.log`, `<name>.log.1`, … */
  readonly name?: string;
  /** Of each file; the present one grows further while it cannot be renamed. Default 10 MB. */
  readonly bytes?: number;
  /** Files before the present one. Default 4. */
  readonly kept?: number;
  /** What may wait. Default 1 MB. */
  readonly waitingBytes?: number;
  /** After which a disk that refused is tried again. Default 30 s. */
  readonly retryMs?: number;
  /** How long an end waits for the disk. Default 2 s. */
  readonly closeMs?: number;
}

export interface LogFile {
  readonly path: string;
  write(line: string): void;
  /**
   * Resolves when everything that waits is written, or was refused; at the latest when the disk has not answered for `closeMs`. false:
   * it has not, and what is asked of it keeps the process from ending.
   */
  close(): Promise<boolean>;
}

export function logFilePath(folder: string, name = 'aci-kube-sync'): string {
  return join(folder, `${name}.log`);
}

/** Never throws: while the log cannot be written it is on standard output only, which `failed` is told once, and again after it was back. */
export function openLogFile(options: LogFileOptions, failed: (why: string) => void): LogFile {
  return new RotatingFile(options, failed);
}

interface Waiting {
  readonly text: string;
  /** That are lost with it. */
  readonly lines: number;
}

class RotatingFile implements LogFile {
  readonly path: string;
  readonly #options: Required<Omit<LogFileOptions, 'name'>>;
  readonly #failed: (why: string) => void;
  readonly #queue: Waiting[] = [];
  /** Of the queue, and of what is being written. */
  #waitingBytes = 0;
  #lost = 0;
  #handle: FileHandle | undefined;
  #size = 0;
  #rotateAfter = -Infinity;
  #working: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  #hasFailed = false;

  constructor({ name, ...options }: LogFileOptions, failed: (why: string) => void) {
    this.path = logFilePath(options.folder, name);
    this.#options = {
      bytes: 10_000_000,
      kept: 4,
      waitingBytes: 1_000_000,
      retryMs: 30_000,
      closeMs: 2000,
      ...options,
    };
    this.#failed = failed;
    this.#start();
  }

  write(line: string): void {
    if (this.#isClosed) return;
    if (this.#waitingBytes > this.#options.waitingBytes) {
      this.#lost += 1;
      return;
    }
    this.#tellLost();
    this.#put({ text: line, lines: 1 });
    if (this.#retry === undefined) this.#start();
  }

  async close(): Promise<boolean> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    const bound = new AbortController();
    const late = sleep(this.#options.closeMs, false, { signal: bound.signal }).catch(() => false);
    const isOver = await Promise.race([this.#finish(), late]);
    bound.abort();
    return isOver;
  }

  async #finish(): Promise<true> {
    await this.#working;
    if (this.#hasWork) this.#start();
    await this.#working;
    await this.#letGo();
    return true;
  }

  get #hasWork(): boolean {
    return this.#queue.length > 0 || this.#lost > 0;
  }

  #start(): void {
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    try {
      await this.#open();
      while (this.#hasWork) await this.#writeSome();
    } catch (thrown) {
      this.#tellFailed(thrown);
      await this.#letGo();
      if (!this.#isClosed) this.#retry = setTimeout(() => this.#tryAgain(), this.#options.retryMs).unref();
    } finally {
      // Trap: in the same turn as the last look at the queue, or a line that comes in between would stay there.
      this.#working = undefined;
    }
  }

  #tryAgain(): void {
    this.#retry = undefined;
    this.#start();
  }

  async #open(): Promise<void> {
    if (this.#handle !== undefined) return;
    await mkdir(this.#options.folder, { recursive: true });
    this.#handle = await open(this.path, 'a', 0o640);
    this.#size = (await this.#handle.stat()).size;
  }

  async #writeSome(): Promise<void> {
    if (this.#size >= this.#options.bytes && performance.now() >= this.#rotateAfter) await this.#rotate();
    if (this.#queue.length === 0) this.#tellLost();
    const taken = this.#take();
    const text = taken.map((each) => each.text).join('');
    const bytes = Buffer.byteLength(text);
    try {
      await this.#handle?.appendFile(text);
      this.#size += bytes;
      this.#hasFailed = false;
    } catch (thrown) {
      // How much of it is in the file is unknown: the line before may be torn.
      const lines = taken.reduce((sum, each) => sum + each.lines, 0);
      this.#put({ text: `\n${lostLine(lines)}`, lines }, 'first');
      throw thrown;
    } finally {
      this.#waitingBytes -= bytes;
    }
  }

  /** As much as the present file has room for, at least one. Only one where it may be refused again: it would be lost. */
  #take(): readonly Waiting[] {
    const { bytes } = this.#options;
    const room = this.#size < bytes ? bytes - this.#size : bytes;
    let count = 0;
    for (let taken = 0; count < this.#queue.length && taken < room; count += 1) {
      if (this.#hasFailed && count === 1) break;
      taken += Buffer.byteLength(this.#queue[count]?.text ?? '');
    }
    return this.#queue.splice(0, count);
  }

  /** Throws what opening throws. One that cannot be renamed is written on. */
  async #rotate(): Promise<void> {
    await this.#letGo();
    try {
      for (let index = this.#options.kept; index > 0; index -= 1)
        await renamed(index === 1 ? this.path : `${this.path}.${index - 1}`, `${this.path}.${index}`);
    } catch (thrown) {
      this.#rotateAfter = performance.now() + this.#options.retryMs;
      this.#put({ text: grownLine(messageOf(thrown)), lines: 0 }, 'first');
    }
    await this.#open();
  }

  async #letGo(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    // What is refused here was refused before.
    await handle?.close().catch(() => undefined);
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    this.#put({ text: lostLine(this.#lost), lines: this.#lost });
    this.#lost = 0;
  }

  #put(waiting: Waiting, where?: 'first'): void {
    this.#waitingBytes += Buffer.byteLength(waiting.text);
    if (where === 'first') this.#queue.unshift(waiting);
    else this.#queue.push(waiting);
  }

  #tellFailed(thrown: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#failed(messageOf(thrown));
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function grownLine(why: string): string {
  return `${JSON.stringify({ level: 'warn', why, msg: 'this file is full and could not be put aside: it grows' })}\n`;
}

function lostLine(lines: number): string {
  return `${JSON.stringify({ level: 'warn', lines, msg: 'lines were not kept: the disk did not answer, or refused' })}\n`;
}

/** What is not there is well. */
async function renamed(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
}
