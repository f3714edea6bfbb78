/**
 * Keeps what is told of one EPG true: notifications put endpoints in doubt, and doubts are read. A few are read one by one, more
 * by reading the EPG; what comes while a read is under way waits for the next one. After a read of the EPG there is a pause that
 * grows with the time it took, so that an EPG that never rests does not keep the fabric busy.
 */
import type { Clock } from '../../../model/clock.ts';
import { parseAddress, type IpAddress } from '../../../model/ip.ts';
import type { EndpointListener, SeenEndpoint, Unsettled } from '../../../observe/ports.ts';
import { problemOfFailure } from '../apic-error.ts';
import type { Log } from '../options.ts';
import { endpointPlace } from './endpoint-place.ts';
import type { EndpointReader } from './endpoint-reader.ts';

export interface EpgFollowerOptions {
  readonly epg: string;
  readonly reader: Pick<EndpointReader, 'epg' | 'endpoint'>;
  readonly listener: EndpointListener;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

const fewEndpoints = 3;
const pauseShare = 3;
const mostPauseMs = 5_000;
const firstRetryMs = 500;
const mostRetryMs = 30_000;

export class EpgFollower {
  readonly #options: EpgFollowerOptions;
  /** Endpoints of which the listener knows, or soon will. */
  readonly #known = new Set<string>();
  readonly #doubts = new Set<string>();
  /** Everything is in doubt. */
  #isUnread = false;
  /** What was heard of since the read under way began. */
  #heard: Set<string> | undefined;
  #contact: AbortController | undefined;
  #failures = 0;
  #work: Promise<void> = Promise.resolve();
  #isWorking = false;

  constructor(options: EpgFollowerOptions) {
    this.#options = options;
  }

  knows(id: string): boolean {
    return this.#known.has(id);
  }

  /** An answer that is still to come may show what is no longer so. */
  get isReading(): boolean {
    return this.#heard !== undefined;
  }

  /** Notifications are heard from here on: what was being read before is void. */
  listen(): void {
    this.#contact?.abort(new Error('read again'));
    this.#contact = new AbortController();
    this.#failures = 0;
    this.readAll();
  }

  deaf(): void {
    this.#contact?.abort(new Error('notifications were lost'));
    this.#contact = undefined;
  }

  readAll(): void {
    this.#isUnread = true;
    this.#begin();
  }

  doubt(id: string): void {
    this.#heard?.add(id);
    this.#doubts.add(id);
    this.#begin();
  }

  /** A notification showed all of it. */
  appear(seen: SeenEndpoint): void {
    this.#known.add(seen.id);
    this.#options.listener.appeared(this.#options.epg, seen);
    this.doubt(seen.id);
  }

  /** Resolves when nothing is under way; after the signal nothing begins. */
  async idle(): Promise<void> {
    await this.#work;
  }

  #begin(): void {
    if (this.#isWorking || this.#contact === undefined) return;
    this.#isWorking = true;
    this.#work = this.#readDoubts().finally(() => (this.#isWorking = false));
  }

  async #readDoubts(): Promise<void> {
    const { clock, signal } = this.#options;
    // What arrives in the same turn is read together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#contact !== undefined && !signal.aborted) {
      if (!this.#isUnread && this.#doubts.size === 0) return;
      const stop = AbortSignal.any([signal, this.#contact.signal]);
      const pauseMs = await this.#readSome(stop);
      if (pauseMs > 0) await clock.sleep(pauseMs, stop).catch(() => undefined);
    }
  }

  /** Answers how long to rest. */
  async #readSome(stop: AbortSignal): Promise<number> {
    const { epg, listener, log, random } = this.#options;
    const isSmall = !this.#isUnread && this.#doubts.size <= fewEndpoints;
    const ids = [...this.#doubts];
    this.#doubts.clear();
    this.#isUnread = false;
    try {
      const pauseMs = isSmall ? await this.#readEach(ids, stop) : await this.#readEpg(stop);
      this.#failures = 0;
      return pauseMs;
    } catch (thrown) {
      this.#isUnread = true;
      if (stop.aborted) return 0;
      const problem = problemOfFailure(thrown);
      log('warn', 'endpoints could not be read', { epg, problem });
      listener.unread(epg, problem);
      this.#failures += 1;
      return Math.min(mostRetryMs, firstRetryMs * 2 ** (this.#failures - 1)) * (0.5 + random() / 2);
    } finally {
      this.#heard = undefined;
    }
  }

  async #readEach(ids: readonly string[], stop: AbortSignal): Promise<number> {
    const { epg, reader, listener } = this.#options;
    const heard = (this.#heard = new Set());
    const found = await Promise.all(ids.map(async (id) => ({ id, seen: await reader.endpoint(id, stop) })));
    stop.throwIfAborted();
    for (const { id, seen } of found) {
      // Something was heard of it meanwhile: it is in doubt again.
      if (heard.has(id)) continue;
      if (seen === undefined) this.#known.delete(id);
      else this.#known.add(id);
      listener.looked(epg, id, seen);
    }
    return 0;
  }

  async #readEpg(stop: AbortSignal): Promise<number> {
    const { epg, reader, listener, clock } = this.#options;
    const heard = (this.#heard = new Set<string>());
    const begun = clock.monotonic();
    const seen = await reader.epg(epg, stop);
    stop.throwIfAborted();
    for (const id of this.#known) if (!heard.has(id)) this.#known.delete(id);
    for (const { id } of seen) this.#known.add(id);
    listener.listed(epg, seen, unsettledOf(heard));
    return Math.min(mostPauseMs, (clock.monotonic() - begun) * pauseShare);
  }
}

function unsettledOf(ids: ReadonlySet<string>): Unsettled {
  const unsettled = new Map<string, IpAddress>();
  for (const id of ids) {
    const address = parseAddress(endpointPlace(id)?.address ?? '');
    if (address !== undefined) unsettled.set(id, address);
  }
  return unsettled;
}
