/**
 * Attempts to log in: at the controllers in order, with back-off after a failure, never faster than the APIC's own throttle. In: credentials,
 * controllers. Out: a login. It keeps none: who uses it, renews it and ends it is the session.
 */
import { backOffMs, type BackOff } from '../../model/back-off.ts';
import type { Clock } from '../../model/clock.ts';
import { problem, ProblemError, type Problem } from '../../model/problems.ts';
import type { Peer } from '../http/peer.ts';
import { problemOfFailure } from './apic-error.ts';
import type { Counters } from './counters.ts';
import { loginFailure, loginRequest, type ApicCredentials } from './credentials.ts';
import { exchange, only } from './exchange.ts';
import type { Mo } from './mo.ts';
import type { Log } from './options.ts';

/** What the login said that we are. */
export interface Rights {
  readonly domain: string;
  readonly rolesR: string;
  readonly rolesW: string;
}

export interface Login {
  readonly peer: Peer;
  readonly token: string;
  /** Grows with every new login; refreshing a token is not a new login. */
  readonly generation: number;
  readonly version: string;
  readonly rights: readonly Rights[];
  readonly refreshMs: number;
  /** When it must be replaced, `Clock.monotonic()`. */
  readonly endsAt: number;
}

export interface LoginsOptions {
  readonly peers: readonly Peer[];
  readonly credentials: ApicCredentials;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly counters: Counters;
}

/** The APIC's web server takes two logins a second by default, from everybody. */
const betweenLoginsMs = 1000;
/** Refused credentials may lock the user, so they are tried rarely. */
const refused: BackOff = { firstMs: 30_000, maxMs: 600_000, floorMs: 30_000 };
const other: BackOff = { firstMs: 1000, maxMs: 30_000 };
const lifeShare = 0.95;

export function seconds(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return (Number.isFinite(value) && value > 0 ? value : fallback) * 1000;
}

function rightsOf(mos: readonly Mo[]): readonly Rights[] {
  const domains = mos.filter((mo) => mo.className === 'aaaUserDomain');
  return domains.map(({ attributes: { name: domain = '', rolesR = '', rolesW = '' } }) => ({
    domain,
    rolesR,
    rolesW,
  }));
}

export class Logins {
  readonly #options: LoginsOptions;
  #preferred = 0;
  #generation = 0;
  #failures = 0;
  #notBefore = -Infinity;
  #last = -Infinity;
  #problem: Problem | undefined;

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** Milliseconds until it may be tried again. */
  get waitMs(): number {
    return Math.max(0, this.#notBefore - this.#options.clock.monotonic());
  }

  /** This controller was lost: begin with the next one. */
  avoid(peer: Peer): void {
    this.#preferred = (this.#options.peers.indexOf(peer) + 1) % this.#options.peers.length;
  }

  /** Fails at once while a failed attempt is being backed off from. */
  async attempt(signal: AbortSignal | undefined): Promise<Login> {
    const { clock, peers, log } = this.#options;
    if (this.waitMs > 0 && this.#problem !== undefined)
      throw new ProblemError(this.#problem.code, this.#problem.detail);
    const wait = this.#last + betweenLoginsMs - clock.monotonic();
    if (wait > 0) await clock.sleep(wait, signal);
    let last: Problem = problem('fabric.unreachable', 'no controller is configured');
    for (const peer of [...peers.slice(this.#preferred), ...peers.slice(0, this.#preferred)]) {
      try {
        return await this.#at(peer, signal);
      } catch (thrown) {
        last = problemOfFailure(thrown);
        log('warn', 'login failed', { controller: peer.baseUrl, problem: last });
        if (last.code === 'fabric.unauthorized') break;
      }
    }
    throw this.#backOff(last);
  }

  async #at(peer: Peer, signal: AbortSignal | undefined): Promise<Login> {
    const { credentials, counters, clock, peers } = this.#options;
    counters.requests += 1;
    counters.logins += 1;
    this.#last = clock.monotonic();
    const request = loginRequest(credentials);
    const envelope = await exchange(peer, request, undefined, signal).catch((thrown: unknown) => {
      throw loginFailure(thrown, credentials);
    });
    const { token = '', version = '', ...life } = only(envelope, 'aaaLogin');
    this.#generation += 1;
    this.#failures = 0;
    this.#notBefore = -Infinity;
    this.#preferred = peers.indexOf(peer);
    return {
      peer,
      token,
      generation: this.#generation,
      version,
      rights: rightsOf(envelope.imdata),
      refreshMs: seconds(life['refreshTimeoutSeconds'], 600),
      endsAt: clock.monotonic() + seconds(life['maximumLifetimeSeconds'], 86_400) * lifeShare,
    };
  }

  #backOff(last: Problem): ProblemError {
    const { clock, random } = this.#options;
    this.#failures += 1;
    const delay = backOffMs(this.#failures, last.code === 'fabric.unauthorized' ? refused : other, random());
    this.#notBefore = clock.monotonic() + delay;
    this.#problem = last;
    return new ProblemError(last.code, last.detail);
  }
}
