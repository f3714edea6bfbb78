/**
 * Who we are to the device. In: requests. Out: their answers. One token is used for everything, extended in good time by as much as it
 * had at first, and deleted at the end: a token that is left behind lives on for at most that long, and a user has only 100 of them.
 *
 * Who refuses a token may be another device than the one that gave it: so every request, repeated ones too, first passes `admit` with the
 * login that it is to go out with.
 *
 *     401 says                       then
 *     expired, does not exist        log in again, ask again
 *     no token detected              ask again (seen with good tokens, too); then log in again
 *     anything else                  log in again, once: a refusal of the login itself is backed off from
 */
import { BigIpError, problemOfFailure } from './bigip-error.ts';
import { exchange, type BigIpRequest } from './exchange.ts';
import { isRecord, numberOf } from './json.ts';
import { lifeOf, Logins, type Login, type LoginsOptions } from './logins.ts';

/** By how much a token's life is extended at once. */
const extensionSeconds = 1200;
const tokens = '/mgmt/shared/authz/tokens';
const farewellMs = 3000;

/** Asks with one login, and with no other. */
export type Asking = Pick<Session, 'request'>;

export interface SessionOptions extends LoginsOptions {
  /** Throws when the request must not go out with this login. */
  readonly admit?: (login: Login, isWrite: boolean, asking: Asking) => Promise<void>;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #logins: Logins;
  #current: Login | undefined;
  #attempt: Promise<Login> | undefined;
  #hadLogin = false;
  #stop: AbortSignal | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#logins = new Logins(options);
  }

  start(signal: AbortSignal): void {
    this.#stop = signal;
  }

  /** Nothing was applied by an attempt that ended in a 401, so writes too are repeated. */
  request(request: BigIpRequest, signal?: AbortSignal): Promise<unknown> {
    return this.with(async (login, asking) => {
      await this.#options.admit?.(login, request.method !== 'GET', asking);
      return this.#send(login, request, signal);
    });
  }

  /** Acts with the present login, and again while the device refuses it. */
  async with<Result>(act: (login: Login, asking: Asking) => Promise<Result>): Promise<Result> {
    let login = await this.#login();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await act(login, this.#asking(login));
      } catch (thrown) {
        if (!(thrown instanceof BigIpError) || thrown.status !== 401 || attempt > 2) throw thrown;
        const isTransient = /token detected/i.test(thrown.text);
        // Another refusal of a new login is about rights, not about tokens.
        if (attempt === 2 && !isTransient) throw thrown;
        if (attempt === 2 || !isTransient) this.#drop(login);
        login = await this.#login();
      }
    }
  }

  /** Ends the token, as far as the device can be reached. */
  async logOut(login = this.#current): Promise<void> {
    if (login === undefined) return;
    this.#drop(login);
    if (login.token === undefined) return;
    try {
      await this.#send(login, {
        method: 'DELETE',
        path: `${tokens}/${login.token}`,
        timeoutMs: farewellMs,
      });
    } catch (thrown) {
      // Never the text: the device repeats the path, and with it the token.
      this.#options.log('debug', 'logout failed', { code: problemOfFailure(thrown).code });
    }
  }

  async #login(): Promise<Login> {
    const current = this.#current;
    if (current !== undefined && this.#options.clock.monotonic() < current.renewAt) return current;
    this.#attempt ??= this.#renewed(current).finally(() => (this.#attempt = undefined));
    return this.#attempt;
  }

  async #renewed(old: Login | undefined): Promise<Login> {
    const extended = old === undefined ? undefined : await this.#extend(old);
    if (extended !== undefined) return (this.#current = extended);
    const login = await this.#logins.attempt(this.#stop);
    this.#current = login;
    if (this.#hadLogin) this.#options.counters.relogins += 1;
    this.#hadLogin = true;
    if (old !== undefined) await this.logOut(old);
    return login;
  }

  /** undefined: it cannot be extended any further (its life has a bound: 406), or is gone. */
  async #extend(login: Login): Promise<Login | undefined> {
    const { clock, log } = this.#options;
    if (login.token === undefined || clock.monotonic() >= login.endsAt) return undefined;
    const now = clock.monotonic();
    // Trap: the life is counted from the login, not from now.
    const timeout = Math.ceil((now - login.startedAt) / 1000) + extensionSeconds;
    try {
      const path = `${tokens}/${login.token}`;
      const reply = await this.#send(login, { method: 'PATCH', path, body: { timeout } });
      // Some versions answer well and extend nothing.
      if (!isRecord(reply) || numberOf(reply['timeout']) !== timeout) return undefined;
      return { ...login, ...lifeOf(now, login.startedAt, timeout * 1000) };
    } catch (thrown) {
      log('debug', 'the token is not extended', { code: problemOfFailure(thrown).code });
      return undefined;
    }
  }

  #drop(login: Login): void {
    if (this.#current?.headers === login.headers) this.#current = undefined;
  }

  #asking(login: Login): Asking {
    // What is still written at the end is not kept from it by the end.
    const stop = this.#stop?.aborted === true ? undefined : this.#stop;
    return { request: (request, signal = stop) => this.#send(login, request, signal) };
  }

  #send(login: Login, request: BigIpRequest, signal?: AbortSignal): Promise<unknown> {
    this.#options.counters.requests += 1;
    const { peer, timeoutMs } = this.#options;
    return exchange(peer, { timeoutMs, ...request }, login.headers, signal);
  }
}
