/**
 * The endpoints that one fabric learned in some of its EPGs, followed on the session and the socket of its System.
 *
 *     socket ──► guest ──► notifications ──► followers, one per EPG ──► listener
 *                  └──► standing subscriptions ──┘ switches ──────────────┘
 *
 * Subscribed first, then read; everything is read again after each loss, each gap, and every so often. A notification only puts
 * an endpoint in doubt, with one exception: an `fvIp` that was created and is shown whole is believed at once. It cannot do harm,
 * since it only adds, the read that follows corrects it, and it saves the round trip that a new pod or machine would wait for.
 * One EPG that is missing or refused is unread, and the others go on.
 */
import type { Clock } from '../../../model/clock.ts';
import type { SourceName } from '../../../model/identity.ts';
import { ProblemError, type Problem } from '../../../model/problems.ts';
import type { EndpointFeed, EndpointListener } from '../../../observe/ports.ts';
import { problemOfFailure } from '../apic-error.ts';
import type { Log } from '../options.ts';
import type { Query } from '../query.ts';
import type { Subscription } from '../subscription.ts';
import { EndpointNotices, noticedClasses, noticedAttributes } from './endpoint-notices.ts';
import { EndpointReader } from './endpoint-reader.ts';
import { EpgFollower } from './epg-follower.ts';
import { StandingSubscriptions } from './standing-subscriptions.ts';

export interface EndpointFeedOptions {
  readonly fabric: SourceName;
  readonly query: Query;
  readonly subscription: Pick<Subscription, 'attach' | 'subscribe' | 'refresh' | 'lifeMs'>;
  /** Which fabric answers. */
  readonly identity: (signal: AbortSignal) => Promise<string>;
  /** The identity that was confirmed; undefined on first contact. */
  readonly expectedIdentity: () => string | undefined;
  /** Release of the fabric; empty: not known. */
  readonly version: () => string;
  readonly resyncMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

export function createEndpointFeed(options: EndpointFeedOptions, epgs: readonly string[]): EndpointFeed {
  const reader = new EndpointReader(options);
  let running: Following | undefined;
  return {
    fabric: options.fabric,
    async follow(listener, signal) {
      running = new Following({ ...options, reader, listener, signal, epgs });
      await running.run();
    },
    reread: (asked) => void running?.reread(asked),
    async isThere(_epg, id, signal) {
      try {
        return (await reader.endpoint(id, signal)) === undefined ? 'absent' : 'present';
      } catch {
        return 'unknown';
      }
    },
  };
}

interface FollowingOptions extends EndpointFeedOptions {
  readonly reader: EndpointReader;
  readonly listener: EndpointListener;
  readonly signal: AbortSignal;
  readonly epgs: readonly string[];
}

const firstRetryMs = 500;
const mostRetryMs = 30_000;

class Following {
  readonly #options: FollowingOptions;
  readonly #followers: ReadonlyMap<string, EpgFollower>;
  readonly #standing: StandingSubscriptions;
  /** Ends what belongs to one contact; undefined: nothing is heard. */
  #contact: AbortController | undefined;
  #switchRead: Promise<void> | undefined;
  #lastSwitchRead: Promise<void> = Promise.resolve();
  /** Everything that is under way. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: FollowingOptions) {
    const { epgs, reader, subscription, clock, log } = options;
    this.#options = options;
    this.#followers = new Map(epgs.map((epg) => [epg, new EpgFollower({ ...options, epg })]));
    this.#standing = new StandingSubscriptions({
      subscription,
      clock,
      log,
      queriesOf: (epg) => reader.subscriptions(epg),
      onUnheard: (epg, found) => this.#unheard(epg, found),
      onGap: (epg) => this.#gap(epg),
    });
  }

  async run(): Promise<void> {
    const { subscription, signal } = this.#options;
    const notices = new EndpointNotices({
      followers: this.#followers,
      onSwitches: () => void this.#keep(this.#tellSwitches()),
    });
    const leave = subscription.attach({
      classes: noticedClasses,
      keep: noticedAttributes,
      live: () => this.#live(),
      lost: (found) => this.#lost(found),
      gap: () => this.#live(),
      notices: (mos) => notices.receive(mos),
    });
    void this.#keep(this.#resyncs());
    await new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    leave();
    this.#contact?.abort(signal.reason);
    await Promise.allSettled([...this.#underWay, ...this.#followers.values().map((each) => each.idle())]);
  }

  /** The switches before the EPGs: whoever judges an absence must know how they are. */
  async reread(epgs: readonly string[]): Promise<void> {
    const contact = this.#contact;
    if (contact === undefined) return;
    await this.#keep(this.#tellSwitches());
    if (!contact.signal.aborted) for (const epg of epgs) this.#followers.get(epg)?.readAll();
  }

