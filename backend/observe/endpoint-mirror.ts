/**
 * The learned endpoints of one fabric as they are known now, EPG by EPG: what the feed tells, how far each EPG can be believed,
 * and when an absence is long enough to be an end.
 *
 * An endpoint leaves only upon a complete read of its EPG that does not show it, after its absence has counted for the whole
 * time of its EPG (see `absence`) and the EPG was listened to without a gap for as long: after any loss of contact, and any
 * gap, the time begins anew with the next complete read. Whoever waits for that read is told when to ask for it.
 */
import type { Clock } from '../model/clock.ts';
import type { LearnedEndpointRecord } from '../model/cluster-records.ts';
import { worst, type Freshness } from '../model/freshness.ts';
import type { IpAddress } from '../model/ip.ts';
import type { ObjectPath, SourceName } from '../model/identity.ts';
import type { Problem } from '../model/problems.ts';
import type { KindView, Sighting, SourceView } from '../model/source-view.ts';
import type { Absence } from './absence.ts';
import { EndpointShelf, splitEndpointPath, type Absentee, type Now } from './endpoint-shelf.ts';
import { lossesOf, placesOf } from './losses.ts';
import type { EndpointListener, FollowedEpg, RememberedEndpoint, Unsettled } from './ports.ts';

export interface EndpointMirrorOptions {
  readonly fabric: SourceName;
  readonly follow: readonly FollowedEpg[];
  readonly remembered: readonly RememberedEndpoint[];
  readonly absence: Absence;
  readonly clock: Clock;
  readonly onNotice: (path: ObjectPath, sighting: Sighting) => void;
  /** What is to be remembered of it changed. */
  readonly onMemory: (epg: string, address: IpAddress) => void;
  readonly onFreshness: () => void;
  /** Anything was told: ends of absences may have moved. */
  readonly onTold: () => void;
}

interface Epg {
  readonly shelf: EndpointShelf;
  readonly absentForMs: number;
  /** Monotonic; undefined: not listened to without a gap. */
  certainSince: number | undefined;
  /** It was listed since contact was made. */
  isLive: boolean;
  /** It was listed, or could not be. */
  isTold: boolean;
  problem: Problem | undefined;
}

const elsewhere: KindView = { freshness: 'synced', count: 0, lastContact: 0, problem: undefined };

export class EndpointMirror {
  readonly view: SourceView;
  readonly listener: EndpointListener;
  readonly #options: EndpointMirrorOptions;
  readonly #epgs = new Map<string, Epg>();
  /** Switches that lost something in what is being told now. */
  readonly #losers = new Set<string>();
  #identity: string | undefined;
  #problem: Problem | undefined;
  #lastContact = 0;
  #sighting: Sighting = 'listed';

  constructor(options: EndpointMirrorOptions) {
    this.#options = options;
    const remembered = Map.groupBy(options.remembered, ({ epg }) => epg);
    for (const { epg, absentForMs } of options.follow) {
      const shelf = new EndpointShelf(epg, remembered.get(epg) ?? [], (address, told) =>
        this.#changed(shelf, address, told),
      );
      const unknown = { certainSince: undefined, isLive: false, isTold: false, problem: undefined };
      this.#epgs.set(epg, { shelf, absentForMs, ...unknown });
    }
    this.view = this.#createView();
    this.listener = this.#createListener();
  }

  /** Every EPG was read, or could not be. */
  get isTold(): boolean {
    return this.#problem !== undefined || this.#epgs.values().every(({ isTold }) => isTold);
  }

  /** EPGs with an absence that will have lasted long enough, with the monotonic moment of the first in each. */
  *due(): Iterable<{ readonly epg: string; readonly at: number }> {
    for (const [name, epg] of this.#epgs) {
      let first = Infinity;
      for (const absentee of epg.shelf.absentees()) first = Math.min(first, this.#endOf(epg, absentee));
      if (first < Infinity) yield { epg: name, at: first };
    }
  }

  record(epg: string, address: IpAddress): LearnedEndpointRecord | undefined {
    return this.#epgs.get(epg)?.shelf.records.get(address);
  }

  #endOf(epg: Epg, { record, lostAt }: Absentee): number {
    if (epg.certainSince === undefined) return Infinity;
    const from = this.#options.absence.countsFrom(record.nodes, lostAt);
    return from === undefined ? Infinity : Math.max(from, epg.certainSince) + epg.absentForMs;
  }

