/**
 * Birth and death of objects, the same for the API and for the controllers: defaults, identity, graceful termination
 * of pods, finalizers. Pods end in two steps: a mark that says they must go, then the kubelet's word that they are gone.
 */
import { randomUUID } from 'node:crypto';
import { withDefaults } from './defaults.ts';
import { kindOfResource, type KindRow } from './kinds.ts';
import {
  isDeleting,
  isFinished,
  isRecord,
  keyOf,
  sameJson,
  type KubeObject,
  type Pod,
  type ShapeOf,
} from './objects.ts';
import type { LabClock } from './clock.ts';
import type { Store } from './store.ts';

export interface Removal {
  readonly graceSeconds?: number | undefined;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined;
}

export interface Lifecycle {
  /** Fills in defaults and identity; does not store. */
  newborn(kind: KindRow, object: KubeObject): KubeObject;
  create<R extends string>(resource: R, object: KubeObject): ShapeOf<R>;
  /** Stores `next` in place of `previous`, counting a changed spec; gives `previous` back when nothing changed. */
  replace(kind: KindRow, previous: KubeObject, next: KubeObject): KubeObject;
  /** Replaces status alone. */
  report<R extends string>(resource: R, object: KubeObject, status: unknown): ShapeOf<R>;
  /** Begins or completes the end of an object; the result is what the API answers with. */
  remove(resource: string, key: string, removal?: Removal): KubeObject | undefined;
  /** The kubelet's word that a pod has stopped. */
  finish(key: string): void;
}

function rowOf(resource: string): KindRow {
  const kind = kindOfResource(resource);
  if (kind === undefined) throw new Error(`unknown resource ${resource}`);
  return kind;
}

/** What generation counts: everything that is neither metadata nor status. */
function desiredPart(object: KubeObject): Record<string, unknown> {
  return { ...object, metadata: undefined, status: undefined };
}

class StandardLifecycle implements Lifecycle {
  readonly #store: Store;
  readonly #clock: LabClock;

  constructor(store: Store, clock: LabClock) {
    this.#store = store;
    this.#clock = clock;
  }

  newborn(kind: KindRow, object: KubeObject): KubeObject {
    const { uid = randomUUID(), creationTimestamp = this.#clock.stamp(), ...rest } = object.metadata;
    const counted = kind.counted ? { generation: 1 } : {};
    return withDefaults(kind, { ...object, metadata: { ...rest, ...counted, uid, creationTimestamp } });
  }

  create<R extends string>(resource: R, object: KubeObject): ShapeOf<R> {
    return this.#store.put(resource, this.newborn(rowOf(resource), object));
  }

  replace(kind: KindRow, previous: KubeObject, next: KubeObject): KubeObject {
    const filled = withDefaults(kind, next);
    const before = { ...previous, metadata: { ...previous.metadata, resourceVersion: undefined } };
    const after = { ...filled, metadata: { ...filled.metadata, resourceVersion: undefined } };
    if (sameJson(before, after)) return previous;
    const grown = kind.counted && !sameJson(desiredPart(previous), desiredPart(filled));
    const generation = (previous.metadata.generation ?? 0) + 1;
    const metadata = grown ? { ...filled.metadata, generation } : filled.metadata;
    const stored = this.#store.put(kind.resource, { ...filled, metadata });
    this.#releaseIfDone(kind.resource, stored);
    return stored;
  }

  report<R extends string>(resource: R, object: KubeObject, status: unknown): ShapeOf<R> {
    const current = this.#store.getByKey(resource, keyOf(object)) ?? object;
    if (sameJson(current['status'], status)) return current as ShapeOf<R>;
    return this.#store.put(resource, { ...current, status });
  }

  remove(resource: string, key: string, removal: Removal = {}): KubeObject | undefined {
    const object = this.#store.getByKey(resource, key);
    if (object === undefined) return undefined;
    if (removal.propagation === 'Orphan') this.#orphan(object);
    if (resource === 'pods') return this.#removePod(object as Pod, removal.graceSeconds);
    if (resource === 'namespaces') return this.#removeNamespace(object);
    const dependents = this.#store.dependents(object.metadata.uid ?? '').length;
    if (removal.propagation === 'Foreground' && dependents > 0) {
      const finalizers = [...new Set([...(object.metadata.finalizers ?? []), 'foregroundDeletion'])];
      return this.#mark(resource, { ...object, metadata: { ...object.metadata, finalizers } });
    }
    if ((object.metadata.finalizers ?? []).length > 0) return this.#mark(resource, object);
    return this.#store.remove(resource, key);
  }

  finish(key: string): void {
    const pod = this.#store.getByKey('pods', key);
    if (pod === undefined) return;
    const metadata = {
      ...pod.metadata,
      deletionGracePeriodSeconds: 0,
      deletionTimestamp: this.#clock.stamp(),
    };
    const stored = this.#store.put('pods', { ...pod, metadata });
    this.#releaseIfDone('pods', stored);
  }

  #removePod(pod: Pod, asked: number | undefined): KubeObject | undefined {
    const grace = asked ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    if (pod.spec.nodeName !== undefined && !isFinished(pod) && grace > 0) {
      return isDeleting(pod) ? pod : this.#mark('pods', pod, grace);
    }
    const marked = isDeleting(pod) ? pod : this.#mark('pods', pod, 0);
    if ((pod.metadata.finalizers ?? []).length > 0) return marked;
    return this.#store.remove('pods', keyOf(pod));
  }

