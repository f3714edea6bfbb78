/**
 * The thread that touches the data directory, in place of the product's: a disk that stalls (GlusterFS does, for minutes) would stop
 * everything else with it. Questions are answered one after another, so that never more than one thing is asked of the disk.
 *
 * As a rule the asker waits: what is written is on the disk when a call returns. Only a disk that does not answer within two seconds
 * is not waited for any longer, then or by whoever comes next, until it answers something. `silentSince` says so from then until
 * nothing is open any more: who was not waited for is never left unsaid.
 */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { Answers, Beginning, FromThread, Kind, Question, Reply, ToThread } from './messages.ts';

/** What the stores need of the thread. */
export interface Storage {
  /** Asks; `then` is called once, in `settle`, or later in a turn of its own. */
  post<K extends Kind>(
    question: Question & { readonly ask: K },
    then: (reply: Reply<Answers[K]>) => void,
  ): void;
  /** Waits until everything that was asked is answered, no longer than patience lasts, or `ms`. Whether it is. */
  settle(ms?: number): boolean;
  /** Nothing that was asked is without an answer. */
  readonly isIdle: boolean;
  /** Since when the disk does not answer, milliseconds since the epoch; undefined: it does, and has answered everything. */
  readonly silentSince: number | undefined;
  /** Called when `silentSince` comes or goes. Returns what ends that. */
  onSilence(listener: () => void): () => void;
}

/** Beside this file, and beside the bundle that this file is in. */
const program = new URL(
  import.meta.url.endsWith('.ts') ? './storage-worker.ts' : './storage-worker.js',
  import.meta.url,
);

const patienceMs = 2000;

interface Open {
  readonly at: number;
  readonly then: (reply: Reply<never>) => void;
}

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
}

export interface StorageThreadOptions {
  /** How long an answer is waited for. Default 2 s. */
  readonly patienceMs?: number;
  /** Started in place of the product's own program, by tests. */
  readonly program?: URL;
}

export class StorageThread implements Storage {
  readonly #open = new Map<number, Open>();
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  readonly #listeners = new Set<() => void>();
  readonly #patienceMs: number;
  readonly #program: URL;
  #running: Running | undefined;
  #last = 0;
  #silentSince: number | undefined;
  /** Given up, and nothing was heard since. Trap: a disk that is slow is not; who shortens patience for it acknowledges what is not there. */
  #isMute = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StorageThreadOptions = {}) {
    this.#patienceMs = options.patienceMs ?? patienceMs;
    this.#program = options.program ?? program;
  }

  get isIdle(): boolean {
    return this.#open.size === 0;
  }

  get silentSince(): number | undefined {
    return this.#silentSince;
  }

  onSilence(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  post<K extends Kind>(
    question: Question & { readonly ask: K },
    then: (reply: Reply<Answers[K]>) => void,
  ): void {
    const id = ++this.#last;
    // The thread answers a question with what is asked for.
    this.#open.set(id, { at: Date.now(), then });
    const message: ToThread = { ...question, id };
    this.#started().port.postMessage(message);
    this.#timer ??= setTimeout(() => this.#lookForSilence(), this.#patienceMs).unref();
  }

  settle(ms = this.#patience()): boolean {
    const end = performance.now() + ms;
    for (;;) {
      const before = Atomics.load(this.#answered, 0);
      this.#receive();
      if (this.isIdle) return true;
      const left = end - performance.now();
      if (left <= 0) break;
      Atomics.wait(this.#answered, 0, before, left);
    }
    if (ms >= this.#patienceMs) this.#giveUp();
    else this.#lookForSilence();
    return false;
  }

  /** Ends the thread; one that hangs in the disk ends with that. Who waits is told so. */
  close(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.port.close();
    void running?.worker.terminate();
    this.#fail('it is closed');
  }

  #patience(): number {
    return this.#isMute ? 0 : this.#patienceMs;
  }

  #started(): Running {
    if (this.#running !== undefined) return this.#running;
    const { port1, port2 } = new MessageChannel();
    const beginning: Beginning = { port: port2, answered: this.#answered };
    const worker = new Worker(this.#program, {
      workerData: beginning,
      transferList: [port2],
      name: 'storage',
    });
    const running = { worker, port: port1 };
    const ended = (why: string): void => {
      if (this.#running !== running) return;
      this.#running = undefined;
      port1.close();
      this.#fail(why);
    };
    worker.on('error', (error) => ended(`the thread that touches the disk ended: ${String(error)}`));
    worker.on('exit', (code) => ended(`the thread that touches the disk ended with ${code}`));
    port1.on('message', (message: FromThread) => this.#heard(message));
    port1.unref();
    worker.unref();
    this.#running = running;
    return running;
  }

  #receive(): void {
    for (;;) {
      const found = this.#running && receiveMessageOnPort(this.#running.port);
      if (found === undefined) return;
      this.#heard(found.message as FromThread);
    }
  }

  #heard(message: FromThread): void {
    this.#isMute = false;
    const open = this.#open.get(message.id);
    this.#open.delete(message.id);
    open?.then(message as Reply<never>);
    if (this.isIdle) this.#nothingIsOpen();
  }

  #fail(why: string): void {
    const open = [...this.#open.values()];
    this.#isMute = false;
    this.#open.clear();
    for (const { then } of open) then({ ended: why });
    if (this.isIdle) this.#nothingIsOpen();
  }

  #nothingIsOpen(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#silentSince === undefined) return;
    this.#silentSince = undefined;
    this.#tell();
  }

  /** Of questions that are open so long. */
  #lookForSilence(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.isIdle || this.#silentSince !== undefined) return;
    const left = this.#patienceMs - (Date.now() - this.#oldest());
    if (left > 0) {
      this.#timer = setTimeout(() => this.#lookForSilence(), left).unref();
      return;
    }
    this.#giveUp();
  }

  #giveUp(): void {
    const isNews = this.#silentSince === undefined;
    this.#isMute = true;
    this.#silentSince = this.#oldest();
    if (isNews) this.#tell();
  }

  #oldest(): number {
    return Math.min(...[...this.#open.values()].map(({ at }) => at));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
