/** One cluster's truth: what a server shows and controllers act on. */
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { ServiceAddresses } from './services.ts';
import { Store } from './store.ts';
import { kindOfResource } from './kinds.ts';
import type { KubeObject } from './objects.ts';
import type { LabClock } from './clock.ts';

export interface World {
  readonly store: Store;
  readonly clock: LabClock;
  readonly lifecycle: Lifecycle;
  readonly serviceAddresses: ServiceAddresses;
  /** UID of the namespace kube-system: by which a cluster is known. */
  readonly uid: string;
}

export interface WorldOptions {
  readonly clock: LabClock;
  readonly uid: string;
  readonly firstRevision: number;
  readonly historyLimit: number;
  readonly serviceCidrs: { readonly v4: string; readonly v6: string };
}

const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** A world with the namespaces and the Service that every cluster is born with. */
export function createWorld(options: WorldOptions): World {
  const store = new Store(options.firstRevision, options.historyLimit);
  const lifecycle = createLifecycle(store, options.clock);
  const { v4, v6 } = options.serviceCidrs;
  const serviceAddresses = new ServiceAddresses(store, v4, v6);
  const world: World = { store, clock: options.clock, lifecycle, serviceAddresses, uid: options.uid };
  for (const name of namespaces) {
    const uid = name === 'kube-system' ? { uid: options.uid } : {};
    lifecycle.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...uid } });
  }
  createObject(world, 'services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: { ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }] },
  });
  return world;
}

/** Defaults, cluster addresses, then stored. */
export function createObject(world: World, resource: string, object: KubeObject): KubeObject {
  const kind = kindOfResource(resource);
  if (kind === undefined) throw new Error(`unknown resource ${resource}`);
  const newborn = world.lifecycle.newborn(kind, object);
  const whole = resource === 'services' ? world.serviceAddresses.fill(newborn) : newborn;
  return world.store.put(resource, whole);
}
