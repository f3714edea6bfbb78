/**
 * The log as files, beside standard output: where the APIC collects it for its support bundle. Bounded in size, and in what waits while
 * the disk does not answer: what cannot be kept is counted, and the count is written once there is room.
 *
 * Nothing waits for it: a line that is handed over is written some time later, or never.
 */
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

export interface LogFileOptions {
  readonly folder: string;
  /** `<name>.log`, `<name>.log.1`, … */
  readonly name?: string;
  /** Of each file. Default 10 MB. */
  readonly bytes?: number;
  /** Files before the present one. Default 4. */
  readonly kept?: number;
  /** What may wait. Default 1 MB. */
  readonly waitingBytes?: number;
}

export interface LogFile {
  readonly path: string;
  write(line: string): void;
  /** Resolves when everything that waits is written, or cannot be. */
  close(): Promise<void>;
}

/** Never throws: a log that cannot be written is on standard output only, which is told once, by `failed`. */
export function openLogFile(options: LogFileOptions, failed: (why: string) => void): LogFile {
  return new RotatingFile(options, failed);
}

class RotatingFile implements LogFile {
  readonly path: string;
  readonly #limits: Required<Pick<LogFileOptions, 'bytes' | 'kept' | 'waitingBytes'>>;
  readonly #folder: string;
  readonly #failed: (why: string) => void;
  #stream: WriteStream | undefined;
  #size = 0;
  #lost = 0;
  #hasFailed = false;

  constructor(
    {
      folder,
      name = 'aci-kube-sync',
      bytes = 10_000_000,
      kept = 4,
      waitingBytes = 1_000_000,
    }: LogFileOptions,
    failed: (why: string) => void,
  ) {
    this.path = join(folder, `${name}.log`);
    this.#folder = folder;
    this.#limits = { bytes, kept, waitingBytes };
    this.#failed = failed;
    this.#open();
  }

  write(line: string): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    if (stream.writableLength > this.#limits.waitingBytes) {
      this.#lost += 1;
      return;
    }
    this.#tellLost(stream);
    this.#size += Buffer.byteLength(line);
    stream.write(line);
    if (this.#size >= this.#limits.bytes) this.#rotate(stream);
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined) return;
    await new Promise<void>((resolve) => {
      stream.once('close', () => resolve());
      stream.end();
    });
  }

  #tellLost(stream: WriteStream): void {
    if (this.#lost === 0) return;
    const line = `${JSON.stringify({ level: 'warn', lines: this.#lost, msg: 'lines were not kept: the disk did not answer' })}\n`;
    this.#lost = 0;
    this.#size += line.length;
    stream.write(line);
  }

  #open(): void {
    try {
      mkdirSync(this.#folder, { recursive: true });
      this.#size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    } catch (thrown) {
      this.#fail(thrown);
      return;
    }
    const stream = createWriteStream(this.path, { flags: 'a', mode: 0o640 });
    stream.on('error', (error) => {
      if (this.#stream === stream) this.#stream = undefined;
      this.#fail(error);
    });
    this.#stream = stream;
    if (this.#size >= this.#limits.bytes) this.#rotate(stream);
  }

  /** What waits for the file that is put aside goes there: it is known by its descriptor. */
  #rotate(stream: WriteStream): void {
    const move = (): void => {
      try {
        for (let index = this.#limits.kept; index > 0; index -= 1) {
          const from = index === 1 ? this.path : `${this.path}.${index - 1}`;
          if (statSync(from, { throwIfNoEntry: false }) !== undefined)
            renameSync(from, `${this.path}.${index}`);
        }
        stream.end();
        this.#open();
      } catch (thrown) {
        this.#fail(thrown);
      }
    };
    // Trap: a file that is not open yet has no descriptor, and what waits for it would go to the next one.
    if (stream.pending) stream.once('open', move);
    else move();
    this.#size = 0;
  }

  #fail(thrown: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#failed(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
