/** Garbage collection: what is left without an owner goes; an owner deleted in the foreground goes last. */
import { isDeleting, keyOf, uidOf, type KubeObject } from '../objects.ts';
import type { Change, Located } from '../store.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

const foreground = 'foregroundDeletion';

function isForeground(object: KubeObject): boolean {
  return isDeleting(object) && (object.metadata.finalizers ?? []).includes(foreground);
}

class GarbageCollector implements Controller {
  readonly name = 'garbage';
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Keys are the UIDs of owners. */
  keysOf({ type, object, resource }: Change): Iterable<string> {
    const owners = (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);
    if (type === 'DELETED') return [uidOf(object), ...owners];
    if (type === 'ADDED') return owners.filter((uid) => this.#world.store.find(uid) === undefined);
    return resource !== 'pods' && isForeground(object) ? [uidOf(object)] : [];
  }

  reconcile(uid: string): void {
    const { store, lifecycle } = this.#world;
    const owner = this.#object(store.find(uid));
    if (owner !== undefined && !isForeground(owner)) return;
    const dependents = store.dependents(uid);
    for (const located of dependents) {
      const object = this.#object(located);
      if (object === undefined || isDeleting(object) || this.#hasOtherOwner(object, uid)) continue;
      lifecycle.remove(
        located.resource,
        located.key,
        owner === undefined ? {} : { propagation: 'Foreground' },
      );
    }
    if (owner !== undefined && dependents.length === 0) this.#release(owner, store.find(uid)?.resource ?? '');
  }

  #object(located: Located | undefined): KubeObject | undefined {
    return located === undefined ? undefined : this.#world.store.getByKey(located.resource, located.key);
  }

  #hasOtherOwner(object: KubeObject, uid: string): boolean {
    return (object.metadata.ownerReferences ?? []).some(
      (owner) => owner.uid !== uid && this.#world.store.find(owner.uid) !== undefined,
    );
  }

  #release(owner: KubeObject, resource: string): void {
    const finalizers = (owner.metadata.finalizers ?? []).filter((name) => name !== foreground);
    const { store } = this.#world;
    const released = store.put(resource, { ...owner, metadata: { ...owner.metadata, finalizers } });
    if (finalizers.length === 0) store.remove(resource, keyOf(released));
  }
}

export function garbage(world: World): Controller {
  return new GarbageCollector(world);
}
