/**
 * The learned endpoints of one EPG: what the fabric shows now, and one record per address made of it. An address that is no
 * longer shown keeps its record, with the moment of the loss, until somebody takes it away.
 *
 * In: what was read or notified. Out: which addresses changed, in the eyes of those who follow members: presence, MAC, identity.
 * That an endpoint moved to another switch is kept, and told to nobody. Decides nothing about the end of a record.
 */
import type { LearnedEndpointRecord } from '../model/cluster-records.ts';
import type { ObjectPath } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import type { RememberedEndpoint, SeenEndpoint, Unsettled } from './ports.ts';

/** `told`: those who follow members hear of it; else only the memory does. */
export type OnChange = (address: IpAddress, told: boolean) => void;

export interface Absentee {
  readonly record: LearnedEndpointRecord;
  /** Monotonic. */
  readonly lostAt: number;
}

export interface Now {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  readonly monotonic: number;
}

export class EndpointShelf {
  readonly epg: string;
  readonly #records = new Map<IpAddress, LearnedEndpointRecord>();
  readonly #lostAt = new Map<IpAddress, number>();
  readonly #seen = new Map<string, SeenEndpoint>();
  readonly #shownAs = new Map<IpAddress, Set<string>>();
  readonly #onChange: OnChange;
  #remembered: readonly RememberedEndpoint[];
  #isListed = false;

  constructor(epg: string, remembered: readonly RememberedEndpoint[], onChange: OnChange) {
    this.epg = epg;
    this.#remembered = remembered;
    this.#onChange = onChange;
  }

  /** It has been listed since start, or since the last `voidAll`. */
  get isListed(): boolean {
    return this.#isListed;
  }

  get records(): ReadonlyMap<IpAddress, LearnedEndpointRecord> {
    return this.#records;
  }

  *absentees(): Iterable<Absentee> {
    for (const [address, lostAt] of this.#lostAt) {
      const record = this.#records.get(address);
      if (record !== undefined) yield { record, lostAt };
    }
  }

  list(seen: readonly SeenEndpoint[], unsettled: Unsettled, now: Now): void {
    const shown = new Map(seen.map((each) => [each.id, each]));
    const touched = new Set<IpAddress>();
    for (const [id, { address }] of this.#seen)
      if (!shown.has(id) && !unsettled.has(id)) {
        this.#hide(id);
        touched.add(address);
      }
    for (const each of shown.values()) for (const address of this.#show(each)) touched.add(address);
    this.#isListed = true;
    this.#recall(now);
    for (const address of touched) this.#settle(address, now);
  }

  /** Shown by itself, or by itself found to be not there. */
  look(id: string, seen: SeenEndpoint | undefined, now: Now): void {
    const before = this.#seen.get(id)?.address;
    if (seen === undefined) this.#hide(id);
    const touched = new Set(seen === undefined ? [] : this.#show(seen));
    if (before !== undefined) touched.add(before);
    for (const address of touched) this.#settle(address, now);
  }

  /** The records stay, to be compared with the next list. */
  voidAll(): void {
    this.#isListed = false;
  }

  remove(address: IpAddress): void {
    this.#records.delete(address);
    this.#lostAt.delete(address);
  }

  /** Addresses that may look different now. */
  #show(seen: SeenEndpoint): IpAddress[] {
    const before = this.#seen.get(seen.id);
    if (before !== undefined && before.address !== seen.address) this.#hide(seen.id);
    this.#seen.set(seen.id, seen);
    const ids = this.#shownAs.get(seen.address);
    if (ids === undefined) this.#shownAs.set(seen.address, new Set([seen.id]));
    else ids.add(seen.id);
    return before === undefined ? [seen.address] : [before.address, seen.address];
  }

  #hide(id: string): void {
    const address = this.#seen.get(id)?.address;
    this.#seen.delete(id);
    if (address === undefined) return;
    const ids = this.#shownAs.get(address);
    ids?.delete(id);
    if (ids?.size === 0) this.#shownAs.delete(address);
  }

  /** What a former process knew is compared with the first list, and is absent if that does not show it. */
  #recall(now: Now): void {
    const remembered = this.#remembered;
    this.#remembered = [];
    for (const endpoint of remembered) {
      const { address, absentSince } = endpoint;
      if (this.#records.has(address)) continue;
      const since = Math.min(absentSince ?? now.wall, now.wall);
      // Known again first, so that its return or its loss is told by the same rules as any other.
      this.#records.set(address, recordOf(this.epg, endpoint, since));
      this.#lostAt.set(address, now.monotonic - (now.wall - since));
      if (!this.#shownAs.has(address)) this.#onChange(address, true);
    }
  }

  #settle(address: IpAddress, now: Now): void {
    const known = this.#records.get(address);
    const seen = this.#latest(address);
    const next = seen === undefined ? lose(known, now) : recordOf(this.epg, seen, undefined);
    if (next === undefined || next === known) return;
    this.#records.set(address, next);
    if (next.absentSince === undefined) this.#lostAt.delete(address);
    else this.#lostAt.set(address, now.monotonic);
    const told = !isSameMember(known, next);
    if (told || known?.nodes.join() !== next.nodes.join()) this.#onChange(address, told);
  }

  /** Of several that show the address, the one that was learned last. */
  #latest(address: IpAddress): SeenEndpoint | undefined {
    let latest: SeenEndpoint | undefined;
    for (const id of this.#shownAs.get(address) ?? []) {
      const seen = this.#seen.get(id);
      if (seen !== undefined && (latest === undefined || isLater(seen, latest))) latest = seen;
    }
    return latest;
  }
}

function isLater(one: SeenEndpoint, other: SeenEndpoint): boolean {
  return one.learnedAt === other.learnedAt ? one.id > other.id : one.learnedAt > other.learnedAt;
}

function lose(known: LearnedEndpointRecord | undefined, now: Now): LearnedEndpointRecord | undefined {
  if (known === undefined || known.absentSince !== undefined) return known;
  return Object.freeze({ ...known, absentSince: now.wall });
}

function isSameMember(one: LearnedEndpointRecord | undefined, other: LearnedEndpointRecord): boolean {
  return one?.uid === other.uid && one.mac === other.mac && one.absentSince === other.absentSince;
}

type Shown = Pick<SeenEndpoint, 'id' | 'address' | 'mac' | 'nodes'>;

function recordOf(epg: string, shown: Shown, absentSince: number | undefined): LearnedEndpointRecord {
  return Object.freeze({
    kind: 'LearnedEndpoint',
    uid: shown.id,
    path: endpointPath(epg, shown.address),
    namespace: epg,
    name: shown.address,
    labels: {},
    resourceVersion: '',
    address: shown.address,
    mac: shown.mac,
    nodes: shown.nodes,
    absentSince,
  });
}

export function endpointPath(epg: string, address: IpAddress): ObjectPath {
  return `${epg}/${address}` as ObjectPath;
}

/** The EPG and the address of a record's path. */
export function splitEndpointPath(path: ObjectPath): { readonly epg: string; readonly address: IpAddress } {
  const cut = path.lastIndexOf('/');
  return { epg: path.slice(0, cut), address: path.slice(cut + 1) as IpAddress };
}
