/** Puts batches into the file, each whole and once, and keeps who holds what in step with them. */
import type { Database } from '../sqlite/database.ts';
import { applyHolding, applySeen } from './holdings.ts';
import type { Batch, Entry, SeenPart, SeenRow } from './messages.ts';
import type { Row } from './rows.ts';
import { kinds } from './schema.ts';

/** Numbers of names are looked up once; beyond so many the memory of them begins anew. */
const namesKept = 50_000;

const insert = `INSERT INTO entries
  (at, kind, system, mapping, key, person, address, item, what, why, result, detail)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** What was seen of a system so far, until the last part is here. */
interface Seen {
  readonly round: number;
  readonly total: number;
  readonly parts: Map<number, readonly SeenRow[]>;
}

export class Writing {
  readonly #database: Database;
  readonly #names = new Map<string, number>();
  readonly #seen = new Map<string, Seen>();

  constructor(database: Database) {
    this.#database = database;
  }

  write({ writer, number, entries }: Batch): void {
    this.#inOne(() => {
      const last = this.#database.get('SELECT value FROM facts WHERE name = ?', `last of ${writer}`);
      if (last !== undefined && Number(last['value']) >= number) return;
      for (const entry of entries) this.#put(entry);
      this.#database.run("DELETE FROM facts WHERE name LIKE 'last of %'");
      this.#database.run('INSERT INTO facts VALUES (?, ?)', `last of ${writer}`, String(number));
    });
    for (const [system, { parts, total }] of this.#seen)
      if (sizeOf(parts) >= total) this.#seen.delete(system);
    if (this.#names.size > namesKept) this.forgetNames();
  }

  /** Those that are not there yet, whoever put them there. */
  take(rows: readonly Row[]): void {
    this.#inOne(() => {
      for (const row of rows) if (!this.#has(row)) this.#putRow(row);
    });
  }

  forgetNames(): void {
    this.#names.clear();
  }

  #inOne(body: () => void): void {
    try {
      this.#database.transaction(body);
    } catch (error) {
      // Names that were made in it are gone with it.
      this.forgetNames();
      throw error;
    }
  }

  #has({ at, kind, person, what, why, result, detail }: Row): boolean {
    const found = this.#database.get(
      `SELECT 1 FROM entries WHERE at = ? AND kind = ? AND person IS ? AND what = ? AND why = ? AND result = ? AND detail = ?`,
      at,
      kinds.indexOf(kind),
      this.#name(person),
      what,
      why,
      result,
      detail,
    );
    return found !== undefined;
  }

  #put(entry: Entry): void {
    if ('seen' in entry) return this.#see(entry.seen);
    this.#putRow(entry.row);
    if (entry.row.holds !== undefined) applyHolding(this.#database, entry.row);
  }

  #putRow(row: Row): void {
    this.#database.run(
      insert,
      row.at,
      kinds.indexOf(row.kind),
      this.#name(row.system),
      this.#name(row.mapping),
      this.#name(row.key),
      this.#name(row.person),
      row.address,
      row.item,
      row.what,
      row.why,
      row.result,
      row.detail,
    );
  }

  #name(name: string | null): number | null {
    if (name === null) return null;
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    this.#database.run('INSERT OR IGNORE INTO names (name) VALUES (?)', name);
    const id = Number(this.#database.get('SELECT id FROM names WHERE name = ?', name)?.['id']);
    this.#names.set(name, id);
    return id;
  }

  #see(part: SeenPart): void {
    const known = this.#seen.get(part.system);
    const { round, total } = part;
    const seen: Seen = known?.round === round ? known : { round, total, parts: new Map() };
    this.#seen.set(part.system, seen);
    seen.parts.set(part.first, part.items);
    if (sizeOf(seen.parts) >= total) applySeen(this.#database, part, [...seen.parts.values()].flat());
  }
}

function sizeOf(parts: Seen['parts']): number {
  return parts.values().reduce((sum, { length }) => sum + length, 0);
}
