/**
 * Who is signed in. A session is known by a secret of 256 bits, of which only the digest is kept; it ends when it was not used
 * for long, after its longest time, or when it is ended. Sessions do not survive the process.
 */
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../model/clock.ts';
import { digest } from '../model/digest.ts';
import type { AccessSettings } from '../model/mapping.ts';
import type { GrantedRole } from './ports.ts';
import { perfOf } from './perf.ts';

/** Whose session it is. */
export type Account =
  | { readonly kind: 'local'; readonly username: string }
  | {
      readonly kind: 'fabric';
      readonly fabric: string;
      readonly username: string;
      /** As the fabric said at the sign-in; what they come to here is worked out anew each time. */
      readonly roles: readonly GrantedRole[];
    };

export interface Session {
  readonly account: Account;
  /** However much it is used; milliseconds since the epoch. */
  readonly endsAt: number;
}

interface Kept {
  readonly account: Account;
  /** `Clock.now()`. */
  readonly beganAt: number;
  /** `Clock.monotonic()`. */
  readonly startedAt: number;
  /** `Clock.monotonic()`. */
  usedAt: number;
}

const most = 1000;
/** A script that never signs out would push out everybody else's. */
const mostOfOne = 20;

export class Sessions {
  readonly #clock: Clock;
  readonly #settings: () => AccessSettings;
  readonly #kept: LRUCache<string, Kept>;

  constructor(clock: Clock, settings: () => AccessSettings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#kept = new LRUCache({ max: most, ttl: 1, ttlResolution: 0, perf: perfOf(clock) });
  }

  /** Returns the secret. */
  start(account: Account): { readonly secret: string; readonly session: Session } {
    const secret = randomBytes(32).toString('base64url');
    const now = this.#clock.monotonic();
    const kept: Kept = { account, beganAt: this.#clock.now(), startedAt: now, usedAt: now };
    this.#makeRoomFor(account);
    this.#keep(digest(secret), kept);
    return { secret, session: this.#sessionOf(kept) };
  }

  /** undefined: there is no such session, or not any more. `passing`: looking does not count as using it. */
  find(secret: string, use?: 'passing'): Session | undefined {
    const key = digest(secret);
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (this.#leftMs(kept) <= 0) {
      this.#kept.delete(key);
      return undefined;
    }
    if (use !== 'passing') {
      kept.usedAt = this.#clock.monotonic();
      this.#keep(key, kept);
    }
    return this.#sessionOf(kept);
  }

  /** Whether there was one. */
  end(secret: string): boolean {
    return this.#kept.delete(digest(secret));
  }

  /** Ends all that fit, but the ones with these secrets. */
  endWhere(fits: (account: Account) => boolean, kept: readonly string[] = []): void {
    const spared = new Set(kept.map((secret) => digest(secret)));
    for (const [key, { account }] of [...this.#kept.entries()])
      if (fits(account) && !spared.has(key)) this.#kept.delete(key);
  }

  #sessionOf({ account, beganAt }: Kept): Session {
    return { account, endsAt: beganAt + this.#settings().endAfterMs };
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.set(key, kept, { ttl: Math.max(1, Math.ceil(this.#leftMs(kept))) });
  }

  /** By the settings of now, which may be stricter than they were. */
  #leftMs({ startedAt, usedAt }: Kept): number {
    const { idleMs, endAfterMs } = this.#settings();
    return Math.min(usedAt + idleMs, startedAt + endAfterMs) - this.#clock.monotonic();
  }

  #makeRoomFor(account: Account): void {
    const own = [...this.#kept.entries()].filter(([, kept]) => isSame(kept.account, account));
    const oldestFirst = own.sort(([, one], [, other]) => one.usedAt - other.usedAt);
    for (const [key] of oldestFirst.slice(0, Math.max(0, own.length - mostOfOne + 1))) this.#kept.delete(key);
  }
}

function isSame(one: Account, other: Account): boolean {
  const fabricOf = (account: Account): string => (account.kind === 'fabric' ? account.fabric : '');
  return one.kind === other.kind && one.username === other.username && fabricOf(one) === fabricOf(other);
}
