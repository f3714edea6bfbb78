/**
 * EndpointSlices: for each Service with a selector, its pods with addresses, by family, at most a hundred to a slice.
 * An endpoint stays in the slice it is in; only slices whose content changed are written.
 */
import {
  isDeleting,
  isFinished,
  isReady,
  keyOf,
  namespaceOf,
  sameJson,
  uidOf,
  type Endpoint,
  type EndpointSlice,
  type KubeObject,
  type Labels,
  type Pod,
  type Service,
} from '../objects.ts';
import { kindOfResource } from '../kinds.ts';
import { nameSuffix } from '../writes.ts';
import { ownedBy } from './pods.ts';
import type { Change } from '../store.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

const slicesPerEndpoints = 100;

type SlicePorts = EndpointSlice['ports'];

/** Services by one pair of their selectors, and pods by Service: so that a pod's change costs only what it concerns. */
class SelectorIndex {
  readonly #services = new Map<string, Set<string>>();
  readonly #members = new Map<string, Set<string>>();

  addService(key: string, namespace: string, selector: Labels): void {
    const pair = this.#firstPair(namespace, selector);
    if (pair === undefined) return;
    let services = this.#services.get(pair);
    if (services === undefined) this.#services.set(pair, (services = new Set<string>()));
    services.add(key);
  }

  removeService(key: string, namespace: string, selector: Labels): void {
    const pair = this.#firstPair(namespace, selector);
    if (pair !== undefined) this.#services.get(pair)?.delete(key);
  }

  /** Services whose first pair these labels have. */
  candidates(namespace: string, labels: Labels): string[] {
    const found: string[] = [];
    for (const [name, value] of Object.entries(labels)) {
      for (const key of this.#services.get(`${namespace} ${name}=${value}`) ?? []) found.push(key);
    }
    return found;
  }

  members(service: string): Set<string> {
    let members = this.#members.get(service);
    if (members === undefined) this.#members.set(service, (members = new Set<string>()));
    return members;
  }

  forget(service: string): void {
    this.#members.delete(service);
  }

  #firstPair(namespace: string, selector: Labels): string | undefined {
    const [first] = Object.entries(selector).sort();
    return first === undefined ? undefined : `${namespace} ${first[0]}=${first[1]}`;
  }
}

function matches(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function endpointOf(pod: Pod, address: string, service: Service): Endpoint {
  const serving = isReady(pod);
  const terminating = isDeleting(pod);
  const anyway = service.spec.publishNotReadyAddresses === true;
  return {
    addresses: [address],
    conditions: { ready: anyway || (serving && !terminating), serving, terminating },
    targetRef: { kind: 'Pod', namespace: namespaceOf(pod), name: pod.metadata.name, uid: uidOf(pod) },
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
  };
}

function portNumber(target: number | string | undefined, fallback: number, pod: Pod | undefined): number {
  if (typeof target === 'number') return target;
  if (target === undefined) return fallback;
  const named = pod?.spec.containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === target);
  return named?.containerPort ?? (/^\d+$/.test(target) ? Number(target) : fallback);
}

/** All endpoints of a slice share their ports; named ports are resolved by the first pod. */
function portsOf(service: Service, pods: readonly Pod[]): SlicePorts {
  return (service.spec.ports ?? []).map(({ name, protocol, port, targetPort }) => ({
    name: name ?? '',
    protocol: protocol ?? 'TCP',
    port: portNumber(targetPort, port, pods[0]),
  }));
}

class EndpointSliceController implements Controller {
  readonly name = 'endpointslices';
  readonly #world: World;
  readonly #index = new SelectorIndex();

  constructor(world: World) {
    this.#world = world;
  }

  keysOf(change: Change): Iterable<string> {
    if (change.resource === 'services') return this.#onService(change);
    if (change.resource === 'pods') return this.#onPod(change);
    return [];
  }

  reconcile(key: string): void {
    const service = this.#world.store.getByKey('services', key);
    const selector = service?.spec.selector;
    if (service === undefined || selector === undefined || isDeleting(service)) return;
    const pods: Pod[] = [];
    for (const member of this.#index.members(key)) {
      const pod = this.#world.store.getByKey('pods', member);
      if (pod !== undefined && !isFinished(pod)) pods.push(pod);
    }
    const existing = this.#world.store.dependentsOf(uidOf(service), 'endpointslices');
    for (const family of ['IPv4', 'IPv6'] as const) {
      const own = existing.filter((slice) => slice.addressType === family);
      if ((service.spec.ipFamilies ?? ['IPv4']).includes(family))
        this.#fill(service, family, { pods, slices: own });
      else for (const slice of own) this.#world.store.remove('endpointslices', keyOf(slice));
    }
  }

