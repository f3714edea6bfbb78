/**
 * Reading everything: when notifications begin, after each gap, and every so often. While notifications are lost, or the first
 * read after it has not succeeded, or another fabric answers than the one that was confirmed, the system as a whole has a problem.
 */
import { backOffMs, type BackOff } from '../../model/back-off.ts';
import type { Clock } from '../../model/clock.ts';
import type { Problem } from '../../model/problems.ts';
import { problemOfFailure } from './apic-error.ts';
import type { Counters } from './counters.ts';
import type { Dn } from './dn.ts';
import type { Drift } from '../system/drift.ts';
import type { Log } from './options.ts';
import type { FabricStatus } from './status.ts';
import type { Upkeep } from './upkeep.ts';

export interface FullReadsOptions {
  readonly upkeep: Pick<Upkeep, 'readAll'>;
  readonly status: FabricStatus;
  readonly drift: Drift<Dn>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly counters: Counters;
  readonly resyncMs: number;
}

const retry: BackOff = { firstMs: 500, maxMs: 30_000 };

export class FullReads {
  readonly #options: FullReadsOptions;
  #signal = new AbortController().signal;
  #queued: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Grows when notifications begin or are lost: what was begun before is void. */
  #epoch = 0;

  constructor(options: FullReadsOptions) {
    this.#options = options;
  }

  start(signal: AbortSignal): void {
    this.#signal = signal;
    this.#resyncs().catch(() => undefined);
  }

  /** Reads everything; those who ask while one waits to begin share it. */
  read(): Promise<void> {
    if (this.#queued !== undefined) return this.#queued;
    const run = this.#last.then(() => {
      this.#queued = undefined;
      this.#options.counters.resyncs += 1;
      return this.#options.upkeep.readAll(this.#signal);
    });
    this.#queued = run;
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** Notifications are heard: read until it succeeds. */
  live(): void {
    this.#epoch += 1;
    void this.#untilTrue(this.#epoch);
  }

  lost(why: Problem): void {
    this.#epoch += 1;
    this.#options.status.set(why);
  }

  /** Something may have been missed. What is known stands until everything was read; then rounds look at every key. */
  gap(reason: string): void {
    this.#options.log('info', 'reading everything again', { reason });
    this.live();
  }

  /** Only the confirmed fabric is believed. While there is a problem already, somebody is about to read until it succeeds. */
  stranger(why: Problem): void {
    const { status } = this.#options;
    if (status.problem !== undefined) return;
    status.set(why);
    this.gap('another fabric answers');
  }

  async #untilTrue(epoch: number): Promise<void> {
    const { status, drift, clock, random, log } = this.#options;
    for (let attempt = 1; epoch === this.#epoch && !this.#signal.aborted; attempt += 1) {
      try {
        await this.read();
        if (!this.#isCurrent(epoch)) return;
        status.set(undefined);
        drift.all(clock.now());
        return;
      } catch (thrown) {
        if (!this.#isCurrent(epoch)) return;
        const found = problemOfFailure(thrown);
        status.set(found);
        log('warn', 'the fabric could not be read', { problem: found });
      }
      await clock.sleep(backOffMs(attempt, retry, random()), this.#signal).catch(() => undefined);
    }
  }

  #isCurrent(epoch: number): boolean {
    return epoch === this.#epoch && !this.#signal.aborted;
  }

  /** Notifications may be lost without a trace; this bounds for how long. */
  async #resyncs(): Promise<void> {
    const { clock, random, resyncMs, status, log } = this.#options;
    let pauseMs = resyncMs;
    for (;;) {
      await clock.sleep(pauseMs * (0.9 + random() * 0.2), this.#signal);
      pauseMs = resyncMs;
      if (status.problem !== undefined) continue;
      try {
        await this.read();
      } catch (thrown) {
        pauseMs = Math.min(resyncMs, retry.maxMs);
        const found = problemOfFailure(thrown);
        log('warn', 'periodic read failed, what is known stands', { problem: found });
      }
    }
  }
}