  #freshnessOf(epg: Epg): Freshness {
    if (!epg.shelf.isListed) return 'unknown';
    return epg.isLive ? 'synced' : 'stale';
  }

  #freshness(scope: string | undefined): Freshness {
    if (scope === undefined) return worst([...this.#epgs.values()].map((epg) => this.#freshnessOf(epg)));
    const epg = this.#epgs.get(scope);
    return epg === undefined ? 'unknown' : this.#freshnessOf(epg);
  }

  #createView(): SourceView {
    const { fabric } = this.#options;
    const identity = (): string | undefined => this.#identity;
    const problem = (): Problem | undefined => this.#problem;
    return {
      name: fabric,
      get identity() {
        return identity();
      },
      get problem() {
        return problem();
      },
      freshness: (kinds, scope) =>
        [...kinds].includes('LearnedEndpoint') ? this.#freshness(scope) : 'synced',
      kind: (kind) => (kind === 'LearnedEndpoint' ? this.#kindView() : elsewhere),
      // There are records of one kind only, which the type of the view cannot say.
      get: (kind, path) => (kind === 'LearnedEndpoint' ? this.#get(path) : undefined) as never,
      all: (kind) => (kind === 'LearnedEndpoint' ? this.#all() : []) as never,
    };
  }

  #get(path: ObjectPath): LearnedEndpointRecord | undefined {
    const { epg, address } = splitEndpointPath(path);
    return this.record(epg, address);
  }

  *#all(): Iterable<LearnedEndpointRecord> {
    for (const { shelf } of this.#epgs.values()) yield* shelf.records.values();
  }

  #kindView(): KindView {
    const epgs = [...this.#epgs.values()];
    const count = epgs.reduce((sum, { shelf }) => sum + shelf.records.size, 0);
    const problem = this.#problem ?? epgs.find((epg) => epg.problem !== undefined)?.problem;
    return { freshness: this.#freshness(undefined), count, lastContact: this.#lastContact, problem };
  }

  #createListener(): EndpointListener {
    const { absence, clock, onFreshness, onTold } = this.#options;
    return {
      identified: (identity) => {
        if (this.#identity === identity) return;
        this.#identity = identity;
        onFreshness();
      },
      voided: (problem) => {
        for (const { shelf } of this.#epgs.values()) shelf.voidAll();
        this.#lose(problem);
      },
      lost: (problem) => this.#lose(problem),
      gap: (name) => {
        for (const [each, epg] of this.#epgs)
          if (name === undefined || name === each) epg.certainSince = undefined;
      },
      switches: (states) => {
        absence.switches(states, clock.monotonic());
        onTold();
      },
      listed: (name, seen, unsettled) => {
        const epg = this.#epgs.get(name);
        if (epg === undefined) return;
        this.#note('listed', (now) => epg.shelf.list(seen, unsettled, now));
        this.#listened(epg);
        this.#end(epg, unsettled);
      },
      unread: (name, problem) => this.#unread(name, problem),
      appeared: (name, seen) => {
        const epg = this.#epgs.get(name);
        if (epg?.isLive === true) this.#note('watched', (now) => epg.shelf.look(seen.id, seen, now));
      },
      looked: (name, id, seen) => {
        const epg = this.#epgs.get(name);
        if (epg?.isLive === true) this.#note('watched', (now) => epg.shelf.look(id, seen, now));
      },
    };
  }

  #lose(problem: Problem): void {
    const isNews = this.#problem?.code !== problem.code || this.#problem.detail !== problem.detail;
    for (const epg of this.#epgs.values()) {
      epg.isLive = false;
      epg.certainSince = undefined;
    }
    this.#problem = problem;
    if (isNews) this.#options.onFreshness();
  }

  #listened(epg: Epg): void {
    epg.certainSince ??= this.#options.clock.monotonic();
    const isNews = !epg.isLive || epg.problem !== undefined || this.#problem !== undefined;
    epg.isLive = true;
    epg.isTold = true;
    epg.problem = undefined;
    this.#problem = undefined;
    if (isNews) this.#options.onFreshness();
  }

  #unread(name: string, problem: Problem): void {
    const epg = this.#epgs.get(name);
    if (epg === undefined) return;
    epg.isLive = false;
    epg.isTold = true;
    epg.certainSince = undefined;
    epg.problem = problem;
    this.#options.onFreshness();
  }

  /** Takes what was told, and judges what was lost with it before anything is made of the loss. */
  #note(sighting: Sighting, take: (now: Now) => void): void {
    const { clock, absence, onTold } = this.#options;
    this.#sighting = sighting;
    this.#lastContact = clock.now();
    take({ wall: clock.now(), monotonic: clock.monotonic() });
    const shelves = this.#epgs.values().map(({ shelf }) => shelf);
    for (const [node, losses] of lossesOf(this.#losers, shelves)) absence.suspect(node, losses);
    this.#losers.clear();
    onTold();
  }

  #changed(shelf: EndpointShelf, address: IpAddress, told: boolean): void {
    const { onNotice, onMemory } = this.#options;
    const record = shelf.records.get(address);
    if (record === undefined) return;
    onMemory(shelf.epg, address);
    if (record.absentSince !== undefined) for (const node of placesOf(record)) this.#losers.add(node);
    if (told) onNotice(record.path, record.absentSince === undefined ? this.#sighting : 'watched');
  }

  /** After a complete read: what it did not show, for long enough, is gone. */
  #end(epg: Epg, unsettled: Unsettled): void {
    const now = this.#options.clock.monotonic();
    const open = new Set(unsettled.values());
    const ended = [...epg.shelf.absentees()].filter(
      (each) => this.#endOf(epg, each) <= now && !open.has(each.record.address),
    );
    for (const { record } of ended) {
      epg.shelf.remove(record.address);
      this.#options.onMemory(epg.shelf.epg, record.address);
      this.#options.onNotice(record.path, 'deleted');
    }
  }
}
