/**
 * Notifications of the fabric: a socket, a few subscriptions on it, and both kept alive. In: the session and the queries to
 * subscribe to. Out: objects that may have changed, and every gap in which something may have been missed.
 *
 * Order: socket open, subscribed, and only then `live`, upon which the listener reads; so nothing falls in between. There is no
 * replay: a loss, a refused refresh and a frame that cannot be read are gaps, upon which the listener reads too. A new login gets a new socket
 * and new subscriptions before the old socket is closed. Knows nothing of what the objects mean.
 */
import { backOffMs, type BackOff } from '../../model/back-off.ts';
import type { Clock } from '../../model/clock.ts';
import { ProblemError, type Problem } from '../../model/problems.ts';
import { ApicError, problemOfFailure } from './apic-error.ts';
import type { Counters } from './counters.ts';
import { decodeEnvelope, type Mo } from './mo.ts';
import type { Log } from './options.ts';
import type { Login } from './logins.ts';
import type { Session } from './session.ts';
import { openSocket, type Socket } from './socket.ts';

export interface SubscriptionListener {
  /** Subscribed, for the first time or again: read everything now. */
  live(): void;
  /** Nothing is heard any more. */
  lost(problem: Problem): void;
  /** Still heard, but something may have been missed: read everything. */
  gap(reason: string): void;
  /** Objects that were created, modified or deleted (`status`), with the arrival, `Clock.now()`. */
  notices(mos: readonly Mo[], at: number): void;
}

/**
 * Somebody else who listens on the same socket, and has subscriptions of its own: how those fare concerns nobody but the guest.
 * `live` says that it may subscribe now, for the first time or again.
 */
export interface Guest extends SubscriptionListener {
  /** Classes that only guests are told of. */
  readonly classes: ReadonlySet<string>;
  /** Attributes of notified objects that are of use to it. */
  readonly keep: ReadonlySet<string>;
}

export interface SubscriptionOptions {
  readonly session: Session;
  /** Paths with their query; evaluated at each subscription, since a release may lack classes. */
  readonly queries: () => readonly string[];
  /** Whether a refusal only taught which class is unknown, so that the queries are worth asking again. */
  readonly learn: (thrown: unknown) => boolean;
  readonly listener: SubscriptionListener;
  /** Attributes of notified objects that are of use. */
  readonly keep: ReadonlySet<string>;
  readonly seconds: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly counters: Counters;
}

const retry: BackOff = { firstMs: 250, maxMs: 30_000 };
/** Connected for this long: the next loss begins with the shortest delay again. */
const steadyMs = 30_000;
const defaultSeconds = 60;

interface Live {
  readonly login: Login;
  readonly socket: Socket;
  readonly ids: string[];
}

