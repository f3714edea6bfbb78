/**
 * Keeps what the page shows true: by server-sent events, and by asking again and again where those do not come through.
 *
 * A proxy may hold a stream back without ending it, so a stream counts only while something arrives on it. What is shown stays
 * shown when contact is lost; the page says so.
 */
import type { Difference } from '../../backend/api/contract/models.ts';

export type Contact = 'connecting' | 'live' | 'polling' | 'lost';

export interface StreamHandlers {
  readonly onDifference: (difference: Difference) => void;
  /** Nothing new, but the other side is there. */
  readonly onBeat: () => void;
  readonly onError: () => void;
}

export interface FeedOptions {
  /** Opens a stream of what changes after the cursor; returns how to close it. */
  readonly openStream: (after: string | undefined, handlers: StreamHandlers) => () => void;
  readonly poll: (after: string | undefined) => Promise<Difference>;
  readonly onDifference: (difference: Difference) => void;
  readonly onContact: (contact: Contact) => void;
  /** Calls back after `ms`; returns how to cancel it. */
  readonly later: (ms: number, callback: () => void) => () => void;
}

export interface Feed {
  start(): void;
  /** While nobody looks: browsers allow few connections to one host, and hidden tabs must not use them up. */
  stop(): void;
}

/** The first answer carries everything, and may take a moment. */
const firstWordMs = 8_000;
/** Beats come every 15 s. */
const silenceMs = 35_000;
const pollMs = 3_000;
const firstRetryMs = 2_000;
const maxRetryMs = 60_000;

export function createFeed(options: FeedOptions): Feed {
  return new LiveFeed(options);
}

class LiveFeed implements Feed {
  readonly #options: FeedOptions;
  #cursor: string | undefined;
  #closeStream = nothing;
  #cancelWatchdog = nothing;
  #cancelRetry = nothing;
  #cancelPoll = nothing;
  #retryMs = firstRetryMs;
  /** Answers that belong to an earlier start are dropped. */
  #generation = 0;
  #polling = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    this.#options.onContact('connecting');
    this.#openStream();
  }

  stop(): void {
    this.#generation += 1;
    this.#polling = false;
    this.#dropStream();
    this.#cancelRetry();
    this.#cancelPoll();
  }

  #openStream(): void {
    this.#dropStream();
    this.#watch(firstWordMs);
    this.#closeStream = this.#options.openStream(this.#cursor, {
      onDifference: (difference) => {
        this.#alive();
        this.#deliver(difference);
      },
      onBeat: () => this.#alive(),
      onError: () => this.#fallBack(),
    });
  }

  #alive(): void {
    this.#watch(silenceMs);
    this.#retryMs = firstRetryMs;
    this.#polling = false;
    this.#cancelPoll();
    this.#cancelRetry();
    this.#options.onContact('live');
  }

  #fallBack(): void {
    this.#dropStream();
    this.#cancelRetry();
    this.#cancelRetry = this.#options.later(this.#retryMs, () => this.#openStream());
    this.#retryMs = Math.min(maxRetryMs, this.#retryMs * 2);
    if (this.#polling) return;
    this.#polling = true;
    void this.#poll(this.#generation);
  }

  async #poll(generation: number): Promise<void> {
    const current = (): boolean => this.#polling && generation === this.#generation;
    try {
      const difference = await this.#options.poll(this.#cursor);
      if (!current()) return;
      this.#options.onContact('polling');
      this.#deliver(difference);
    } catch {
      if (!current()) return;
      this.#options.onContact('lost');
    }
    this.#cancelPoll = this.#options.later(pollMs, () => void this.#poll(generation));
  }

  #deliver(difference: Difference): void {
    this.#cursor = difference.cursor;
    this.#options.onDifference(difference);
  }

  #watch(ms: number): void {
    this.#cancelWatchdog();
    this.#cancelWatchdog = this.#options.later(ms, () => this.#fallBack());
  }

  #dropStream(): void {
    this.#closeStream();
    this.#closeStream = nothing;
    this.#cancelWatchdog();
    this.#cancelWatchdog = nothing;
  }
}

function nothing(): void {
  // There is nothing to undo yet.
}
