/**
 * Reads that are complete, or fail. In: paths below /mgmt. Out: what is there; undefined for what is not, after it was made sure.
 *
 * A list without anything, and a 404, are what a device also answers shortly after a part of it restarted. So absence is believed only after
 * the device says that it is ready, and a second read agrees.
 */
import type { Clock } from '../../model/clock.ts';
import { ProblemError } from '../../model/problems.ts';
import { isAbsence, isBigIpError } from './bigip-error.ts';
import type { Counters } from './counters.ts';
import { isRecord, recordsOf, statisticsOf, textOf, type Json } from './json.ts';
import type { Session } from './session.ts';

export interface OneOptions {
  readonly signal?: AbortSignal | undefined;
  /** It was there when it was last read. */
  readonly wasSeen?: boolean;
  /** Tells an object from an answer in its place. */
  readonly isWhole?: (found: Json) => boolean;
}

/** What a collection was known to hold. */
export type Filling = 'unseen' | 'empty' | 'filled';

export interface QueryOptions {
  readonly session: Pick<Session, 'request'>;
  readonly counters: Counters;
  readonly clock: Clock;
}

/** Between the two reads that make an absence certain: of what nobody has seen, and of what was there a moment ago. */
const betweenReadsMs = { unseen: 200, seen: 2000 };
const mostPages = 1000;

export class Query {
  readonly #options: QueryOptions;
  /** Whether this version says by itself that it is ready; undefined: not asked. */
  #hasReady: boolean | undefined;

  constructor(options: QueryOptions) {
    this.#options = options;
  }

  async get(path: string, signal?: AbortSignal): Promise<Json | undefined> {
    const { session, counters } = this.#options;
    counters.reads += 1;
    const value = await session.request({ method: 'GET', path }, signal);
    if (value !== undefined && !isRecord(value))
      throw new ProblemError('loadBalancer.incomplete', `${path}: no object`);
    return value;
  }

  /** The object; undefined: it is certainly not there. */
  async one(
    path: string,
    { signal, wasSeen = false, isWhole = () => true }: OneOptions = {},
  ): Promise<Json | undefined> {
    const read = async (): Promise<Json | undefined> => {
      try {
        const found = await this.get(path, signal);
        return found !== undefined && isWhole(found) ? found : undefined;
      } catch (thrown) {
        if (isAbsence(thrown)) return undefined;
        throw thrown;
      }
    };
    return (await read()) ?? (await this.#again(read, { signal, wasSeen }));
  }

  /** Everything in a collection. That there is nothing is made sure of, unless it was known. */
  async list(path: string, signal?: AbortSignal, known: Filling = 'unseen'): Promise<readonly Json[]> {
    const read = (): Promise<readonly Json[]> => this.#listOnce(path, signal);
    const found = await read();
    if (found.length > 0 || known === 'empty') return found;
    return this.#again(read, { signal, wasSeen: known === 'filled' });
  }

  /** Fails unless the device says that its configuration is loaded. Versions that do not say are believed. */
  async ready(signal?: AbortSignal): Promise<void> {
    if (this.#hasReady === false) return;
    const path = '/mgmt/tm/sys/ready';
    let said: Json | undefined;
    try {
      said = await this.get(path, signal);
      this.#hasReady = true;
    } catch (thrown) {
      if (this.#hasReady === true || !isBigIpError(thrown) || thrown.status !== 404) throw thrown;
      this.#hasReady = false;
      return;
    }
    const answers = statisticsOf(said).flatMap(({ entries }) => Object.entries(entries));
    const no = answers.filter(([, value]) => isRecord(value) && textOf(value['description']) === 'no');
    if (no.length > 0)
      throw new ProblemError('loadBalancer.restarting', `${no.map(([name]) => name).join(', ')}: no`);
  }

  async #again<Found>(
    read: () => Promise<Found>,
    { signal, wasSeen }: { readonly signal: AbortSignal | undefined; readonly wasSeen: boolean },
  ): Promise<Found> {
    await this.ready(signal);
    await this.#options.clock.sleep(betweenReadsMs[wasSeen ? 'seen' : 'unseen'], signal);
    return read();
  }

  async #listOnce(path: string, signal?: AbortSignal): Promise<readonly Json[]> {
    const found: Json[] = [];
    let next: string | undefined = path;
    for (let page = 0; next !== undefined && page < mostPages; page += 1) {
      const reply: Json | undefined = await this.get(next, signal);
      // A list of nothing may have no items at all, but it says that it is a list.
      const isList = Array.isArray(reply?.['items']) || /collectionstate$/.test(textOf(reply?.['kind']));
      if (reply === undefined || !isList)
        throw new ProblemError('loadBalancer.incomplete', `${path}: no list`);
      found.push(...recordsOf(reply['items']));
      // Links name `localhost`, whatever the device is called.
      const link = textOf(reply['nextLink']).replace(/^https?:\/\/[^/]+/, '');
      next = link === '' ? undefined : link;
    }
    return found;
  }
}
