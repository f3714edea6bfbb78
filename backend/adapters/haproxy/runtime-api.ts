/**
 * The Runtime API of one HAProxy, over one connection at a time: of ten that it serves, others need some. Opened by `open`
 * alone, so that nothing is asked of, or written to, a process that nobody has looked at yet.
 */
import { ProblemError } from '../../model/problems.ts';
import { Connection } from './connection.ts';
import type { Counters } from './counters.ts';
import type { RuntimeAddress } from './options.ts';
import { parseReply, type Reply } from './replies.ts';
import { parseProcess } from './tables.ts';

export interface RuntimeApiOptions {
  readonly address: RuntimeAddress;
  readonly timeoutMs: number;
  readonly counters: Counters;
}

const disabled = 'Proxy is disabled.';
/** Interactive, and each message with its severity. */
const greeting = ['prompt', 'set severity-output number', 'show cli level'];

export class RuntimeApi {
  readonly #options: RuntimeApiOptions;
  #connection: Connection | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** What the socket lets us do: user, operator or admin. */
  level: string | undefined;

  constructor(options: RuntimeApiOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#connection?.isOpen === true;
  }

  /** Resolves when the present connection has ended. */
  get closed(): Promise<undefined> {
    return this.#connection?.closed ?? Promise.resolve(undefined);
  }

  /** A connection of its own making, in place of the one before. */
  async open(): Promise<void> {
    this.close();
    const { address, timeoutMs, counters } = this.#options;
    counters.connections += 1;
    const connection = new Connection(address, timeoutMs);
    this.#connection = connection;
    const [first = '', second = '', third = ''] = greeting;
    // One by one: what comes back before it is interactive is the end of the connection.
    await connection.run([first]);
    await connection.run([second]);
    const [level = ''] = await connection.run([third]);
    this.level = parseReply(level).text;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Whoever has the turn is alone on the connection until `work` ends. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#turn.then(work);
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** Raw replies, for tables. */
  async read(...commands: string[]): Promise<readonly string[]> {
    if (this.#connection === undefined)
      throw new ProblemError('loadBalancer.unreachable', 'there is no connection');
    this.#options.counters.requests += 1;
    return this.#connection.run(commands);
  }

  async run(...commands: string[]): Promise<readonly Reply[]> {
    const replies = (await this.read(...commands)).map(parseReply);
    if (replies.some(({ text }) => text === disabled)) await this.#expectInService();
    return replies;
  }

  /** What a backend says that its configuration disabled, or any of a process that was replaced. */
  async #expectInService(): Promise<void> {
    const [raw = ''] = await this.read('show info');
    if (!parseProcess(raw).isStopping) return;
    this.close();
    throw new ProblemError('loadBalancer.unreachable', 'its process was replaced by another');
  }
}
