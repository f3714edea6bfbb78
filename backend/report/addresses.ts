/**
 * Every address that is wanted somewhere, as a table: sorted, filtered and cut here, so that a page of it is all that travels.
 *
 * In: what is wanted, and word that it may have changed. Out: pages. After a change, the rows that it touched are made anew when somebody asks;
 * each order of them is made when somebody first asks for it, and mended from then on.
 */
import type { AddressPage, AddressQuery, AddressRow } from '../api/contract/addresses.ts';
import type { KeyText, MappingName, SystemName } from '../model/identity.ts';
import { addressOrder } from '../model/ip.ts';
import type { DesiredObject, ExposedAddress } from '../model/target-object.ts';
import type { WantedView } from './ports.ts';

export interface AddressesOptions {
  readonly wanted: WantedView;
  readonly systems: () => Iterable<SystemName>;
}

export interface Addresses {
  addresses(query: AddressQuery): AddressPage;
  /** What is wanted may be something else now. */
  changed(): void;
}

type Column = AddressQuery['sort'];

/** A row with what it is sorted and searched by. */
interface Entry {
  readonly row: AddressRow;
  /** Sorts as the address counts. */
  readonly place: string;
  /** In lower case; made when somebody searches. */
  text: string | undefined;
}

export function createAddresses(options: AddressesOptions): Addresses {
  const rows = new Rows();
  const orders = new Map<Column, Entry[]>();
  let isDoubtful = true;
  return {
    changed: () => void (isDoubtful = true),
    addresses: (query) => {
      if (isDoubtful) {
        const differences = rows.refreshed(options);
        for (const [column, order] of orders) orders.set(column, mend(order, column, differences));
        isDoubtful = false;
      }
      const order = orders.get(query.sort) ?? sorted([...rows.entries()], query.sort);
      orders.set(query.sort, order);
      const found = matching(order, query);
      const { offset, limit } = query;
      const isDown = query.descending === 'true';
      const page = isDown ? lastFirst(found, offset, limit) : found.slice(offset, offset + limit);
      return { total: found.length, of: order.length, rows: page.map(({ row }) => row) };
    },
  };
}

/** An address of an origin, with the objects that want it. */
interface Gathered {
  reason: ExposedAddress;
  readonly place: string;
  readonly wantedBy: Map<KeyText, MappingName>;
  /** undefined: it is new, or something of it changed. */
  entry: Entry | undefined;
}

/** What a look at everything found to be otherwise. */
interface Differences {
  readonly gone: ReadonlySet<Entry>;
  readonly come: readonly Entry[];
}

/** The rows, by what they are of. Objects that are the same as before cost nothing: `desire` makes a new one where anything changed. */
class Rows {
  readonly #rows = new Map<string, Gathered>();
  readonly #touched = new Set<Gathered>();
  #gone = new Set<Entry>();
  #objects = new Map<KeyText, DesiredObject>();

  refreshed({ wanted, systems }: AddressesOptions): Differences {
    const now = new Map<KeyText, DesiredObject>();
    for (const system of systems())
      for (const key of wanted.keys(system)) {
        const object = wanted.get(key);
        if (object !== undefined) now.set(key, object);
      }
    for (const [key, object] of this.#objects) if (now.get(key) !== object) this.#remove(key, object);
    for (const [key, object] of now) if (this.#objects.get(key) !== object) this.#add(key, object);
    this.#objects = now;
    return this.#taken();
  }

  *entries(): Generator<Entry> {
    for (const { entry } of this.#rows.values()) if (entry !== undefined) yield entry;
  }

  #taken(): Differences {
    const come: Entry[] = [];
    for (const row of this.#touched) if (row.wantedBy.size > 0) come.push((row.entry = entryOf(row)));
    this.#touched.clear();
    const gone = this.#gone;
    this.#gone = new Set();
    return { gone, come };
  }

  #touch(row: Gathered): void {
    if (row.entry !== undefined) this.#gone.add(row.entry);
    row.entry = undefined;
    this.#touched.add(row);
  }

  #remove(key: KeyText, object: DesiredObject): void {
    for (const reason of reasonsOf(object)) {
      const id = idOf(reason);
      const row = this.#rows.get(id);
      if (row === undefined) continue;
      row.wantedBy.delete(key);
      if (row.wantedBy.size === 0) this.#rows.delete(id);
      this.#touch(row);
    }
  }

  #add(key: KeyText, object: DesiredObject): void {
    for (const reason of reasonsOf(object)) {
      const id = idOf(reason);
      const row = this.#rows.get(id) ?? newRow(reason);
      this.#rows.set(id, row);
      row.wantedBy.set(key, object.mapping);
      row.reason = reason;
      this.#touch(row);
    }
  }
}

