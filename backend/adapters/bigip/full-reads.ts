/**
 * Reading everything: at the start, every so often, and until it succeeds after contact was lost. While it does not succeed, or another
 * device answers than the one that was confirmed, or a standby unit, the system as a whole has a problem: nothing is planned, nothing written.
 */
import type { Clock } from '../../model/clock.ts';
import type { Problem } from '../../model/problems.ts';
import { problemOfFailure } from './bigip-error.ts';
import type { Counters } from './counters.ts';
import type { Drift } from '../system/drift.ts';
import type { Log } from './options.ts';
import type { Status } from '../system/status.ts';
import type { Upkeep } from './upkeep.ts';

export interface FullReadsOptions {
  readonly upkeep: Pick<Upkeep, 'readAll'>;
  readonly status: Status;
  readonly drift: Drift<string>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly counters: Counters;
  readonly resyncMs: number;
}

const firstRetryMs = 500;
const mostRetryMs = 30_000;

export class FullReads {
  readonly #options: FullReadsOptions;
  #failures = 0;
  #wake = Promise.withResolvers<undefined>();

  constructor(options: FullReadsOptions) {
    this.#options = options;
  }

  /** Until `signal`; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers();
      await this.#read(signal);
      await this.#pause(signal);
    }
  }

  /** Contact was lost: what is known is of the past until everything was read again. */
  lost(why: Problem): void {
    this.#options.status.set(why);
    this.soon();
  }

  /** Something that was not read is wanted. */
  soon(): void {
    this.#wake.resolve(undefined);
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { upkeep, status, drift, clock, log, counters } = this.#options;
    counters.resyncs += 1;
    try {
      const changed = await upkeep.readAll(signal);
      this.#failures = 0;
      const wasKnown = status.problem === undefined;
      status.set(undefined);
      if (wasKnown) {
        counters.missedChanges += changed.length;
        drift.of(changed, clock.now());
      } else drift.all(clock.now());
    } catch (thrown) {
      if (signal.aborted) return;
      this.#failures += 1;
      const found = problemOfFailure(thrown);
      status.set(found);
      log('warn', 'the device could not be read', { problem: found });
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const { clock, random, resyncMs } = this.#options;
    const awake = new AbortController();
    const ms =
      this.#failures > 0
        ? Math.min(mostRetryMs, firstRetryMs * 2 ** (this.#failures - 1)) * (0.5 + random() / 2)
        : resyncMs * (0.9 + random() * 0.2);
    const pause = clock.sleep(ms, AbortSignal.any([signal, awake.signal])).catch(() => undefined);
    // After a failure nothing shortens the pause: it is there to spare the device.
    await (this.#failures > 0 ? pause : Promise.race([pause, this.#wake.promise]));
    awake.abort();
  }
}
