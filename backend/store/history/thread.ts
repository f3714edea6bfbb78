/**
 * The thread that keeps history, as questions and answers. It is started with the first question, and anew after it ended by a fault.
 */
import { Worker } from 'node:worker_threads';
import { ProblemError, type Problem } from '../../model/problems.ts';
import type { Answers, FromThread, Question } from './messages.ts';

/** Beside this file, and beside the bundle that this file is in. */
const program = new URL(
  import.meta.url.endsWith('.ts') ? './history-worker.ts' : './history-worker.js',
  import.meta.url,
);

interface Asked {
  readonly at: number;
  readonly resolve: (answer: Answers[keyof Answers]) => void;
  readonly reject: (error: ProblemError) => void;
}

export class Thread {
  readonly #path: string;
  readonly #patienceMs: number;
  readonly #onDamaged: (problem: Problem) => void;
  readonly #asked = new Map<number, Asked>();
  #worker: Worker | undefined;
  #ended = false;
  #last = 0;

  constructor(path: string, patienceMs: number, onDamaged: (problem: Problem) => void) {
    this.#path = path;
    this.#patienceMs = patienceMs;
    this.#onDamaged = onDamaged;
  }

  /** Since when its disk does not answer, milliseconds since the epoch: a question is open for longer than `patienceMs`. */
  get silentSince(): number | undefined {
    const [oldest] = this.#asked.values();
    return oldest === undefined || Date.now() - oldest.at < this.#patienceMs ? undefined : oldest.at;
  }

  /** How many questions are open. */
  get open(): number {
    return this.#asked.size;
  }

  /** Rejects with a ProblemError. */
  ask<Kind extends Question['ask']>(question: Question & { readonly ask: Kind }): Promise<Answers[Kind]> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#failure('it is closed'));
      // The thread answers a question with what is asked for.
      this.#asked.set(id, { at: Date.now(), resolve: resolve as Asked['resolve'], reject });
      this.#started().postMessage({ ...question, id });
    });
  }

  /** Trap: a thread that hangs in the disk ends with that, and is not waited for. */
  async end(): Promise<void> {
    const worker = this.#worker;
    const hangs = this.silentSince !== undefined;
    this.#ended = true;
    this.#worker = undefined;
    const ended = worker?.terminate();
    if (!hangs) await ended;
    this.#fail('it is closed');
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(program, { workerData: this.#path, name: 'history' });
    const ended = (why: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#fail(why);
    };
    worker.on('message', (message: FromThread) => this.#heard(message));
    worker.on('error', (error) => ended(`its thread ended: ${String(error)}`));
    worker.on('exit', (code) => ended(`its thread ended with ${code}`));
    this.#worker = worker;
    return worker;
  }

  #heard(message: FromThread): void {
    if ('damaged' in message) return this.#onDamaged(message.damaged);
    const asked = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if ('answer' in message) asked?.resolve(message.answer);
    else asked?.reject(new ProblemError(message.problem.code, message.problem.detail));
  }

  #fail(why: string): void {
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const { reject } of asked) reject(this.#failure(why));
  }

  #failure(why: string): ProblemError {
    return new ProblemError('store.unwritable', `${this.#path}: ${why}`);
  }
}
