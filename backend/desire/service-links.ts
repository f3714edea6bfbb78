/**
 * Which Services of a cluster select which pods, kept in both directions. A pod finds its Services by the first pair of
 * their selectors, so a pod's notice costs as much as it has labels, however many Services its namespace has.
 */
import type { Labels, PodRecord, ServiceRecord } from '../model/cluster-records.ts';
import type { ObjectPath } from '../model/identity.ts';

interface LinkedService {
  readonly record: ServiceRecord;
  readonly pods: Set<ObjectPath>;
}

export class ServiceLinks {
  readonly #services = new Map<ObjectPath, LinkedService>();
  readonly #byPair = new Map<string, Set<ObjectPath>>();
  readonly #servicesOfPod = new Map<ObjectPath, readonly ObjectPath[]>();

  /** In path order. */
  servicesOf(pod: ObjectPath): readonly ServiceRecord[] {
    return (this.#servicesOfPod.get(pod) ?? []).flatMap((path) => this.#services.get(path)?.record ?? []);
  }

  podsOf(service: ObjectPath): readonly ObjectPath[] {
    return [...(this.#services.get(service)?.pods ?? [])];
  }

  /** Links a pod anew; returns the Services that select it now or did before. Finished pods are behind no Service. */
  replacePod(path: ObjectPath, pod: PodRecord | undefined): ReadonlySet<ObjectPath> {
    const before = this.#servicesOfPod.get(path) ?? [];
    const after = pod === undefined || pod.finished ? [] : this.#selecting(pod);
    for (const service of before) this.#services.get(service)?.pods.delete(path);
    for (const service of after) this.#services.get(service)?.pods.add(path);
    if (after.length === 0) this.#servicesOfPod.delete(path);
    else this.#servicesOfPod.set(path, after);
    return new Set([...before, ...after]);
  }

  /** Links a Service anew to the pods of its namespace; returns the pods that it selects now or did before. */
  replaceService(
    path: ObjectPath,
    record: ServiceRecord | undefined,
    pods: readonly PodRecord[],
  ): ReadonlySet<ObjectPath> {
    const affected = new Set(this.podsOf(path));
    const before = this.#services.get(path);
    if (before !== undefined && record !== undefined && sameSelector(before.record, record)) {
      this.#services.set(path, { record, pods: before.pods });
      return affected;
    }
    if (before !== undefined) this.#unlink(path, before);
    if (record === undefined) return affected;
    const linked: LinkedService = { record, pods: new Set() };
    this.#services.set(path, linked);
    const pair = firstPair(record);
    if (pair === undefined) return affected;
    addTo(this.#byPair, pair, path);
    for (const pod of pods) {
      if (pod.finished || !selects(record, pod.labels)) continue;
      linked.pods.add(pod.path);
      affected.add(pod.path);
      this.#servicesOfPod.set(pod.path, [...(this.#servicesOfPod.get(pod.path) ?? []), path].toSorted());
    }
    return affected;
  }

  #unlink(path: ObjectPath, { record, pods }: LinkedService): void {
    this.#services.delete(path);
    const pair = firstPair(record);
    const sharing = pair === undefined ? undefined : this.#byPair.get(pair);
    sharing?.delete(path);
    if (pair !== undefined && sharing?.size === 0) this.#byPair.delete(pair);
    for (const pod of pods) {
      const others = (this.#servicesOfPod.get(pod) ?? []).filter((other) => other !== path);
      if (others.length === 0) this.#servicesOfPod.delete(pod);
      else this.#servicesOfPod.set(pod, others);
    }
  }

  #selecting(pod: PodRecord): readonly ObjectPath[] {
    const found: ObjectPath[] = [];
    for (const [key, value] of Object.entries(pod.labels))
      for (const path of this.#byPair.get(pairText(pod.namespace, key, value)) ?? []) {
        const service = this.#services.get(path);
        if (service !== undefined && selects(service.record, pod.labels)) found.push(path);
      }
    return found.toSorted();
  }
}

function sameSelector(a: ServiceRecord, b: ServiceRecord): boolean {
  return Object.keys(a.selector).length === Object.keys(b.selector).length && selects(a, b.selector);
}

function selects(service: ServiceRecord, labels: Labels): boolean {
  return Object.entries(service.selector).every(([key, value]) => labels[key] === value);
}

/** undefined for a Service whose endpoints are kept by hand: it selects nothing. */
function firstPair({ namespace, selector }: ServiceRecord): string | undefined {
  const [key] = Object.keys(selector).toSorted();
  return key === undefined ? undefined : pairText(namespace, key, selector[key] ?? '');
}

function pairText(namespace: string, key: string, value: string): string {
  return `${namespace}|${key}=${value}`;
}

function addTo(index: Map<string, Set<ObjectPath>>, text: string, path: ObjectPath): void {
  const members = index.get(text);
  if (members === undefined) index.set(text, new Set([path]));
  else members.add(path);
}
