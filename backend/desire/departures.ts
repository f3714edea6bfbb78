/**
 * How addresses left their target objects, kept until they are gone from the system. What was positively seen is settled
 * when it happens; what merely went missing is judged anew each time it is asked for, since the rest of the same list, or a
 * scaled workload, may explain it later.
 */
import type { ObjectRef } from '../model/cluster-records.ts';
import type { KeyText, ObjectPath, SourceName } from '../model/identity.ts';
import type { Explanation } from '../model/plan.ts';
import type { Departure } from '../plan/ports.ts';
import type { ItemId } from '../model/target-object.ts';
import type { Workload } from './workload.ts';

/** What had the address: while it is alive, what it has begun may be finished. */
export interface Origin {
  readonly cluster: SourceName;
  readonly ref: ObjectRef;
}

export type Cause =
  | {
      readonly how: 'seen';
      readonly explanation: Exclude<Explanation, 'unexplained'>;
      readonly from: Origin | undefined;
    }
  | {
      readonly how: 'missing';
      readonly cluster: SourceName;
      readonly namespace: string;
      /** What is not there any more. */
      readonly absent: ObjectRef | undefined;
      /** Whom to ask. */
      readonly ref: ObjectRef | undefined;
      readonly workload: Workload | undefined;
      /** The Service whose slices ought to list it, and do not. */
      readonly behind?: ObjectRef;
      readonly from: Origin | undefined;
    };

export type MissingCause = Extract<Cause, { how: 'missing' }>;

/** What a missing address is judged by, as it is now. */
export interface Judge {
  isTerminating(cluster: SourceName, namespace: string): boolean;
  /** The workload is there in a synced list, and has all the pods it wants. */
  hasAllItsPods(cluster: SourceName, workload: Pick<Workload, 'kind' | 'path'>): boolean;
  isAlive(origin: Origin): boolean;
  /** No slice of the Service lists the pod, though it is alive and selected, as far as is known. */
  isUnlisted(cluster: SourceName, pod: ObjectRef, service: ObjectRef): boolean;
}

export class Departures {
  readonly #causes = new Map<KeyText, Map<ItemId, Cause>>();
  /** Keys with something missing, by `cluster|namespace`: notices from there may explain it. */
  readonly #missing = new Map<string, Set<KeyText>>();

  record(key: KeyText, item: ItemId, cause: Cause): void {
    const items = this.#causes.get(key) ?? new Map<ItemId, Cause>();
    this.#causes.set(key, items.set(item, cause));
    const at = placeOf(cause);
    if (at === undefined) return;
    const place = `${at.cluster}|${at.namespace}`;
    const keys = this.#missing.get(place) ?? new Set();
    this.#missing.set(place, keys.add(key));
  }

  forget(key: KeyText, items: Iterable<ItemId>): void {
    const known = this.#causes.get(key);
    if (known === undefined) return;
    for (const item of items) known.delete(item);
    if (known.size === 0) this.#causes.delete(key);
  }

  /** Forgets what is back. */
  forgetWhere(isBack: (key: KeyText, item: ItemId) => boolean): void {
    for (const [key, items] of [...this.#causes])
      this.forget(
        key,
        [...items.keys()].filter((item) => isBack(key, item)),
      );
  }

  /** A deletion that is reported after its effect was noticed still explains it. */
  explainDeleted(cluster: SourceName, namespace: string, deleted: Pick<ObjectRef, 'kind' | 'path'>): void {
    for (const key of this.awaiting(cluster, namespace))
      for (const [item, cause] of this.#causes.get(key) ?? [])
        if (placeOf(cause)?.cluster === cluster && endsWith(cause, deleted))
          this.record(key, item, { how: 'seen', explanation: 'deleted', from: cause.from });
  }

  get(key: KeyText, item: ItemId, judge: Judge): Departure | undefined {
    const cause = this.#causes.get(key)?.get(item);
    if (cause === undefined) return undefined;
    const alive = cause.from !== undefined && judge.isAlive(cause.from);
    if (cause.how === 'seen') return { explanation: cause.explanation, owner: undefined, alive };
    const owner = cause.ref && { cluster: cause.cluster, ref: cause.ref };
    return { explanation: judgeMissing(cause, judge), owner, alive };
  }

  /** Keys whose missing addresses a change in this namespace may explain. */
  awaiting(cluster: SourceName, namespace: string): readonly KeyText[] {
    const place = `${cluster}|${namespace}`;
    const keys = this.#missing.get(place);
    if (keys === undefined) return [];
    for (const key of keys) if (!this.#causes.has(key)) keys.delete(key);
    if (keys.size === 0) this.#missing.delete(place);
    return [...keys];
  }
}

/** Where what happens may say more of it; undefined: all is said. What an edit took out may end by itself while it is held. */
function placeOf(cause: Cause): { readonly cluster: SourceName; readonly namespace: string } | undefined {
  if (cause.how === 'missing') return cause;
  if (cause.explanation !== 'mapping-edited' || cause.from === undefined) return undefined;
  return { cluster: cause.from.cluster, namespace: namespaceOf(cause.from.ref.path) };
}

function endsWith(cause: Cause, deleted: Pick<ObjectRef, 'kind' | 'path'>): boolean {
  if (cause.how === 'seen') return isAt(cause.from?.ref, deleted);
  return isAt(cause.absent, deleted) || isAt(cause.behind, deleted);
}

function isAt(ref: ObjectRef | undefined, { kind, path }: Pick<ObjectRef, 'kind' | 'path'>): boolean {
  return ref?.kind === kind && ref.path === path;
}

function judgeMissing(cause: MissingCause, judge: Judge): Explanation {
  if (judge.isTerminating(cause.cluster, cause.namespace)) return 'namespace-terminating';
  const { workload, behind, absent, cluster } = cause;
  if (behind !== undefined && absent !== undefined && !judge.isUnlisted(cluster, absent, behind))
    return 'no-longer-qualifies';
  if (workload !== undefined && judge.hasAllItsPods(cause.cluster, workload)) return 'replicas-lowered';
  return 'unexplained';
}

export function namespaceOf(path: ObjectPath): string {
  const [namespace = '', name] = path.split('/');
  return name === undefined ? '' : namespace;
}
