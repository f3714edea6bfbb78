/**
 * How often one may fail to sign in: by user name and by where the request comes from. The first failures are free, after them
 * each one doubles the time until the next attempt. An attempt counts as failed from its beginning, so that many at once are
 * as many failures; it must be asked before anything costly is done.
 *
 * Names are kept as digests: people type passwords into the wrong field.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../model/clock.ts';
import { digest } from '../model/digest.ts';
import { ProblemError } from '../model/problems.ts';
import { neighbourhood } from './neighbourhood.ts';
import { perfOf } from './perf.ts';

export interface Attempt {
  /** Clears what was held against the name: its password was right. The peer may have guessed at others. */
  proven(): void;
  /** Clears what was held against the name and the peer: whoever it is may come in. */
  succeeded(): void;
  /** It could not be found out: it counts neither way. */
  withdrawn(): void;
}

export interface Subject {
  /** With the place where the name is known: `local`, or the fabric. undefined: no name was given. */
  readonly name: string | undefined;
  /** The peer's address. */
  readonly from: string;
}

interface Failures {
  readonly failures: number;
  /** `Clock.monotonic()`. */
  readonly lockedUntil: number;
}

const free = 5;
const firstMs = 1000;
const longestMs = 300_000;
/** What nobody tried for so long is forgotten. */
const rememberedMs = 3_600_000;
/** To push out one that is locked takes so many failures, each of which costs its time. */
const mostRemembered = 10_000;

export class LockOut {
  readonly #clock: Clock;
  readonly #names: LRUCache<string, Failures>;
  readonly #peers: LRUCache<string, Failures>;

  constructor(clock: Clock) {
    this.#clock = clock;
    const records = (): LRUCache<string, Failures> =>
      new LRUCache({ max: mostRemembered, ttl: rememberedMs, ttlResolution: 0, perf: perfOf(clock) });
    this.#names = records();
    this.#peers = records();
  }

  /** Throws `access.locked`, which says for how long. */
  begin({ name, from }: Subject): Attempt {
    const peer = [this.#peers, digest(neighbourhood(from))] as const;
    const named = name === undefined ? [] : [[this.#names, digest(name)] as const];
    const places = [peer, ...named];
    const waitMs = Math.max(...places.map(([records, key]) => this.#waitMs(records.get(key))));
    if (waitMs > 0)
      throw new ProblemError('access.locked', `the next attempt is possible in ${inWords(waitMs)}`);
    const undo = places.map(([records, key]) => this.#count(records, key));
    return {
      proven: () => named.forEach(([records, key]) => records.delete(key)),
      succeeded: () => places.forEach(([records, key]) => records.delete(key)),
      withdrawn: () => undo.forEach((each) => each()),
    };
  }

  #waitMs(record: Failures | undefined): number {
    return record === undefined ? 0 : record.lockedUntil - this.#clock.monotonic();
  }

  /** Returns what takes it back; what other attempts have locked meanwhile stays locked. */
  #count(records: LRUCache<string, Failures>, key: string): () => void {
    const failures = (records.get(key)?.failures ?? 0) + 1;
    const lockedUntil = this.#clock.monotonic() + delayAfter(failures);
    records.set(key, { failures, lockedUntil });
    return () => {
      const now = records.get(key);
      if (now === undefined) return;
      const unlocked = now.lockedUntil === lockedUntil ? 0 : now.lockedUntil;
      records.set(key, { failures: Math.max(0, now.failures - 1), lockedUntil: unlocked });
    };
  }
}

function delayAfter(failures: number): number {
  return failures < free ? 0 : Math.min(longestMs, firstMs * 2 ** Math.min(30, failures - free));
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
