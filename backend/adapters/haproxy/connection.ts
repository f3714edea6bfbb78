/**
 * One interactive connection to the Runtime API. A line of commands at a time, each with its reply; after a deadline, an end or a byte
 * that nobody asked for it is of no use any more.
 */
import { connect, type Socket } from 'node:net';
import { ProblemError } from '../../model/problems.ts';
import type { RuntimeAddress } from './options.ts';
import { Replies } from './replies.ts';

interface Waiting {
  readonly count: number;
  readonly replies: string[];
  readonly done: PromiseWithResolvers<readonly string[]>;
}

export class Connection {
  readonly #socket: Socket;
  readonly #replies = new Replies();
  readonly #timeoutMs: number;
  readonly #closed = Promise.withResolvers<undefined>();
  #waiting: Waiting | undefined;
  #failure: ProblemError | undefined;

  constructor(address: RuntimeAddress, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#socket = connect({ ...address, noDelay: true });
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (piece: string) => this.#receive(piece));
    this.#socket.on('error', (error) => this.#fail(error.message, error));
    this.#socket.on('close', () => {
      this.#fail('the connection ended');
      this.#closed.resolve(undefined);
    });
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** Resolves when it has ended, for whatever reason. */
  get closed(): Promise<undefined> {
    return this.#closed.promise;
  }

  close(): void {
    this.#fail('the connection was closed');
  }

  /** Sends the commands as one line; rejects when not all of their replies came. */
  async run(commands: readonly string[]): Promise<readonly string[]> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waiting !== undefined) throw new TypeError('one line of commands at a time');
    const waiting: Waiting = { count: commands.length, replies: [], done: Promise.withResolvers() };
    this.#waiting = waiting;
    const deadline = setTimeout(() => this.#late(), this.#timeoutMs);
    this.#socket.write(`${commands.join(';')}\n`);
    try {
      return await waiting.done.promise;
    } finally {
      clearTimeout(deadline);
    }
  }

  #receive(piece: string): void {
    const complete = this.#replies.take(piece);
    const waiting = this.#waiting;
    if (waiting === undefined) return this.#fail('it said something that nothing asked for');
    waiting.replies.push(...complete);
    if (waiting.replies.length < waiting.count) return;
    if (waiting.replies.length > waiting.count || this.#replies.rest !== '')
      return this.#fail('it answered more than was asked');
    this.#waiting = undefined;
    waiting.done.resolve(waiting.replies);
  }

  #late(): void {
    const why = `no answer within ${this.#timeoutMs} ms`;
    // The master's prompt differs; and beyond `stats maxconn` a connection is taken and never served.
    if (this.#replies.rest.includes('master> ')) return this.#fail('it is the socket of the master process');
    this.#fail(this.#replies.rest === '' ? `${why}; all its connections (stats maxconn) may be in use` : why);
  }

  #fail(detail: string, cause?: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = new ProblemError('loadBalancer.unreachable', detail, { cause });
    this.#waiting?.done.reject(this.#failure);
    this.#waiting = undefined;
    this.#socket.destroy();
  }
}