function* reasonsOf({ items }: DesiredObject): Generator<ExposedAddress> {
  for (const { reasons } of items.values()) yield* reasons;
}

/** The same address of the same origin is one row, however many objects want it. */
function idOf({ address, addressKind, cluster, origin }: ExposedAddress): string {
  return `${address} ${cluster} ${origin.kind} ${origin.path} ${addressKind}`;
}

function newRow(reason: ExposedAddress): Gathered {
  return { reason, place: addressOrder(reason.address), wantedBy: new Map(), entry: undefined };
}

function entryOf({ reason, place, wantedBy }: Gathered): Entry {
  const { address, addressKind, cluster: source, origin, state, node = null } = reason;
  const mappings = [...new Set(wantedBy.values())].sort();
  const targets = [...wantedBy.keys()].sort();
  const row = { address, addressKind, source, origin: originOf(origin), node, state, mappings, targets };
  return { row, place, text: undefined };
}

/** `pod shop/web-1` */
function originOf({ kind, path }: ExposedAddress['origin']): string {
  return `${kind.charAt(0).toLowerCase()}${kind.slice(1)} ${path}`;
}

const columns: Readonly<Record<Column, (row: AddressRow) => string>> = {
  address: () => '',
  origin: ({ origin }) => origin,
  source: ({ source }) => source,
  node: ({ node }) => node ?? '',
  state: ({ state }) => state,
  mapping: ({ mappings }) => mappings.join(' '),
};

/** Where a column says the same, addresses follow each other as they count. */
function sorted(entries: readonly Entry[], column: Column): Entry[] {
  const keyOf = columns[column];
  return entries
    .map((entry) => ({ entry, key: keyOf(entry.row) }))
    .sort((one, other) => compare(one.key, other.key) || byPlace(one.entry, other.entry))
    .map(({ entry }) => entry);
}

function byPlace({ row, place }: Entry, other: Entry): number {
  return (
    compare(place, other.place) ||
    compare(row.origin, other.row.origin) ||
    compare(row.source, other.row.source) ||
    compare(row.addressKind, other.row.addressKind)
  );
}

/** Takes what went out of the order and puts in what came: with many rows and few changes much less work than to sort them. */
function mend(order: Entry[], column: Column, { gone, come }: Differences): Entry[] {
  if (gone.size + come.length > order.length / 20)
    return sorted([...order.filter((entry) => !gone.has(entry)), ...come], column);
  for (const entry of gone) {
    const at = placeIn(order, entry, column);
    if (order[at] === entry) order.splice(at, 1);
  }
  for (const entry of come) order.splice(placeIn(order, entry, column), 0, entry);
  return order;
}

/** How many of the order come before it. */
function placeIn(order: readonly Entry[], entry: Entry, column: Column): number {
  const keyOf = columns[column];
  const key = keyOf(entry.row);
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = order[middle];
    if (other === undefined) break;
    const isBefore = (compare(keyOf(other.row), key) || byPlace(other, entry)) < 0;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function matching(entries: readonly Entry[], query: AddressQuery): readonly Entry[] {
  const { source, mapping, state } = query;
  const search = query.search?.trim().toLowerCase() ?? '';
  if (search === '' && source === undefined && mapping === undefined && state === undefined) return entries;
  return entries.filter(
    (entry) =>
      (source === undefined || entry.row.source === source) &&
      (state === undefined || entry.row.state === state) &&
      (mapping === undefined || entry.row.mappings.includes(mapping)) &&
      (search === '' || textOf(entry).includes(search)),
  );
}

function textOf(entry: Entry): string {
  const { address, origin, node, mappings, targets } = entry.row;
  return (entry.text ??= [address, origin, node ?? '', ...mappings, ...targets].join('\n').toLowerCase());
}

/** A page of the reverse order, without reversing all of it. */
function lastFirst(entries: readonly Entry[], offset: number, limit: number): readonly Entry[] {
  const end = Math.max(0, entries.length - offset);
  return entries.slice(Math.max(0, end - limit), end).reverse();
}
