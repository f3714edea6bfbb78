/**
 * Follows one kind by list and watch, for as long as the signal allows, through whatever the server does.
 *
 *     check identity ─► list ─► watch ─► (ended, cut, silent) ─► check identity ─► watch from where it was
 *          ▲                                                                        │
 *          └────────────── 410, three failed watches in a row, identity void ◄──────┘
 *
 * An open watch that ends is opened again at once, and contact counts as kept; the first failure to open it again
 * tells that contact is lost. Beside the watch everything is listed again now and then, as a safety net.
 *
 * Two back-offs: one for a server that cannot be reached, over with the first watch that it accepts; one for a server
 * that answers but ends its watches at once or forgets the past, over with the first watch that lasts. What was long
 * away and stumbles as it comes back is so tried again at once, and not after the pause that its absence had come to.
 */
import { ProblemError, problemOf } from '../../model/problems.ts';
import { isExpired } from './api-error.ts';
import { createBackOff, type BackOff } from './back-off.ts';
import { readCompletely, type Follow, type Position } from './complete-read.ts';
import { createNap, type Nap } from './nap.ts';
import { createPause, type Pause } from './pause.ts';
import { watch } from './watch.ts';

export interface Follower {
  /** Resolves when the signal is aborted; never throws. */
  run(signal: AbortSignal): Promise<void>;
  /** Lists again now, beside the watch; tries soon, where it waits after a failure. */
  relist(): void;
  /** What was read is void: ends the watch under way; everything is listed anew. */
  restart(): void;
  /** The server answers again, another found: tries soon, where it waits after a failure. */
  retry(): void;
}

/** Failed watches in a row after which the position itself is doubted. */
const mostFailedWatches = 3;

export function backOffOf({ access: { limits, random } }: Follow): BackOff {
  return createBackOff({
    floorMs: limits.backOffFloorMs,
    baseMs: limits.backOffBaseMs,
    mostMs: limits.backOffMostMs,
    random,
  });
}

export function createReflector(follow: Follow): Follower {
  const reflector = new Reflector(follow);
  return {
    run: (signal) => reflector.run(signal),
    relist: () => reflector.relist(),
    restart: () => reflector.restart(),
    retry: () => reflector.retry(),
  };
}

/** What ended a watch, and whether the server had accepted it. */
class WatchFailure extends Error {
  readonly accepted: boolean;

  constructor(accepted: boolean, cause: unknown) {
    super('the watch failed', { cause });
    this.accepted = accepted;
  }
}

class Reflector {
  readonly #follow: Follow;
  /** While the server cannot be reached, or accepts no watch. */
  readonly #away: BackOff;
  /** While it answers, and its watches do not last. */
  readonly #unrest: BackOff;
  readonly #relistNap: Nap;
  readonly #pause: Pause;
  /** Aborted by `restart`; one per try. */
  #session = new AbortController();
  #position: Position | undefined;
  #failedWatches = 0;
  #isWatching = false;
  /** A relist came due while no watch was live. */
  #isRelistOwed = false;

  constructor(follow: Follow) {
    this.#follow = follow;
    this.#away = backOffOf(follow);
    this.#unrest = backOffOf(follow);
    this.#relistNap = createNap(follow.access.clock);
    this.#pause = createPause(follow);
  }

  relist(): void {
    this.#relistNap.wake();
    this.#pause.shorten();
  }

  restart(): void {
    this.#session.abort(new Error('what was read is void'));
  }

  retry(): void {
    this.#pause.shorten();
  }

  async run(outer: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#session.abort(outer.reason);
    outer.addEventListener('abort', onAbort, { once: true });
    this.#relistNowAndThen(outer).catch(() => undefined);
    while (!outer.aborted) {
      const pauseMs = await this.#try();
      if (pauseMs > 0) await this.#pause.sleep(pauseMs, outer).catch(() => undefined);
    }
  }

