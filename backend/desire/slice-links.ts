/**
 * Which EndpointSlices depend on a Service, a pod or a node: they are looked at again when one of these changes.
 */
import type { EndpointSliceRecord } from '../model/cluster-records.ts';
import type { ObjectPath } from '../model/identity.ts';

type Paths = ReadonlySet<ObjectPath>;

export class SliceLinks {
  readonly #slices = new Map<ObjectPath, EndpointSliceRecord>();
  readonly #byService = new Map<string, Set<ObjectPath>>();
  readonly #byPod = new Map<string, Set<ObjectPath>>();
  readonly #byNode = new Map<string, Set<ObjectPath>>();

  ofService(service: ObjectPath): Paths {
    return this.#byService.get(service) ?? none;
  }

  ofPod(pod: ObjectPath): Paths {
    return this.#byPod.get(pod) ?? none;
  }

  onNode(node: string): Paths {
    return this.#byNode.get(node) ?? none;
  }

  /** Whether a slice of the Service lists the pod. */
  isListed(pod: ObjectPath, service: ObjectPath): boolean {
    const ofService = this.ofService(service);
    return [...this.ofPod(pod)].some((path) => ofService.has(path));
  }

  /** Returns the slice as it was. */
  replace(path: ObjectPath, slice: EndpointSliceRecord | undefined): EndpointSliceRecord | undefined {
    const before = this.#slices.get(path);
    for (const [index, key] of this.#linksOf(before)) remove(index, key, path);
    for (const [index, key] of this.#linksOf(slice)) add(index, key, path);
    if (slice === undefined) this.#slices.delete(path);
    else this.#slices.set(path, slice);
    return before;
  }

  *#linksOf(slice: EndpointSliceRecord | undefined): Generator<[Map<string, Set<ObjectPath>>, string]> {
    if (slice === undefined) return;
    if (slice.service !== undefined) yield [this.#byService, slice.service];
    for (const { target, node } of slice.endpoints) {
      if (target?.kind === 'Pod') yield [this.#byPod, target.path];
      if (node !== undefined) yield [this.#byNode, node];
    }
  }
}

const none: Paths = new Set();

function add(index: Map<string, Set<ObjectPath>>, key: string, path: ObjectPath): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set([path]));
  else known.add(path);
}

function remove(index: Map<string, Set<ObjectPath>>, key: string, path: ObjectPath): void {
  const known = index.get(key);
  known?.delete(path);
  if (known?.size === 0) index.delete(key);
}
