/**
 * The login at one of the fabric's controllers. In: credentials, controllers in order of preference. Out: `request`, which
 * carries exactly one cookie, and the present login for whoever opens a socket with it.
 *
 * Renewal: the token at half its time, the login itself before its maximum life. Attempts to log in run one at a time, with
 * back-off, never faster than the APIC's own throttle. Knows nothing of classes, queries and notifications.
 */
import type { Clock } from '../../model/clock.ts';
import { problem, ProblemError, type Problem } from '../../model/problems.ts';
import type { Peer } from '../http/peer.ts';
import { PeerError } from '../http/peer-error.ts';
import { ApicError, isTokenRefusal, problemOfFailure } from './apic-error.ts';
import type { Counters } from './counters.ts';
import { exchange, only, type ApicRequest } from './exchange.ts';
import type { Log } from './options.ts';
import type { Envelope } from './mo.ts';

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

export interface SessionOptions {
  readonly peers: readonly Peer[];
  readonly credentials: { readonly username: string; readonly password: string };
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly counters: Counters;
}

/** The APIC's web server takes two logins a second by default, from everybody. */
const betweenLoginsMs = 1000;
/** Refused credentials may lock the user, so they are tried rarely. */
const backOff = { refused: { first: 30_000, most: 600_000 }, other: { first: 1000, most: 30_000 } } as const;
/** A 403 that does not name the token may be our rights; how often we make sure. */
const betweenChecksMs = 10_000;
/** How long a new login that did not help keeps us from trying another for the same reason. */
const futileForMs = 60_000;
const lifeShare = 0.95;

function seconds(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return (Number.isFinite(value) && value > 0 ? value : fallback) * 1000;
}

export class Session {
  readonly #options: SessionOptions;
  #replaced = Promise.withResolvers<undefined>();
  #current: Login | undefined;
  #attempt: Promise<Login> | undefined;
  #generation = 0;
  #rights: readonly Rights[] = [];
  #preferred = 0;
  #failures = 0;
  #notBefore = -Infinity;
  #lastLogin = -Infinity;
  #lastCheck = -Infinity;
  #futile = -Infinity;
  #problem: Problem | undefined;
  #stop: AbortSignal | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Begins to renew by itself, until `signal`; then logs out. */
  start(signal: AbortSignal): void {
    this.#stop = signal;
  }

  get current(): Login | undefined {
    return this.#current;
  }

  /** Of the latest login. */
  get rights(): readonly Rights[] {
    return this.#rights;
  }