  /** Never rejects for whoever waits; known until it has ended. */
  #keep(work: Promise<void>): Promise<void> {
    const kept = work.catch(() => undefined).finally(() => this.#underWay.delete(kept));
    this.#underWay.add(kept);
    return kept;
  }

  #live(): void {
    this.#contact?.abort(new Error('begun again'));
    for (const follower of this.#followers.values()) follower.deaf();
    // Between two logins nothing is lost that the reads to come do not show, but an absence is not certain meanwhile.
    this.#options.listener.gap(undefined);
    this.#contact = new AbortController();
    const stop = AbortSignal.any([this.#options.signal, this.#contact.signal]);
    void this.#keep(this.#follow(stop));
  }

  #lost(found: Problem): void {
    this.#contact?.abort(new Error('notifications were lost'));
    this.#contact = undefined;
    this.#deafen(found);
  }

  /** Subscribes, reads, and keeps the subscriptions alive, until the contact ends. */
  async #follow(stop: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const found = await this.#followOnce(stop).catch(problemOfFailure);
      if (stop.aborted) return;
      log('warn', 'endpoints cannot be followed', { problem: found });
      this.#deafen(found);
      const most = Math.min(mostRetryMs, firstRetryMs * 2 ** attempt);
      await clock.sleep(most * (0.5 + random() / 2), stop).catch(() => undefined);
    }
  }

  async #followOnce(stop: AbortSignal): Promise<never> {
    await this.#confirm(stop);
    await this.#standing.begin([...this.#followers.keys()], stop);
    await this.#tellSwitches();
    stop.throwIfAborted();
    for (const [epg, follower] of this.#followers) if (this.#standing.hears(epg)) follower.listen();
    return this.#standing.keep(stop);
  }

  #deafen(found: Problem): void {
    const { listener } = this.#options;
    for (const follower of this.#followers.values()) follower.deaf();
    if (found.code === 'fabric.identity') listener.voided(found);
    else listener.lost(found);
  }

  /** Only the confirmed fabric is believed. */
  async #confirm(stop: AbortSignal): Promise<void> {
    const { identity, expectedIdentity, listener } = this.#options;
    const found = await identity(stop);
    stop.throwIfAborted();
    const expected = expectedIdentity();
    if (expected !== undefined && expected !== found)
      throw new ProblemError('fabric.identity', `it is ${found} now, confirmed was ${expected}`);
    listener.identified(found);
  }

  /** One read at a time; those who ask while one waits to begin share it. It is true whatever became of the contact. */
  #tellSwitches(): Promise<void> {
    if (this.#switchRead !== undefined) return this.#switchRead;
    const run = this.#lastSwitchRead.then(() => {
      this.#switchRead = undefined;
      return this.#readSwitches();
    });
    this.#switchRead = run;
    this.#lastSwitchRead = run;
    return run;
  }

  /** Switches that cannot be read are in no known state: then no absence counts, and endpoints are followed all the same. */
  async #readSwitches(): Promise<void> {
    const { reader, listener, log, signal } = this.#options;
    try {
      const states = await reader.switches(signal);
      if (!signal.aborted) listener.switches(states);
    } catch (thrown) {
      if (signal.aborted) return;
      log('warn', 'switches could not be read', { problem: problemOfFailure(thrown) });
      listener.switches([]);
    }
  }

  #unheard(epg: string, found: Problem): void {
    this.#followers.get(epg)?.deaf();
    this.#options.listener.unread(epg, found);
  }

  #gap(epg: string): void {
    this.#options.listener.gap(epg);
    this.#followers.get(epg)?.listen();
  }

  /** Notifications may be lost without a trace; this bounds for how long. */
  async #resyncs(): Promise<void> {
    const { clock, random, resyncMs, signal } = this.#options;
    for (;;) {
      await clock.sleep(resyncMs * (0.9 + random() * 0.2), signal);
      await this.reread([...this.#followers.keys()]);
    }
  }
}