export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #guests = new Set<Guest>();
  #keep: ReadonlySet<string>;
  #isLive = false;
  #attempts = 0;
  #signal = new AbortController().signal;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#keep = options.keep;
  }

  /** Returns what takes the guest out again. */
  attach(guest: Guest): () => void {
    this.#guests.add(guest);
    this.#keep = new Set([...this.#keep, ...guest.keep]);
    if (this.#isLive) guest.live();
    return () => void this.#guests.delete(guest);
  }

  /** Begins a subscription on the present socket, with what the query answers at once left out; returns its id. */
  async subscribe(query: string): Promise<string> {
    const { session } = this.#options;
    const { parameter } = this.#life(session.current?.version ?? '');
    // page-size=1: only what comes is wanted; what there is, is read afterwards.
    const path = `${query}&subscription=yes${parameter}&page-size=1`;
    const { subscriptionId } = await session.request({ method: 'GET', path }, this.#signal);
    if (subscriptionId === undefined)
      throw new ProblemError('fabric.incomplete', 'the APIC gave no id for a subscription');
    return subscriptionId;
  }

  /** Lets a subscription live on for as long as a new one. */
  async refresh(id: string): Promise<void> {
    const { session } = this.#options;
    const { parameter } = this.#life(session.current?.version ?? '');
    const path = `/api/subscriptionRefresh.json?id=${id}${parameter}`;
    await session.request({ method: 'GET', path }, this.#signal);
  }

  /** How long a subscription lives without being refreshed. */
  get lifeMs(): number {
    return this.#life(this.#options.session.current?.version ?? '').seconds * 1000;
  }

  /** Follows until the signal; never throws. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    let old: Socket | undefined;
    while (!signal.aborted) {
      try {
        const live = await this.#open();
        old?.close();
        old = undefined;
        const since = this.#options.clock.monotonic();
        this.#begin();
        const end = await this.#follow(live, signal);
        if (end.renewed) old = live.socket;
        else this.#leave(live, end.reason, signal);
        if (this.#options.clock.monotonic() - since > steadyMs) this.#attempts = 0;
        if (end.renewed) continue;
      } catch (thrown) {
        old?.close();
        old = undefined;
        this.#fail(thrown, signal);
      }
      await this.#pause(signal);
    }
    old?.close();
  }

  #fail(thrown: unknown, signal: AbortSignal): void {
    if (!signal.aborted) this.#end(problemOfFailure(thrown));
  }

  #begin(): void {
    this.#isLive = true;
    this.#options.listener.live();
    for (const guest of this.#guests) guest.live();
  }

  #end(problem: Problem): void {
    this.#isLive = false;
    this.#options.listener.lost(problem);
    for (const guest of this.#guests) guest.lost(problem);
  }

  #leave(live: Live, reason: string, signal: AbortSignal): void {
    const { counters, log } = this.#options;
    live.socket.close();
    counters.subscriptions = 0;
    if (signal.aborted) return;
    counters.reconnects += 1;
    log('warn', 'notifications lost, connecting again', { reason });
    this.#end({ code: 'fabric.unreachable', detail: `notifications were lost: ${reason}` });
  }

  /** Full jitter, doubling; never before the session may log in again. */
  async #pause(signal: AbortSignal): Promise<void> {
    const { clock, random, session } = this.#options;
    this.#attempts += 1;
    const delay = backOffMs(this.#attempts, retry, random());
    await clock.sleep(Math.max(session.waitMs, delay) + 1, signal).catch(() => undefined);
  }

  async #open(): Promise<Live> {
    const { session, clock, counters } = this.#options;
    // Without a word of its own, a session that ended looks like a network that broke.
    const login = await session.verified();
    const socket = await openSocket({
      peer: login.peer,
      token: login.token,
      clock,
      signal: this.#signal,
      onFrame: (text) => this.#onFrame(text),
    });
    try {
      const ids = await this.#subscribeAll();
      if (session.current?.generation !== login.generation)
        throw new ProblemError('fabric.unreachable', 'the login was replaced while subscribing');
      counters.subscriptions = ids.length;
      return { login, socket, ids };
    } catch (thrown) {
      socket.close();
      throw thrown;
    }
  }

  async #subscribeAll(): Promise<string[]> {
    for (;;) {
      try {
        const ids: string[] = [];
        for (const query of this.#options.queries()) ids.push(await this.subscribe(query));
        return ids;
      } catch (thrown) {
        if (!this.#options.learn(thrown)) throw thrown;
      }
    }
  }

  /** Releases before 4.0 know no life but the default. */
  #life(version: string): { readonly seconds: number; readonly parameter: string } {
    const old = /^[0-3]\./.test(version);
    const seconds = old ? defaultSeconds : this.#options.seconds;
    return { seconds, parameter: old ? '' : `&refresh-timeout=${seconds}` };
  }

  /** Until the socket ends or the login is replaced. */
  async #follow(
    live: Live,
    signal: AbortSignal,
  ): Promise<{ readonly renewed: boolean; readonly reason: string }> {
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    const refused = this.#keepAlive(live, stop);
    const stopped = new Promise<string>((resolve) => {
      // Not to the System's own signal, which outlives every socket.
      stop.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    const ended = Promise.race([live.socket.ended, stopped, refused]).then((reason) => ({
      renewed: false,
      reason,
    }));
    const renewed = this.#options.session
      .whenReplaced(live.login)
      .then(() => ({ renewed: true, reason: 'new login' }));
    const end = await Promise.race([ended, renewed]);
    over.abort(new Error('over'));
    return end;
  }

  /** Refreshes at half the life; resolves with the reason when the socket must be given up. */
  async #keepAlive(live: Live, stop: AbortSignal): Promise<string> {
    const { clock } = this.#options;
    const { seconds } = this.#life(live.login.version);
    let expiresAt = clock.monotonic() + seconds * 1000;
    let pauseMs = seconds * 500;
    try {
      for (;;) {
        await clock.sleep(pauseMs, stop);
        const refreshed = await this.#refreshAll(live);
        if (refreshed) expiresAt = clock.monotonic() + seconds * 1000;
        else if (clock.monotonic() > expiresAt) return 'subscriptions could not be refreshed in time';
        pauseMs = seconds * (refreshed ? 500 : 100);
      }
    } catch (thrown) {
      return stop.aborted ? 'stopped' : problemOfFailure(thrown).detail;
    }
  }

  /** Whether every subscription lives on. One that was refused is made anew, which is a gap. */
  async #refreshAll({ ids }: Live): Promise<boolean> {
    const { listener, log } = this.#options;
    const queries = this.#options.queries();
    for (const [index, id] of ids.entries()) {
      try {
        await this.refresh(id);
      } catch (thrown) {
        if (!(thrown instanceof ApicError) || thrown.status >= 500) return false;
        log('warn', 'subscription expired, subscribing again', { reason: thrown.text });
        ids[index] = await this.subscribe(queries[index] ?? '');
        listener.gap('a subscription expired');
      }
    }
    return true;
  }

  #onFrame(text: string): void {
    const { listener, clock, counters } = this.#options;
    const at = clock.now();
    const mos = decodeFrame(text, this.#keep);
    if (mos === undefined) {
      for (const each of [listener, ...this.#guests]) each.gap('a notification could not be read');
      return;
    }
    counters.notifications += mos.length;
    for (const guest of this.#guests)
      tell(
        guest,
        mos.filter(({ className }) => guest.classes.has(className)),
        at,
      );
    const ofGuests = ({ className }: Mo): boolean =>
      this.#guests.values().some(({ classes }) => classes.has(className));
    tell(listener, this.#guests.size === 0 ? mos : mos.filter((mo) => !ofGuests(mo)), at);
  }
}

function tell(listener: SubscriptionListener, mos: readonly Mo[], at: number): void {
  if (mos.length > 0) listener.notices(mos, at);
}

function decodeFrame(text: string, keep: ReadonlySet<string>): readonly Mo[] | undefined {
  try {
    return decodeEnvelope(JSON.parse(text), keep)?.imdata;
  } catch {
    return undefined;
  }
}
