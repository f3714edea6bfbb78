/**
 * The subscriptions of one contact: one or two for each EPG, and those for switches. An EPG whose subscription is refused is
 * tried again with every refresh, and concerns no other.
 */
import type { Clock } from '../../../model/clock.ts';
import { problem, ProblemError, type Problem } from '../../../model/problems.ts';
import { ApicError, isClearNo, problemOfFailure } from '../apic-error.ts';
import type { Log } from '../options.ts';
import type { Subscription } from '../subscription.ts';

export interface StandingSubscriptionsOptions {
  readonly subscription: Pick<Subscription, 'subscribe' | 'refresh' | 'lifeMs'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly queriesOf: (epg: string) => readonly string[];
  /** Nothing is heard of this EPG. */
  readonly onUnheard: (epg: string, problem: Problem) => void;
  /** It is heard of again, and something may have been missed. */
  readonly onGap: (epg: string) => void;
}

interface Standing {
  readonly query: string;
  /** undefined: for switches. */
  readonly epg: string | undefined;
  id: string | undefined;
}

const switchQueries = ['/api/class/fabricNode.json?', '/api/class/topSystem.json?'];
/** How long a refused EPG waits for the next attempt. */
const refusedRetryMs = 60_000;

export class StandingSubscriptions {
  readonly #options: StandingSubscriptionsOptions;
  #standing: Standing[] = [];

  constructor(options: StandingSubscriptionsOptions) {
    this.#options = options;
  }

  hears(epg: string): boolean {
    return this.#standing.every((each) => each.epg !== epg || each.id !== undefined);
  }

  /** Everything anew, on the present socket. Throws when it fails for a reason that concerns all. */
  async begin(epgs: readonly string[], stop: AbortSignal): Promise<void> {
    const { queriesOf } = this.#options;
    this.#standing = [
      ...switchQueries.map((query) => ({ query, epg: undefined, id: undefined })),
      ...epgs.flatMap((epg) => queriesOf(epg).map((query) => ({ query, epg, id: undefined }))),
    ];
    for (const each of this.#standing) {
      stop.throwIfAborted();
      await this.#subscribe(each);
    }
  }

  /** Refreshes at half the life, until the signal or until they cannot be kept. */
  async keep(stop: AbortSignal): Promise<never> {
    const { clock, subscription } = this.#options;
    let expiresAt = clock.monotonic() + subscription.lifeMs;
    let pauseMs = this.#pauseMs(0.5);
    for (;;) {
      await clock.sleep(pauseMs, stop);
      const refreshed = await this.#refreshAll(stop);
      if (refreshed) expiresAt = clock.monotonic() + subscription.lifeMs;
      else if (clock.monotonic() > expiresAt)
        throw new ProblemError(
          'fabric.unreachable',
          'subscriptions to endpoints could not be refreshed in time',
        );
      pauseMs = this.#pauseMs(refreshed ? 0.5 : 0.1);
    }
  }

  #pauseMs(share: number): number {
    const pauseMs = this.#options.subscription.lifeMs * share;
    const isComplete = this.#standing.every(({ id }) => id !== undefined);
    return isComplete ? pauseMs : Math.min(pauseMs, refusedRetryMs);
  }

  /** false: some may not live on. */
  async #refreshAll(stop: AbortSignal): Promise<boolean> {
    for (const each of this.#standing) {
      stop.throwIfAborted();
      try {
        if (each.id !== undefined) await this.#options.subscription.refresh(each.id);
        else await this.#again(each);
      } catch (thrown) {
        if (stop.aborted) throw thrown;
        if (!isClearNo(thrown)) return false;
        this.#options.log('warn', 'subscription expired, subscribing again', { reason: thrown.text });
        await this.#again(each);
      }
    }
    return true;
  }

  async #again(each: Standing): Promise<void> {
    await this.#subscribe(each);
    if (each.epg !== undefined && this.hears(each.epg)) this.#options.onGap(each.epg);
  }

  async #subscribe(each: Standing): Promise<void> {
    each.id = undefined;
    try {
      each.id = await this.#options.subscription.subscribe(each.query);
    } catch (thrown) {
      if (!(thrown instanceof ApicError) || !isClearNo(thrown) || thrown.status === 401) throw thrown;
      const { code, detail } = problemOfFailure(thrown);
      this.#options.log('warn', 'subscription refused', { query: each.query, reason: thrown.text });
      if (each.epg !== undefined)
        this.#options.onUnheard(each.epg, problem(code, `EPG ${each.epg}: ${detail}`));
    }
  }
}
