/**
 * The login at one of the fabric's controllers. In: credentials, controllers in order of preference. Out: `request`, which
 * carries exactly one cookie, and the present login for whoever opens a socket with it.
 *
 * A refused token may have been given by another fabric than the one that refused it: so every request, repeated ones too, first passes
 * `admit` with the login that it is to go out with.
 *
 * Renewal: the token at half its time, the login itself before its maximum life. One attempt to log in at a time. Knows nothing of
 * classes, queries and notifications.
 */
import { PeerError } from '../http/peer-error.ts';
import { ApicError, isTokenRefusal, problemOfFailure } from './apic-error.ts';
import { accountName } from './credentials.ts';
import { exchange, only, type ApicRequest } from './exchange.ts';
import { Logins, seconds, type Login, type LoginsOptions, type Rights } from './logins.ts';
import type { Envelope } from './mo.ts';

/** A 403 that does not name the token may be our rights; how often we make sure. */
const betweenChecksMs = 10_000;
/** How long a new login that did not help keeps us from trying another for the same reason. */
const futileForMs = 60_000;

/** Asks with one login, and with no other. */
export type Asking = Pick<Session, 'request'>;

export interface SessionOptions extends LoginsOptions {
  /** Throws when the request must not go out with this login. */
  readonly admit?: (login: Login, isWrite: boolean, asking: Asking) => Promise<void>;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #logins: Logins;
  #replaced = Promise.withResolvers<undefined>();
  #current: Login | undefined;
  #attempt: Promise<Login> | undefined;
  #latest: Login | undefined;
  #lastCheck = -Infinity;
  #futile = -Infinity;
  #stop: AbortSignal | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#logins = new Logins(options);
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
    return this.#latest?.rights ?? [];
  }

  /** Resolves when `login` is no longer the latest. */
  async whenReplaced(login: Login): Promise<void> {
    if (this.#latest?.generation === login.generation) await this.#replaced.promise;
  }

  /** Milliseconds until a login may be tried again. */
  get waitMs(): number {
    return this.#logins.waitMs;
  }

  /** The present login, or a new one. Fails at once while a failed attempt is being backed off from. */
  async login(): Promise<Login> {
    if (this.#current !== undefined) return this.#current;
    this.#attempt ??= this.#logins
      .attempt(this.#stop)
      .then((login) => this.#adopt(login))
      .finally(() => (this.#attempt = undefined));
    return this.#attempt;
  }

  /** One request of ours; a refused token is replaced and the request repeated, once. */
  request(request: ApicRequest, signal?: AbortSignal): Promise<Envelope> {
    return this.with(async (login, asking) => {
      await this.#options.admit?.(login, request.method !== 'GET', asking);
      return this.#send(login, request, signal);
    });
  }

  /** Acts with the present login, and once more with its successor when it was refused. */
  async with<Result>(act: (login: Login, asking: Asking) => Promise<Result>): Promise<Result> {
    const login = await this.login();
    try {
      return await act(login, this.#asking(login));
    } catch (thrown) {
      if (!(thrown instanceof ApicError) || (thrown.status !== 403 && thrown.status !== 401)) throw thrown;
      return await this.#again(act, await this.#replace(login, thrown));
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
    const body = JSON.stringify({
      aaaUser: { attributes: { name: accountName(this.#options.credentials) } },
    });
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

  #asking(login: Login): Asking {
    // What is still written at the end is not kept from it by the end.
    const stop = this.#stop?.aborted === true ? undefined : this.#stop;
    return { request: (request, signal = stop) => this.#send(login, request, signal) };
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
  async #again<Result>(
    act: (login: Login, asking: Asking) => Promise<Result>,
    login: Login,
  ): Promise<Result> {
    try {
      return await act(login, this.#asking(login));
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
    this.#logins.avoid(login.peer);
    this.#options.log('warn', 'controller does not answer, taking the next', {
      controller: login.peer.baseUrl,
    });
    // Whoever listens on a socket there learns by the new login that it must change over.
    this.login().catch(() => undefined);
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

  #adopt(login: Login): Login {
    if (this.#latest !== undefined) this.#options.counters.relogins += 1;
    this.#current = login;
    this.#latest = login;
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