  /** Resolves when `login` is no longer the latest. */
  async whenReplaced(login: Login): Promise<void> {
    if (this.#generation === login.generation) await this.#replaced.promise;
  }

  /** Milliseconds until a login may be tried again. */
  get waitMs(): number {
    return Math.max(0, this.#notBefore - this.#options.clock.monotonic());
  }

  /** The present login, or a new one. Fails at once while a failed attempt is being backed off from. */
  async login(): Promise<Login> {
    if (this.#current !== undefined) return this.#current;
    if (this.#attempt === undefined) {
      if (this.waitMs > 0 && this.#problem !== undefined)
        throw new ProblemError(this.#problem.code, this.#problem.detail);
      this.#attempt = this.#logIn().finally(() => (this.#attempt = undefined));
    }
    return this.#attempt;
  }

  /** One request of ours; a refused token is replaced and the request repeated, once. */
  async request(request: ApicRequest, signal?: AbortSignal): Promise<Envelope> {
    const login = await this.login();
    try {
      return await this.#send(login, request, signal);
    } catch (thrown) {
      if (!(thrown instanceof ApicError) || (thrown.status !== 403 && thrown.status !== 401)) throw thrown;
      const renewed = await this.#replace(login, thrown);
      return await this.#again(renewed, request, signal);
    }
  }

  /** The present login, after the APIC has confirmed it; a new one if it has not. */
  async verified(): Promise<Login> {
    if (this.#current !== undefined) await this.#refresh(this.#current);
    return this.login();
  }

  /** Ends the login at the APIC, as far as it can be reached. */
  async logOut(login = this.#current): Promise<void> {
    if (login === undefined) return;
    if (login === this.#current) this.#current = undefined;
    const body = JSON.stringify({ aaaUser: { attributes: { name: this.#options.credentials.username } } });
    try {
      await exchange(
        login.peer,
        { method: 'POST', path: '/api/aaaLogout.json', body, timeoutMs: 3000 },
        login.token,
      );
    } catch (thrown) {
      this.#options.log('debug', 'logout failed', { problem: problemOfFailure(thrown) });
    }
  }

  async #send(login: Login, request: ApicRequest, signal?: AbortSignal): Promise<Envelope> {
    this.#options.counters.requests += 1;
    try {
      return await exchange(login.peer, request, login.token, signal);
    } catch (thrown) {
      this.#noteLoss(login, thrown);
      throw thrown;
    }
  }

  /** A second refusal is about rights, whatever it says of tokens: logging in again would not help the next request either. */
  async #again(login: Login, request: ApicRequest, signal?: AbortSignal): Promise<Envelope> {
    try {
      return await this.#send(login, request, signal);
    } catch (thrown) {
      if (thrown instanceof ApicError && thrown.status === 403)
        this.#futile = this.#options.clock.monotonic();
      throw thrown;
    }
  }

  /** A controller that does not answer is left for the next one, which needs a login of its own. */
  #noteLoss(login: Login, thrown: unknown): void {
    const lost = thrown instanceof PeerError && thrown.reason !== 'aborted';
    if (!lost || this.#options.peers.length < 2 || this.#current !== login) return;
    this.#current = undefined;
    this.#preferred += 1;
    this.#options.log('warn', 'controller does not answer, taking the next', {
      controller: login.peer.baseUrl,
    });
  }

  /** After a 403: the login to repeat the request with, or the refusal itself when the token was not the reason. */
  async #replace(login: Login, refusal: ApicError): Promise<Login> {
    if (this.#current !== login) return this.login();
    const now = this.#options.clock.monotonic();
    const wasFutile = now - this.#futile < futileForMs;
    if (!wasFutile && (refusal.status === 401 || isTokenRefusal(refusal))) {
      this.#current = undefined;
      return this.login();
    }
    if (now - this.#lastCheck < betweenChecksMs) throw refusal;
    this.#lastCheck = now;
    await this.#refresh(login);
    return this.login();
  }

  async #logIn(): Promise<Login> {
    const { clock, peers, log } = this.#options;
    const wait = this.#lastLogin + betweenLoginsMs - clock.monotonic();
    if (wait > 0) await clock.sleep(wait, this.#stop);
    let last: Problem = problem('fabric.unreachable', 'no controller is configured');
    for (let tried = 0; tried < peers.length; tried += 1) {
      const peer = peers[(this.#preferred + tried) % peers.length];
      if (peer === undefined) continue;
      this.#lastLogin = clock.monotonic();
      try {
        const login = await this.#logInAt(peer);
        this.#preferred = (this.#preferred + tried) % peers.length;
        return this.#adopt(login);
      } catch (thrown) {
        last = problemOfFailure(thrown);
        log('warn', 'login failed', { controller: peer.baseUrl, problem: last });
        if (last.code === 'fabric.unauthorized') break;
      }
    }
    throw this.#backedOff(last);
  }

  #backedOff(last: Problem): ProblemError {
    const { clock, random } = this.#options;
    const { first, most } = last.code === 'fabric.unauthorized' ? backOff.refused : backOff.other;
    const delay = Math.min(most, first * 2 ** this.#failures) * (0.75 + random() / 2);
    this.#failures += 1;
    this.#notBefore = clock.monotonic() + delay;
    this.#problem = last;
    return new ProblemError(last.code, last.detail);
  }

  async #logInAt(peer: Peer): Promise<Login> {
    const { credentials, counters, clock } = this.#options;
    counters.requests += 1;
    counters.logins += 1;
    const { username: name, password: pwd } = credentials;
    const body = JSON.stringify({ aaaUser: { attributes: { name, pwd } } });
    const envelope = await exchange(
      peer,
      { method: 'POST', path: '/api/aaaLogin.json', body },
      undefined,
      this.#stop,
    );
    const attributes = only(envelope, 'aaaLogin');
    this.#generation += 1;
    return {
      peer,
      token: attributes['token'] ?? '',
      generation: this.#generation,
      version: attributes['version'] ?? '',
      rights: envelope.imdata
        .filter((mo) => mo.className === 'aaaUserDomain')
        .map(({ attributes: { name: domain = '', rolesR = '', rolesW = '' } }) => ({
          domain,
          rolesR,
          rolesW,
        })),
      refreshMs: seconds(attributes['refreshTimeoutSeconds'], 600),
      endsAt: clock.monotonic() + seconds(attributes['maximumLifetimeSeconds'], 86_400) * lifeShare,
    };
  }

  #adopt(login: Login): Login {
    if (this.#generation > 1) this.#options.counters.relogins += 1;
    this.#current = login;
    this.#rights = login.rights;
    this.#failures = 0;
    this.#notBefore = -Infinity;
    this.#problem = undefined;
    this.#options.log('info', 'logged in', { controller: login.peer.baseUrl, version: login.version });
    void this.#renew(login);
    const replaced = this.#replaced;
    this.#replaced = Promise.withResolvers();
    replaced.resolve(undefined);
    return login;
  }

  /** Lives as long as its login: refreshes the token, and replaces the login in time. */
  async #renew({ generation, refreshMs, endsAt }: Login): Promise<void> {
    const { clock, log } = this.#options;
    let share = 0.5;
    try {
      for (;;) {
        await clock.sleep(Math.max(1, Math.min(refreshMs * share, endsAt - clock.monotonic())), this.#stop);
        const login = this.#current;
        if (login?.generation !== generation) return;
        if (clock.monotonic() >= endsAt) break;
        share = (await this.#refresh(login)) ? 0.5 : 0.1;
        if (this.#gone()) {
          await this.login();
          return;
        }
      }
      await this.#succeed(generation);
    } catch (thrown) {
      if (this.#stop?.aborted !== true) log('debug', 'renewal ended', { problem: problemOfFailure(thrown) });
    }
  }

  #gone(): boolean {
    return this.#current === undefined;
  }

  /** A new login before the old one ends, so that whoever listens can change over without a gap. */
  async #succeed(generation: number): Promise<void> {
    const old = this.#current;
    if (old?.generation !== generation) return;
    this.#current = undefined;
    await this.login();
    await this.#options.clock.sleep(old.refreshMs / 10, this.#stop);
    await this.logOut(old);
  }

  /** Whether the token was renewed. A refused one is dropped; a transient failure leaves it as it is. */
  async #refresh(login: Login): Promise<boolean> {
    this.#options.counters.requests += 1;
    try {
      const reply = await exchange(
        login.peer,
        { method: 'GET', path: '/api/aaaRefresh.json' },
        login.token,
        this.#stop,
      );
      const { token, refreshTimeoutSeconds } = only(reply, 'aaaLogin');
      if (token === undefined || token === '') return false;
      const refreshMs = seconds(refreshTimeoutSeconds, login.refreshMs / 1000);
      if (this.#current === login) this.#current = { ...login, token, refreshMs };
      return true;
    } catch (thrown) {
      this.#noteLoss(login, thrown);
      if (thrown instanceof ApicError && thrown.status < 500 && this.#current === login)
        this.#current = undefined;
      return false;
    }
  }
}
