/**
 * Stays in touch. HAProxy tells nothing by itself, and a reload drops every server that was added at runtime, so it is asked every probe
 * whether it is still the same process; one that is not is read at once, and every pool of it is looked at.
 *
 * Trap: a connection outlives a reload. It stays with the process that was replaced, which takes commands as if nothing had happened.
 */
import { backOffMs } from '../../model/back-off.ts';
import type { Clock } from '../../model/clock.ts';
import { ProblemError, problemOf } from '../../model/problems.ts';
import type { Counters } from './counters.ts';
import type { Drift } from '../system/drift.ts';
import type { Log } from './options.ts';
import type { RuntimeApi } from './runtime-api.ts';
import type { Status } from '../system/status.ts';
import { parseProcess, type ProcessFacts } from './tables.ts';
import type { Upkeep } from './upkeep.ts';

export interface KeeperOptions {
  readonly api: RuntimeApi;
  readonly upkeep: Upkeep;
  readonly status: Status;
  readonly drift: Drift<string>;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly probeMs: number;
  readonly resyncMs: number;
  readonly expectedIdentity: () => string | undefined;
  readonly onIdentity: (identity: string) => void;
  /** After each read of everything, with the turn. */
  readonly onRead: () => Promise<void>;
}

const firstRetryMs = 20;
const mostRetryMs = 1_000;

export class Keeper {
  readonly #options: KeeperOptions;
  #process: ProcessFacts | undefined;
  #readAt = 0;
  #isRead = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** The process at the other end of the present connection was looked at, and read. */
  get isTrue(): boolean {
    return this.#isRead && this.#options.api.isOpen;
  }

  /** Until the abort; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { api } = this.#options;
    for (let failures = 0; !signal.aborted;) {
      try {
        const wasOpen = api.isOpen;
        await api.take(() => this.#look());
        // A connection that ends as soon as it was made does not count as success.
        if (wasOpen) failures = 0;
      } catch (thrown) {
        failures += 1;
        this.#failed(thrown, signal);
      }
      failures += (await this.#pause(failures, signal)) ? 0 : 1;
    }
    this.#lose();
  }

  #failed(thrown: unknown, signal: AbortSignal): void {
    const { log, status } = this.#options;
    this.#lose();
    if (signal.aborted) return;
    const found = problemOf(thrown);
    if (status.problem?.code !== found.code) log('warn', 'HAProxy could not be read', { problem: found });
    status.set(found);
  }

  #lose(): void {
    this.#isRead = false;
    this.#options.api.close();
  }

  /** Returns false when the connection ended meanwhile. */
  async #pause(failures: number, signal: AbortSignal): Promise<boolean> {
    const { api, clock, random, probeMs } = this.#options;
    if (!api.isOpen) {
      const backOff = { firstMs: firstRetryMs, maxMs: Math.max(probeMs, mostRetryMs) };
      await clock.sleep(backOffMs(Math.max(1, failures), backOff, random()), signal).catch(() => undefined);
      return true;
    }
    const woken = new AbortController();
    const pause = clock.sleep(probeMs, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
    const isOver = api.closed.then(() => false);
    const isStillOpen = await Promise.race([pause.then(() => true), isOver]);
    woken.abort();
    return isStillOpen || signal.aborted;
  }

  async #look(): Promise<void> {
    const { api, clock, counters, resyncMs } = this.#options;
    if (!api.isOpen || clock.monotonic() - this.#readAt >= resyncMs) return this.#begin();
    counters.probes += 1;
    const facts = await this.#facts();
    // The process that took its place answers on a connection of its own.
    if (facts.isStopping) await this.#begin();
  }

  /** A connection, who answers on it, and everything that it knows. */
  async #begin(): Promise<void> {
    const { api, upkeep, status, drift, clock, counters, log } = this.#options;
    this.#isRead = false;
    await api.open();
    const facts = await this.#facts();
    this.#admit(facts.node);
    if (facts.isStopping)
      throw new ProblemError('loadBalancer.unreachable', `process ${facts.pid} is stopping`);
    const hadOwned = upkeep.hasOwned;
    const changed = await upkeep.readAll();
    // Within its first second a restart shows in nothing else.
    const isNew = !this.#isSame(facts) || (hadOwned && !upkeep.hasOwned);
    if (isNew && this.#process !== undefined) {
      counters.reloads += 1;
      log('info', 'HAProxy was reloaded or restarted', { pid: facts.pid, before: this.#process.pid });
    }
    counters.fullReads += 1;
    this.#process = facts;
    this.#readAt = clock.monotonic();
    this.#isRead = true;
    const hadProblem = status.problem !== undefined;
    status.set(undefined);
    if (isNew || hadProblem) drift.all(clock.now());
    else drift.of(changed, clock.now());
    await this.#options.onRead();
  }

  async #facts(): Promise<ProcessFacts> {
    const [raw = ''] = await this.#options.api.read('show info');
    return parseProcess(raw);
  }

  /** Only the confirmed one is believed. */
  #admit(identity: string): void {
    const { expectedIdentity, onIdentity, status } = this.#options;
    onIdentity(identity);
    status.identity = identity;
    const expected = expectedIdentity();
    if (expected !== undefined && expected !== identity)
      throw new ProblemError('loadBalancer.identity', `it is ${identity} now, confirmed was ${expected}`);
  }

  /** In a container the process id is mostly the same each time. */
  #isSame({ pid, uptimeSeconds }: ProcessFacts): boolean {
    const before = this.#process;
    return before !== undefined && before.pid === pid && uptimeSeconds >= before.uptimeSeconds;
  }
}
