/** Namespaces: furnished when they are born, emptied before they go. */
import { isDeleting, namespaceOf } from '../objects.ts';
import { kinds } from '../kinds.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

export function namespaces(world: World): Controller {
  const namespaced = kinds.filter((kind) => kind.namespaced && !kind.virtual);
  const { store, lifecycle } = world;
  const furnish = (namespace: string): void => {
    const account = { name: 'default', namespace };
    if (store.get('serviceaccounts', namespace, 'default') !== undefined) return;
    lifecycle.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  };
  const empty = (namespace: string): boolean => {
    let left = 0;
    for (const { resource } of namespaced) {
      for (const object of store.list(resource)) {
        if (namespaceOf(object) !== namespace) continue;
        if (!isDeleting(object)) lifecycle.remove(resource, `${namespace}/${object.metadata.name}`);
        if (store.get(resource, namespace, object.metadata.name) !== undefined) left += 1;
      }
    }
    return left === 0;
  };
  return {
    name: 'namespaces',
    keysOf({ resource, key, type, object }) {
      if (resource === 'namespaces') return type === 'DELETED' ? [] : [key];
      if (type !== 'DELETED' || object.metadata.namespace === undefined) return [];
      const namespace = store.getByKey('namespaces', object.metadata.namespace);
      return namespace !== undefined && isDeleting(namespace) ? [object.metadata.namespace] : [];
    },
    reconcile(key) {
      const namespace = store.getByKey('namespaces', key);
      if (namespace === undefined) return;
      if (!isDeleting(namespace)) furnish(key);
      else if (empty(key)) store.remove('namespaces', key);
    },
  };
}