  #removeNamespace(namespace: KubeObject): KubeObject {
    if (isDeleting(namespace)) return namespace;
    const metadata = { ...namespace.metadata, deletionTimestamp: this.#clock.stamp() };
    return this.#store.put('namespaces', { ...namespace, metadata, status: { phase: 'Terminating' } });
  }

  #mark(resource: string, object: KubeObject, grace = 0): KubeObject {
    if (isDeleting(object)) return object;
    const stamp = new Date(this.#clock.now() + grace * 1000).toISOString();
    const generation = { generation: (object.metadata.generation ?? 0) + 1 };
    const metadata = {
      ...object.metadata,
      ...(rowOf(resource).counted ? generation : {}),
      deletionTimestamp: `${stamp.slice(0, 19)}Z`,
      deletionGracePeriodSeconds: grace,
    };
    return this.#store.put(resource, { ...object, metadata });
  }

  #releaseIfDone(resource: string, object: KubeObject): void {
    if (!isDeleting(object) || resource === 'namespaces') return;
    const waiting = resource === 'pods' && object.metadata.deletionGracePeriodSeconds !== 0;
    if (!waiting && (object.metadata.finalizers ?? []).length === 0)
      this.#store.remove(resource, keyOf(object));
  }

  #orphan(owner: KubeObject): void {
    for (const { resource, key } of this.#store.dependents(owner.metadata.uid ?? '')) {
      const object = this.#store.getByKey(resource, key);
      if (object === undefined) continue;
      const ownerReferences = (object.metadata.ownerReferences ?? []).filter(
        ({ uid }) => uid !== owner.metadata.uid,
      );
      this.#store.put(resource, { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
  }
}

export function createLifecycle(store: Store, clock: LabClock): Lifecycle {
  return new StandardLifecycle(store, clock);
}

/** Reads the options of a deletion out of its body. */
export function removalOf(body: unknown, query: URLSearchParams): Removal {
  const options = isRecord(body) ? body : {};
  const grace = options['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined;
  const propagation = options['propagationPolicy'] ?? query.get('propagationPolicy') ?? undefined;
  const orphan = options['orphanDependents'] === true ? 'Orphan' : undefined;
  return {
    graceSeconds: grace === undefined ? undefined : Number(grace),
    propagation: (propagation as Removal['propagation']) ?? orphan,
  };
}