  #onService({ key, object, previous, type }: Change): string[] {
    const before = (previous as Service | undefined)?.spec.selector;
    const after = type === 'DELETED' ? undefined : (object as Service).spec.selector;
    if (!sameJson(before, after)) {
      const namespace = namespaceOf(object);
      if (before !== undefined) this.#index.removeService(key, namespace, before);
      this.#index.forget(key);
      if (after !== undefined) {
        this.#index.addService(key, namespace, after);
        this.#collect(key, namespace, after);
      }
    }
    return type === 'DELETED' ? [] : [key];
  }

  #collect(key: string, namespace: string, selector: Labels): void {
    if (Object.keys(selector).length === 0) return;
    const members = this.#index.members(key);
    for (const pod of this.#world.store.list('pods')) {
      if (namespaceOf(pod) === namespace && matches(selector, pod.metadata.labels ?? {}))
        members.add(keyOf(pod));
    }
  }

  #onPod({ key, object, previous, type }: Change): Set<string> {
    const concerned = new Set<string>();
    const labels = object.metadata.labels ?? {};
    for (const service of this.#candidates(object, previous)) {
      const selector = this.#world.store.getByKey('services', service)?.spec.selector ?? {};
      const members = this.#index.members(service);
      const was = members.has(key);
      const is = type !== 'DELETED' && matches(selector, labels);
      if (is) members.add(key);
      else members.delete(key);
      // A pod without an address is no endpoint yet, so its early life concerns nobody.
      if (is ? (object as Pod).status.podIP !== undefined : was) concerned.add(service);
    }
    return concerned;
  }

  #candidates(object: KubeObject, previous: KubeObject | undefined): Set<string> {
    const namespace = namespaceOf(object);
    const labels = object.metadata.labels ?? {};
    const before = previous?.metadata.labels ?? labels;
    const found = new Set(this.#index.candidates(namespace, labels));
    if (before !== labels) for (const key of this.#index.candidates(namespace, before)) found.add(key);
    return found;
  }

  #fill(
    service: Service,
    family: 'IPv4' | 'IPv6',
    { pods, slices }: { pods: readonly Pod[]; slices: readonly EndpointSlice[] },
  ): void {
    const missing = new Map<string, Endpoint>();
    for (const pod of pods) {
      const address = pod.status.podIPs?.find(({ ip }) => ip.includes(':') === (family === 'IPv6'))?.ip;
      if (address !== undefined) missing.set(uidOf(pod), endpointOf(pod, address, service));
    }
    const ports = portsOf(service, pods);
    const contents = slices.map((slice) => {
      const kept: Endpoint[] = [];
      for (const { targetRef } of slice.endpoints) {
        const endpoint = missing.get(targetRef?.uid ?? '');
        if (endpoint === undefined) continue;
        kept.push(endpoint);
        missing.delete(targetRef?.uid ?? '');
      }
      return { slice, endpoints: kept };
    });
    const rest = [...missing.values()];
    for (const content of contents) {
      content.endpoints.push(...rest.splice(0, slicesPerEndpoints - content.endpoints.length));
    }
    for (const content of contents)
      this.#write(content.slice, content.endpoints, { ports, alone: contents.length === 1 });
    do {
      if (rest.length === 0 && slices.length > 0) break;
      this.#create(service, family, { ports, endpoints: rest.splice(0, slicesPerEndpoints) });
    } while (rest.length > 0);
  }

  #write(
    slice: EndpointSlice,
    endpoints: readonly Endpoint[],
    how: { ports: SlicePorts; alone: boolean },
  ): void {
    const kind = kindOfResource('endpointslices');
    if (endpoints.length === 0 && !how.alone) this.#world.store.remove('endpointslices', keyOf(slice));
    else if (kind !== undefined)
      this.#world.lifecycle.replace(kind, slice, { ...slice, endpoints, ports: how.ports });
  }

  #create(
    service: Service,
    family: 'IPv4' | 'IPv6',
    content: { ports: SlicePorts; endpoints: readonly Endpoint[] },
  ): void {
    this.#world.lifecycle.create('endpointslices', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${service.metadata.name}-${nameSuffix()}`,
        generateName: `${service.metadata.name}-`,
        namespace: namespaceOf(service),
        labels: {
          ...service.metadata.labels,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          'kubernetes.io/service-name': service.metadata.name,
        },
        ownerReferences: [ownedBy(service)],
      },
      addressType: family,
      ...content,
    });
  }
}

export function endpointSlices(world: World): Controller {
  return new EndpointSliceController(world);
}