  /** Follows until something ends it; the pause before the next try. */
  async #try(): Promise<number> {
    const session = new AbortController();
    this.#session = session;
    try {
      await this.#followOnce(session.signal);
      return 0;
    } catch (thrown) {
      // What was restarted by another's finding has not failed: the next check tells what is wrong.
      const found = problemOf(thrown).code;
      const isOwnFinding = found === 'cluster.identity' || found === 'cluster.rewound';
      if (session.signal.aborted && !isOwnFinding) return this.#follow.access.limits.backOffFloorMs;
      return this.#afterFailure(thrown);
    }
  }

  async #followOnce(signal: AbortSignal): Promise<void> {
    const { gate } = this.#follow;
    const isVoid = this.#position?.epoch !== gate.epoch;
    if (this.#position === undefined || isVoid || this.#failedWatches >= mostFailedWatches) {
      this.#position = await readCompletely(this.#follow, false, signal);
      this.#failedWatches = 0;
    } else {
      await gate.check(signal);
    }
    await this.#watchOnce(this.#position, signal);
  }

  async #watchOnce(from: Position, signal: AbortSignal): Promise<void> {
    const { access, gate, listener } = this.#follow;
    const startedAt = access.clock.monotonic();
    const onLive = (): void => {
      this.#isWatching = true;
      this.#away.reset();
      listener.live(access.kind);
      if (this.#isRelistOwed) this.relist();
    };
    const onReached = (resourceVersion: string, isBookmark: boolean): void => {
      this.#position = { resourceVersion, epoch: from.epoch };
      if (isBookmark) gate.admit(resourceVersion, '0');
    };
    const told = { live: onLive, changed: listener.watched, deleted: listener.deleted, reached: onReached };
    const outcome = await watch(access, from.resourceVersion, told, signal).catch((cause: unknown) => ({
      cause,
    }));
    const wasAccepted = this.#isWatching;
    this.#isWatching = false;
    const isShort = access.clock.monotonic() - startedAt < access.limits.shortWatchMs;
    if (!isShort) this.#unrest.reset();
    this.#failedWatches = outcome === undefined ? 0 : this.#failedWatches + 1;
    if (outcome !== undefined) throw new WatchFailure(wasAccepted, outcome.cause);
    if (isShort)
      throw new WatchFailure(
        wasAccepted,
        new ProblemError('cluster.error', 'the server ends the watch at once'),
      );
  }

  /** Says what went wrong, unless it is the first time since all was well; the pause before the next try. */
  #afterFailure(thrown: unknown): number {
    const { access, listener } = this.#follow;
    const failure = thrown instanceof WatchFailure ? thrown : new WatchFailure(false, thrown);
    const found = problemOf(failure.cause);
    const expired = isExpired(failure.cause);
    if (expired) this.#position = undefined;
    access.counters.errors += 1;
    const isFirst = this.#away.attempts + this.#unrest.attempts === 0;
    const isAnswered = failure.accepted || expired;
    const pauseMs = (isAnswered ? this.#unrest : this.#away).next();
    const hasGrace = isFirst && isAnswered && found.code !== 'cluster.silent';
    if (hasGrace) return access.limits.backOffFloorMs;
    listener.lost(access.kind, found);
    return pauseMs;
  }

  /** On its own time, because watches end more often than relists are due. */
  async #relistNowAndThen(signal: AbortSignal): Promise<void> {
    const { random, limits, counters } = this.#follow.access;
    for (;;) {
      await this.#relistNap.sleep(limits.relistMs * (0.9 + 0.2 * random()), signal);
      this.#isRelistOwed = !this.#isWatching;
      if (this.#isRelistOwed) continue;
      try {
        await readCompletely(this.#follow, true, signal);
      } catch {
        // The watch is live and believed; what is wrong with the cluster as a whole the gate has told.
        counters.errors += 1;
      }
    }
  }
}
