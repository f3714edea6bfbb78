/**
 * Saves the configuration once nothing was written for a while: what is not saved is lost when the device restarts. In: that something was
 * written. A save that is refused, held or not answered is tried again.
 */
import type { Clock } from '../../model/clock.ts';
import { Held } from '../system/gate.ts';
import { problemOfFailure } from './bigip-error.ts';
import type { Counters } from './counters.ts';
import type { Log } from './options.ts';
import type { Session } from './session.ts';
import type { Turns } from './turns.ts';

export interface SaverOptions {
  readonly session: Pick<Session, 'request'>;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** undefined: never by us. */
  readonly saveAfterMs: number | undefined;
}

const path = '/mgmt/tm/sys/config';
const body = { command: 'save' };
/** It takes seconds, and up to minutes on a large device. */
const timeoutMs = 180_000;
const farewellMs = 10_000;
const retryMs = 10_000;

export class Saver {
  readonly #options: SaverOptions;
  #unsaved = 0;
  #lastWrite = -Infinity;
  #signal: AbortSignal | undefined;
  #working: Promise<void> | undefined;

  constructor(options: SaverOptions) {
    this.#options = options;
  }

  start(signal: AbortSignal): void {
    this.#signal = signal;
  }

  wrote(): void {
    const { clock, saveAfterMs } = this.#options;
    this.#unsaved += 1;
    this.#lastWrite = clock.monotonic();
    if (saveAfterMs === undefined || this.#signal === undefined) return;
    this.#working ??= this.#work(saveAfterMs, this.#signal).finally(() => (this.#working = undefined));
  }

  /** At the end: what was written is saved now, if that may be. */
  async flush(): Promise<void> {
    await this.#working?.catch(() => undefined);
    if (this.#unsaved > 0 && this.#options.saveAfterMs !== undefined) await this.#save(farewellMs);
  }

  async #work(quietMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (this.#unsaved > 0) {
      const due = this.#lastWrite + quietMs;
      const wait = due - clock.monotonic();
      const done = wait <= 0 && (await this.#save(timeoutMs, signal));
      if (done) continue;
      try {
        await clock.sleep(wait > 0 ? wait : retryMs, signal);
      } catch {
        return;
      }
    }
  }

  #save(timeout: number, signal?: AbortSignal): Promise<boolean> {
    const { session, turns, log, counters } = this.#options;
    return turns.take(async () => {
      const saving = this.#unsaved;
      try {
        await session.request({ method: 'POST', path, body, timeoutMs: timeout }, signal);
        this.#unsaved -= saving;
        counters.saves += 1;
        log('debug', 'the configuration is saved');
        return true;
      } catch (thrown) {
        if (signal?.aborted !== true && !(thrown instanceof Held))
          log('warn', 'the configuration is not saved', { problem: problemOfFailure(thrown) });
        return false;
      }
    });
  }
}
