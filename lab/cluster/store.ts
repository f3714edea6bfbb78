/**
 * The objects of one cluster, the revision that numbers every change, and the recent past.
 *
 * In: whole objects, put or removed by the API and the controllers. Out: sorted lists, now or as of a revision that is
 * still remembered; changes as they happen and since a revision. It knows nothing of HTTP, kinds' meaning or time.
 */
import { randomUUID } from 'node:crypto';
import { keyFor, keyOf, uidOf, type KubeObject, type ShapeOf } from './objects.ts';

export interface Change {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: string;
  readonly key: string;
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

export interface Located {
  readonly resource: string;
  readonly key: string;
}

interface Collection {
  readonly objects: Map<string, KubeObject>;
  sorted: readonly KubeObject[] | undefined;
}

type Listener = (change: Change) => void;

/** In the order of their keys, which is the order a real server lists in. */
function sorted(objects: ReadonlyMap<string, KubeObject>): KubeObject[] {
  const list: KubeObject[] = [];
  for (const key of [...objects.keys()].sort()) {
    const object = objects.get(key);
    if (object !== undefined) list.push(object);
  }
  return list;
}

/** Whether both stand under the same identity and owners, so that the indexes need no change. */
function sameLinks({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  return a.uid === b.uid && a.ownerReferences === b.ownerReferences;
}

export class Store {
  #revision: number;
  #forgotten: number;
  readonly #historyLimit: number;
  readonly #collections = new Map<string, Collection>();
  #history: Change[] = [];
  readonly #byUid = new Map<string, Located>();
  readonly #dependents = new Map<string, Map<string, Located>>();
  readonly #listeners = new Set<Listener>();
  readonly #pastLists = new Map<string, readonly KubeObject[]>();

  constructor(firstRevision: number, historyLimit: number) {
    this.#revision = firstRevision;
    this.#forgotten = firstRevision;
    this.#historyLimit = historyLimit;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Changes up to and including this revision are no longer remembered. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get<R extends string>(resource: R, namespace: string | undefined, name: string): ShapeOf<R> | undefined {
    return this.getByKey(resource, keyFor(namespace, name));
  }

  getByKey<R extends string>(resource: R, key: string): ShapeOf<R> | undefined {
    // The shape follows from the resource: whatever is put is defaulted first.
    return this.#collections.get(resource)?.objects.get(key) as ShapeOf<R> | undefined;
  }

  /** All objects of a resource in the order of their keys. */
  list<R extends string>(resource: R): readonly ShapeOf<R>[] {
    const collection = this.#collection(resource);
    collection.sorted ??= sorted(collection.objects);
    return collection.sorted as readonly ShapeOf<R>[];
  }

  count(resource: string): number {
    return this.#collections.get(resource)?.objects.size ?? 0;
  }

  find(uid: string): Located | undefined {
    return this.#byUid.get(uid);
  }

  /** What names `uid` among its owners. */
  dependents(uid: string): Located[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  /** The dependents of one resource, as objects. */
  dependentsOf<R extends string>(uid: string, resource: R): ShapeOf<R>[] {
    const found: ShapeOf<R>[] = [];
    for (const located of this.#dependents.get(uid)?.values() ?? []) {
      if (located.resource !== resource) continue;
      const object = this.getByKey(resource, located.key);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  /** Adds or replaces; the stored object carries the new revision, and a uid if it had none. */
  put<R extends string>(resource: R, object: KubeObject): ShapeOf<R> {
    const collection = this.#collection(resource);
    const key = keyOf(object);
    const previous = collection.objects.get(key);
    const stored = this.#stamped(object);
    collection.objects.set(key, stored);
    collection.sorted = undefined;
    if (previous === undefined || !sameLinks(previous, stored)) {
      if (previous !== undefined) this.#forget(previous, { resource, key });
      this.#remember(stored, { resource, key });
    }
    this.#emit({ type: previous ? 'MODIFIED' : 'ADDED', resource, key, object: stored, previous });
    return stored as ShapeOf<R>;
  }

  remove(resource: string, key: string): KubeObject | undefined {
    const collection = this.#collection(resource);
    const previous = collection.objects.get(key);
    if (previous === undefined) return undefined;
    collection.objects.delete(key);
    collection.sorted = undefined;
    this.#forget(previous, { resource, key });
    const object = this.#stamped(previous);
    this.#emit({ type: 'DELETED', resource, key, object, previous });
    return object;
  }

  /** Changes of one resource after `revision`, oldest first; undefined when they are forgotten. */
  since(resource: string, revision: number): Change[] | undefined {
    if (revision < this.#forgotten) return undefined;
    return this.#after(revision).filter((change) => change.resource === resource);
  }

  /** The list as it was at `revision`; undefined when that is forgotten. */
  listAt(resource: string, revision: number): readonly KubeObject[] | undefined {
    if (revision < this.#forgotten) return undefined;
    const changes = this.#after(revision).filter((change) => change.resource === resource);
    if (changes.length === 0) return this.list(resource);
    const name = `${resource}@${revision}`;
    const known = this.#pastLists.get(name);
    if (known !== undefined) return known;
    const objects = new Map(this.#collection(resource).objects);
    for (const { key, previous } of changes.reverse()) {
      if (previous === undefined) objects.delete(key);
      else objects.set(key, previous);
    }
    const list = sorted(objects);
    this.#pastLists.set(name, list);
    if (this.#pastLists.size > 8) this.#pastLists.delete(this.#pastLists.keys().next().value ?? '');
    return list;
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets the past, as a compaction does. */
  compact(): void {
    this.#history = [];
    this.#pastLists.clear();
    this.#forgotten = this.#revision;
  }

  #after(revision: number): Change[] {
    let low = 0;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#history[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#history.slice(low);
  }

  #stamped(object: KubeObject): KubeObject {
    this.#revision += 1;
    const { metadata } = object;
    const uid = metadata.uid ?? randomUUID();
    return { ...object, metadata: { ...metadata, uid, resourceVersion: String(this.#revision) } };
  }

  #emit(change: Omit<Change, 'revision'>): void {
    const whole: Change = { revision: this.#revision, ...change };
    this.#history.push(whole);
    // Trimming a long history in large steps keeps the cost of remembering constant per change.
    const slack = this.#historyLimit < 1000 ? 0 : this.#historyLimit / 4;
    if (this.#history.length > this.#historyLimit + slack) {
      const dropped = this.#history.splice(0, this.#history.length - this.#historyLimit);
      this.#forgotten = dropped.at(-1)?.revision ?? this.#forgotten;
    }
    for (const listener of this.#listeners) listener(whole);
  }

  #remember(object: KubeObject, located: Located): void {
    this.#byUid.set(uidOf(object), located);
    for (const owner of object.metadata.ownerReferences ?? []) {
      let known = this.#dependents.get(owner.uid);
      if (known === undefined) this.#dependents.set(owner.uid, (known = new Map<string, Located>()));
      known.set(`${located.resource} ${located.key}`, located);
    }
  }

  #forget(object: KubeObject, located: Located): void {
    this.#byUid.delete(uidOf(object));
    for (const owner of object.metadata.ownerReferences ?? []) {
      const known = this.#dependents.get(owner.uid);
      known?.delete(`${located.resource} ${located.key}`);
      if (known?.size === 0) this.#dependents.delete(owner.uid);
    }
  }

  #collection(resource: string): Collection {
    let collection = this.#collections.get(resource);
    if (collection === undefined) {
      collection = { objects: new Map<string, KubeObject>(), sorted: undefined };
      this.#collections.set(resource, collection);
    }
    return collection;
  }
}
