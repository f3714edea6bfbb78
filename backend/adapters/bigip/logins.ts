/**
 * Attempts to get a token, with back-off after a failure. In: credentials. Out: a way to say who we are. It keeps none: who uses it,
 * extends it and ends it is the session.
 *
 * A device that has no token login takes name and password with each request; that is tried only where the login says that it is not
 * there, and kept only where it works: while a device starts it says the same.
 */
import type { Clock } from '../../model/clock.ts';
import { ProblemError, type Problem } from '../../model/problems.ts';
import type { Peer } from '../http/peer.ts';
import { BigIpError, isNotRegistered, problemOfFailure } from './bigip-error.ts';
import type { Counters } from './counters.ts';
import { exchange, type Headers } from './exchange.ts';
import { isRecord, numberOf, textOf } from './json.ts';
import type { Credentials, Log } from './options.ts';

export interface Login {
  /** Grows with every new login; extending a token is not a new login. */
  readonly generation: number;
  readonly headers: Headers;
  /** undefined: name and password are sent with each request. */
  readonly token: string | undefined;
  /** When it was given; `Clock.monotonic()`. */
  readonly startedAt: number;
  /** From when it should be extended, and from when it is of no more use. */
  readonly renewAt: number;
  readonly endsAt: number;
}

export interface LoginsOptions {
  readonly peer: Peer;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly counters: Counters;
  readonly timeoutMs: number;
}

/** Refused credentials may lock the user, and each try costs a token where there are too many: they are tried rarely. */
const refused = { first: 30_000, most: 600_000 };
const other = { first: 1000, most: 30_000 };
const standardLifeMs = 1_200_000;
/** How long it is believed that there is no token login. */
const basicForMs = 600_000;

/** At half of what is left. */
export function lifeOf(now: number, startedAt: number, lifeMs: number): { renewAt: number; endsAt: number } {
  const endsAt = startedAt + lifeMs;
  return { endsAt, renewAt: now + (endsAt - now) / 2 };
}

export class Logins {
  readonly #options: LoginsOptions;
  #generation = 0;
  #failures = 0;
  #notBefore = -Infinity;
  #problem: Problem | undefined;

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** Fails at once while a failed attempt is being backed off from. */
  async attempt(signal: AbortSignal | undefined): Promise<Login> {
    const { clock, log, counters } = this.#options;
    if (this.#problem !== undefined && clock.monotonic() < this.#notBefore)
      throw new ProblemError(this.#problem.code, this.#problem.detail);
    counters.logins += 1;
    try {
      const login = await this.#open(signal);
      this.#failures = 0;
      this.#problem = undefined;
      return login;
    } catch (thrown) {
      if (signal?.aborted === true) throw thrown;
      this.#problem = problemOfFailure(thrown);
      log('warn', 'login failed', { problem: this.#problem });
      this.#backOff(this.#problem);
      throw new ProblemError(this.#problem.code, this.#problem.detail, { cause: thrown });
    }
  }

  async #open(signal: AbortSignal | undefined): Promise<Login> {
    try {
      return await this.#token(signal);
    } catch (thrown) {
      if (!isWithoutTokens(thrown)) throw thrown;
      return await this.#basic(thrown, signal);
    }
  }

  async #token(signal: AbortSignal | undefined): Promise<Login> {
    const { peer, credentials, clock, counters, timeoutMs } = this.#options;
    const { username, password, provider } = credentials;
    const body = { username, password, loginProviderName: provider };
    counters.requests += 1;
    const startedAt = clock.monotonic();
    const path = '/mgmt/shared/authn/login';
    const reply = await exchange(peer, { method: 'POST', path, body, timeoutMs }, {}, signal);
    const given = isRecord(reply) && isRecord(reply['token']) ? reply['token'] : {};
    const token = textOf(given['token']);
    if (token === '')
      throw new ProblemError('loadBalancer.incomplete', 'the login came back without a token');
    const seconds = numberOf(given['timeout']);
    const lifeMs = seconds === undefined || seconds <= 0 ? standardLifeMs : seconds * 1000;
    this.#generation += 1;
    return {
      generation: this.#generation,
      headers: { 'x-f5-auth-token': token },
      token,
      startedAt,
      ...lifeOf(startedAt, startedAt, lifeMs),
    };
  }

  /** `cause` is thrown unless name and password are taken: then the device is only starting. */
  async #basic(cause: unknown, signal: AbortSignal | undefined): Promise<Login> {
    const { peer, credentials, clock, counters, log, timeoutMs } = this.#options;
    const text = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
    const headers = { authorization: `Basic ${text}` };
    counters.requests += 1;
    const request = { method: 'GET', path: '/mgmt/tm/sys', timeoutMs } as const;
    await exchange(peer, request, headers, signal).catch((thrown: unknown) => {
      throw thrown instanceof BigIpError && thrown.status === 401 ? thrown : cause;
    });
    log('info', 'the device has no token login, name and password are sent with each request');
    const startedAt = clock.monotonic();
    this.#generation += 1;
    return {
      generation: this.#generation,
      headers,
      token: undefined,
      startedAt,
      renewAt: startedAt + basicForMs,
      endsAt: startedAt + basicForMs,
    };
  }

  #backOff({ code }: Problem): void {
    const { clock, random } = this.#options;
    const isRefusal = code === 'loadBalancer.unauthorized' || code === 'loadBalancer.too-many-tokens';
    const { first, most } = isRefusal ? refused : other;
    const delay = Math.min(most, first * 2 ** this.#failures);
    this.#failures += 1;
    // Never sooner than the first: that is what protects the user from being locked.
    this.#notBefore = clock.monotonic() + delay * (1 + random() / 4);
  }
}

function isWithoutTokens(thrown: unknown): boolean {
  if (isNotRegistered(thrown)) return true;
  return (
    thrown instanceof BigIpError &&
    (thrown.status === 404 || thrown.status === 501 || /not supported/i.test(thrown.text))
  );
}
