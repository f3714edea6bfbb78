/**
 * Every address that is wanted somewhere, as a table: sorted, filtered and cut here, so that a page of it is all that travels.
 *
 * In: what is wanted, and word that it may have changed. Out: pages. After a change, the rows that it touched are made anew when somebody asks;
 * each order of them is made when somebody first asks for it, and kept until the next change.
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

interface Table {
  readonly entries: readonly Entry[];
  readonly orders: Map<Column, readonly Entry[]>;
}

export function createAddresses(options: AddressesOptions): Addresses {
  const rows = new Rows();
  let table: Table | undefined;
  return {
    changed: () => void (table = undefined),
    addresses: (query) => {
      table ??= { entries: rows.refreshed(options), orders: new Map() };
      const found = matching(ordered(table, query.sort), query);
      const { offset, limit } = query;
      const isDown = query.descending === 'true';
      const page = isDown ? lastFirst(found, offset, limit) : found.slice(offset, offset + limit);
      return { total: found.length, of: table.entries.length, rows: page.map(({ row }) => row) };
    },
  };
}

/** An address of an origin, with the objects that want it. */
interface Gathered {
  reason: ExposedAddress;
  readonly place: string;
  readonly wantedBy: Map<KeyText, MappingName>;
  /** undefined: something of it changed. */
  entry: Entry | undefined;
}

/** The rows, by what they are of. Objects that are the same as before cost nothing: `desire` makes a new one where anything changed. */
class Rows {
  readonly #rows = new Map<string, Gathered>();
  #objects = new Map<KeyText, DesiredObject>();

  refreshed({ wanted, systems }: AddressesOptions): readonly Entry[] {
    const now = new Map<KeyText, DesiredObject>();
    for (const system of systems())
      for (const key of wanted.keys(system)) {
        const object = wanted.get(key);
        if (object !== undefined) now.set(key, object);
      }
    for (const [key, object] of this.#objects) if (now.get(key) !== object) this.#remove(key, object);
    for (const [key, object] of now) if (this.#objects.get(key) !== object) this.#add(key, object);
    this.#objects = now;
    return Array.from(this.#rows.values(), (row) => (row.entry ??= entryOf(row)));
  }

  #remove(key: KeyText, object: DesiredObject): void {
    for (const reason of reasonsOf(object)) {
      const id = idOf(reason);
      const row = this.#rows.get(id);
      row?.wantedBy.delete(key);
      if (row?.wantedBy.size === 0) this.#rows.delete(id);
      else if (row !== undefined) row.entry = undefined;
    }
  }

  #add(key: KeyText, object: DesiredObject): void {
    for (const reason of reasonsOf(object)) {
      const id = idOf(reason);
      const row = this.#rows.get(id) ?? newRow(reason);
      this.#rows.set(id, row);
      row.wantedBy.set(key, object.mapping);
      row.reason = reason;
      row.entry = undefined;
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

const columns: Readonly<Record<Exclude<Column, 'address'>, (row: AddressRow) => string>> = {
  origin: ({ origin }) => origin,
  source: ({ source }) => source,
  node: ({ node }) => node ?? '',
  state: ({ state }) => state,
  mapping: ({ mappings }) => mappings.join(' '),
};

function ordered({ entries, orders }: Table, column: Column): readonly Entry[] {
  const known = orders.get(column);
  if (known !== undefined) return known;
  const order =
    column === 'address' ? byPlace(entries) : byColumn(ordered({ entries, orders }, 'address'), column);
  orders.set(column, order);
  return order;
}

function byPlace(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted(
    (one, other) => compare(one.place, other.place) || compare(one.row.origin, other.row.origin),
  );
}

/** Where a column says the same, the order of the addresses stays: the sort is stable. */
function byColumn(entries: readonly Entry[], column: Exclude<Column, 'address'>): readonly Entry[] {
  const keyOf = columns[column];
  return entries
    .map((entry) => ({ entry, key: keyOf(entry.row) }))
    .sort((one, other) => compare(one.key, other.key))
    .map(({ entry }) => entry);
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
