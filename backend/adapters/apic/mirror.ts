/**
 * The fabric as it is known now: external EPGs of the whole fabric, what stands around them, and their faults.
 *
 * It becomes true by reads and by our own accepted writes, never by the content of a notification: that only says what is no longer
 * certain, and one that agrees with what is known (mostly the echo of our own write) says nothing. A read that overlaps with a
 * notification or a write of the same object may be older than either, so the object stays in doubt after it.
 * In: reads, notices, writes. Out: records, who holds a prefix, which names changed. It asks nothing itself.
 */
import type { IpPrefix } from '../../model/ip.ts';
import type { ActualItem, ItemId } from '../../model/target-object.ts';
import type { Codec } from './codec/codec.ts';
import { placeOf } from './dn.ts';
import { FaultBoard, faultClasses } from './faults.ts';
import type { Mo } from './mo.ts';
import { PrefixIndex } from './prefix-index.ts';
import { agrees, carriesMark, mastersOf, sameRecord, type ObjectRecord } from './record.ts';
import { Structure, structureClasses } from './structure.ts';

/** What a notification puts in doubt. */
export type Doubt =
  | { readonly in: 'object'; readonly name: string }
  | { readonly in: 'tenant'; readonly tenant: string }
  | { readonly in: 'faults' };

/** A read under way, with what happened meanwhile to the names that it covers. */
export interface Reading {
  readonly covers: (name: string) => boolean;
  readonly noticed: Set<string>;
  readonly written: Set<string>;
}

/** What a read found. */
export interface Found {
  /** Names whose record is another one now. */
  readonly changed: readonly string[];
  /** Names that must be read again: something happened to them while they were read. */
  readonly uncertain: readonly string[];
}

const none: ReadonlyMap<ItemId, ActualItem> = new Map();

export class Mirror {
  readonly structure = new Structure();
  readonly faults = new FaultBoard();
  readonly #codec: Codec;
  readonly #objects = new Map<string, ObjectRecord>();
  readonly #prefixes = new PrefixIndex();
  readonly #owned = new Set<string>();
  /** By the DN of a master. */
  readonly #heirs = new Map<string, readonly string[]>();
  readonly #readings = new Set<Reading>();

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  get(name: string): ObjectRecord | undefined {
    return this.#objects.get(name);
  }

  names(): Iterable<string> {
    return this.#objects.keys();
  }

  /** Names of objects with a mark of ours on them or on one of their items. */
  owned(): Iterable<string> {
    return this.#owned;
  }

  holders(name: string, prefix: IpPrefix): readonly string[] {
    return this.#prefixes.holders(name, prefix);
  }

  /** Some subnets leak their classification into VRFs that we do not follow. */
  get hasLeaks(): boolean {
    return this.#prefixes.sharedCount > 0 && this.structure.vrfsInUse().size > 1;
  }

  /** Announces a read of names for which `covers` holds; ends with `finish` or `abandon`. */
  begin(covers: (name: string) => boolean): Reading {
    const reading: Reading = { covers, noticed: new Set(), written: new Set() };
    this.#readings.add(reading);
    return reading;
  }

  abandon(reading: Reading): void {
    this.#readings.delete(reading);
  }

  /** Takes what was read: every covered name that is not among the records is absent. */
  finish(reading: Reading, records: ReadonlyMap<string, ObjectRecord>): Found {
    this.#readings.delete(reading);
    const changed: string[] = [];
    const uncertain: string[] = [];
    const covered = [...this.#objects.keys()].filter((name) => reading.covers(name));
    for (const name of new Set([...covered, ...records.keys()])) {
      const record = records.get(name);
      if (sameRecord(this.#objects.get(name), record)) continue;
      if (reading.written.has(name) || reading.noticed.has(name)) uncertain.push(name);
      if (reading.written.has(name)) continue;
      changed.push(name, ...this.replace(name, record));
    }
    return { changed, uncertain };
  }

  /** What we wrote and the APIC accepted. Answers names of others that may now do what they could not. */
  write(name: string, record: ObjectRecord | undefined): readonly string[] {
    for (const reading of this.#readings) if (reading.covers(name)) reading.written.add(name);
    return this.replace(name, record);
  }

  /** Answers names of others that wait for a prefix which is no longer held here. */
  replace(name: string, record: ObjectRecord | undefined): readonly string[] {
    const old = this.#objects.get(name);
    const freed = this.#reindex(name, old, record);
    for (const master of old === undefined ? [] : mastersOf(old))
      this.#heirs.set(
        master,
        this.heirs(master).filter((heir) => heir !== name),
      );
    for (const master of record === undefined ? [] : mastersOf(record))
      this.#heirs.set(master, [...this.heirs(master), name]);
    if (record === undefined) this.#objects.delete(name);
    else this.#objects.set(name, record);
    if (record !== undefined && carriesMark(record)) this.#owned.add(name);
    else this.#owned.delete(name);
    return freed;
  }

  #reindex(name: string, old: ObjectRecord | undefined, next: ObjectRecord | undefined): readonly string[] {
    const before = old?.items ?? none;
    const after = next?.items ?? none;
    const freed: string[] = [];
    for (const item of before.values())
      if (after.get(item.id) !== item) freed.push(...this.#prefixes.remove(name, item));
    for (const item of after.values()) if (before.get(item.id) !== item) this.#prefixes.add(name, item);
    return freed;
  }

  /** What a notification puts in doubt; undefined when it says nothing that is not known. */
  judge(notice: Mo): Doubt | undefined {
    if (notice.className in faultClasses) return this.faults.agrees(notice) ? undefined : { in: 'faults' };
    const place = placeOf(notice.dn);
    if (place === undefined) return undefined;
    if (place.at === 'object') return this.#judgeObject(place.name, notice);
    if (!(notice.className in structureClasses)) return undefined;
    return this.structure.agrees(place.tenant, notice) ? undefined : { in: 'tenant', tenant: place.tenant };
  }

  #judgeObject(name: string, notice: Mo): Doubt | undefined {
    for (const reading of this.#readings) if (reading.covers(name)) reading.noticed.add(name);
    return agrees(this.#codec, this.#objects.get(name), notice) ? undefined : { in: 'object', name };
  }

  /** Names of objects that inherit contracts from the object at `dn`. */
  heirs(dn: string): readonly string[] {
    return this.#heirs.get(dn) ?? [];
  }
}
