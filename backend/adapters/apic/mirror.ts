/**
 * The fabric as it is known now: target objects of every kind, what stands around them, and their faults.
 *
 * It becomes true by reads and by our own accepted writes, never by the content of a notification: that only says what is no longer
 * certain, and one that agrees with what is known (mostly the echo of our own write) says nothing. A read that overlaps with a
 * notification or a write of the same object may be older than either, so the object stays in doubt after it. Structure and faults are
 * never written by us: of two reads that overlap, the one that began later counts.
 * In: reads, notices, writes. Out: records, who refers to what, which objects changed. It asks nothing itself.
 */
import type { Dn } from './dn.ts';
import { ExternalEpgs } from './external-epgs.ts';
import { FaultBoard, faultClasses } from './faults.ts';
import type { Mo } from './mo.ts';
import { objectAt, placeOf } from './place.ts';
import { agrees, sameRecord, type ObjectRecord } from './record.ts';
import { Structure, structureClasses } from './structure.ts';

/** What a notification puts in doubt. */
export type Doubt =
  | { readonly in: 'object'; readonly dn: Dn }
  | { readonly in: 'tenant'; readonly tenant: string }
  | { readonly in: 'faults' };

/** A read under way, with what happened meanwhile to the objects that it covers. */
export interface Reading {
  readonly covers: (dn: Dn) => boolean;
  readonly noticed: Set<Dn>;
  readonly written: Set<Dn>;
}

/** What a read found. */
export interface Found {
  /** Objects that are not what they were, or may now be what they could not. */
  readonly changed: readonly Dn[];
  /** Objects that must be read again: something happened to them while they were read. */
  readonly uncertain: readonly Dn[];
}

const none: readonly Dn[] = [];

export class Mirror {
  readonly structure = new Structure();
  readonly faults = new FaultBoard();
  readonly externalEpgs: ExternalEpgs;
  readonly #objects = new Map<Dn, ObjectRecord>();
  readonly #owned = new Set<Dn>();
  /** By what they refer to. */
  readonly #referrers = new Map<Dn, readonly Dn[]>();
  readonly #readings = new Set<Reading>();

  constructor() {
    this.externalEpgs = new ExternalEpgs(this.structure, (dn) => this.get(dn));
  }

  get(dn: Dn): ObjectRecord | undefined {
    return this.#objects.get(dn);
  }

  /** Objects with a mark of ours on them or on something in them. */
  owned(): Iterable<Dn> {
    return this.#owned;
  }

  /** Objects that refer to the object at `dn`: that inherit from it, or have something in them that it watches. */
  referrers(dn: Dn): readonly Dn[] {
    return this.#referrers.get(dn) ?? none;
  }

  /** Announces a read of objects for which `covers` holds; ends with `finish` or `abandon`. */
  begin(covers: (dn: Dn) => boolean): Reading {
    const reading: Reading = { covers, noticed: new Set(), written: new Set() };
    this.#readings.add(reading);
    return reading;
  }

  abandon(reading: Reading): void {
    this.#readings.delete(reading);
  }

  /** Takes what was read: every covered object that is not among the records is absent. */
  finish(reading: Reading, records: ReadonlyMap<Dn, ObjectRecord>): Found {
    this.#readings.delete(reading);
    const changed: Dn[] = [];
    const uncertain: Dn[] = [];
    const covered = [...this.#objects.keys()].filter((dn) => reading.covers(dn));
    for (const dn of new Set([...covered, ...records.keys()])) {
      const record = records.get(dn);
      if (sameRecord(this.#objects.get(dn), record)) continue;
      if (reading.written.has(dn) || reading.noticed.has(dn)) uncertain.push(dn);
      if (reading.written.has(dn)) continue;
      changed.push(dn, ...this.replace(dn, record));
    }
    return { changed, uncertain };
  }

  /** What we wrote and the APIC accepted. Answers others that may now be what they could not. */
  write(dn: Dn, record: ObjectRecord | undefined): readonly Dn[] {
    for (const reading of this.#readings) if (reading.covers(dn)) reading.written.add(dn);
    return this.replace(dn, record);
  }

  /** Answers others that refer to a companion that came or went. */
  replace(dn: Dn, record: ObjectRecord | undefined): readonly Dn[] {
    const old = this.#objects.get(dn);
    const { codec } = objectAt(dn);
    if (codec.classifies) this.externalEpgs.replaced(dn, old, record);
    this.#refer(dn, old, record);
    if (record === undefined) this.#objects.delete(dn);
    else this.#objects.set(dn, record);
    if (record?.isMarked === true) this.#owned.add(dn);
    else this.#owned.delete(dn);
    const cameOrWent = (old === undefined) !== (record === undefined);
    return cameOrWent && codec.companion !== undefined ? this.referrers(dn) : none;
  }

  #refer(dn: Dn, old: ObjectRecord | undefined, next: ObjectRecord | undefined): void {
    for (const to of old?.references ?? none) {
      if (next?.references.has(to) === true) continue;
      const left = this.referrers(to).filter((each) => each !== dn);
      if (left.length === 0) this.#referrers.delete(to);
      else this.#referrers.set(to, left);
    }
    for (const to of next?.references ?? none)
      if (old?.references.has(to) !== true) this.#referrers.set(to, [...this.referrers(to), dn]);
  }

  /** What a notification puts in doubt; undefined when it says nothing that is not known. */
  judge(notice: Mo): Doubt | undefined {
    if (notice.className in faultClasses) {
      this.faults.noticed();
      return this.faults.agrees(notice) ? undefined : { in: 'faults' };
    }
    const place = placeOf(notice.dn);
    if (place === undefined) return undefined;
    if (place.at === 'object') {
      for (const reading of this.#readings) if (reading.covers(place.dn)) reading.noticed.add(place.dn);
      const isKnown = agrees(place.codec, this.#objects.get(place.dn), notice);
      return isKnown ? undefined : { in: 'object', dn: place.dn };
    }
    if (!(notice.className in structureClasses)) return undefined;
    this.structure.noticed(place.tenant);
    return this.structure.agrees(place.tenant, notice) ? undefined : { in: 'tenant', tenant: place.tenant };
  }
}
