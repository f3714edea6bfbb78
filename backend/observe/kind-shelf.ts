/**
 * The records of one kind, and what a sighting changes in them. Lists and watch events may come late, twice or out of
 * order: an object never moves backwards, because its newest known version wins, deletions included.
 */
import type { SourceRecord } from '../model/cluster-records.ts';
import type { Sighting } from '../model/source-view.ts';
import type { ObjectPath } from '../model/identity.ts';
import { isOlder } from '../model/resource-version.ts';
import type { CompleteList, ListDifference } from './ports.ts';

export interface KindShelf {
  readonly records: ReadonlyMap<ObjectPath, SourceRecord>;
  /** A complete list has been taken since start, or since the last `voidAll`. */
  readonly isListed: boolean;
  list(list: CompleteList): ListDifference;
  watch(record: SourceRecord): void;
  delete(record: SourceRecord): void;
  /** The records stay, to be compared with the next list, which then wins whatever its versions. */
  voidAll(): void;
}

export type OnSighting = (path: ObjectPath, sighting: Sighting) => void;

export function createKindShelf(onSighting: OnSighting): KindShelf {
  return new Shelf(onSighting);
}

class Shelf implements KindShelf {
  readonly records = new Map<ObjectPath, SourceRecord>();
  /** Versions at which objects were deleted, until a list of a later time makes them needless. */
  readonly #deletions = new Map<ObjectPath, string>();
  readonly #onSighting: OnSighting;
  #listedAt: string | undefined;

  constructor(onSighting: OnSighting) {
    this.#onSighting = onSighting;
  }

  get isListed(): boolean {
    return this.#listedAt !== undefined;
  }

  list(list: CompleteList): ListDifference {
    // Of two lists that overlap in time the older one may come last; it says nothing new.
    if (this.#listedAt !== undefined && isOlder(list.resourceVersion, this.#listedAt))
      return { changed: 0, missing: 0 };
    const missing = this.#dropMissing(list);
    let changed = 0;
    for (const record of list.records.values()) if (this.#put(record, 'listed')) changed += 1;
    this.#listedAt = list.resourceVersion;
    for (const [path, version] of this.#deletions)
      if (!isOlder(list.resourceVersion, version)) this.#deletions.delete(path);
    return { changed, missing };
  }

  watch(record: SourceRecord): void {
    this.#put(record, 'watched');
  }

  delete({ path, resourceVersion, uid }: SourceRecord): void {
    const known = this.records.get(path);
    if (known !== undefined && isOlder(resourceVersion, known.resourceVersion)) return;
    if (isOlder(resourceVersion, this.#deletions.get(path) ?? '')) return;
    this.#deletions.set(path, resourceVersion);
    if (known === undefined) return;
    this.records.delete(path);
    // Another object of the same name: its end explains nothing of the one that was known.
    this.#onSighting(path, known.uid === uid ? 'deleted' : 'missing');
  }

  voidAll(): void {
    this.#listedAt = undefined;
    this.#deletions.clear();
  }

  #put(record: SourceRecord, sighting: Sighting): boolean {
    // After a voidAll versions are of another time: what is listed first then wins.
    if (this.isListed && this.#isOutdated(record)) return false;
    this.records.set(record.path, record);
    this.#onSighting(record.path, sighting);
    return true;
  }

  #isOutdated({ path, uid, resourceVersion }: SourceRecord): boolean {
    const deletedAt = this.#deletions.get(path);
    if (deletedAt !== undefined && (resourceVersion === deletedAt || isOlder(resourceVersion, deletedAt)))
      return true;
    const known = this.records.get(path);
    if (known === undefined) return false;
    if (known.uid === uid && known.resourceVersion === resourceVersion) return true;
    return isOlder(resourceVersion, known.resourceVersion);
  }

  #dropMissing(list: CompleteList): number {
    let missing = 0;
    for (const [path, known] of this.records) {
      const isNewer = this.isListed && isOlder(list.resourceVersion, known.resourceVersion);
      if (list.records.has(path) || isNewer) continue;
      this.records.delete(path);
      this.#onSighting(path, 'missing');
      missing += 1;
    }
    return missing;
  }
}
