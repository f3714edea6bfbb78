/**
 * The incremental index of one cluster: who depends on whom, so that a notice recomputes only what it concerns. It keeps
 * the records that it last saw, reads everything else from the view, and is the `Lookup` of that cluster's contributions.
 */
import type {
  EndpointSliceRecord,
  Labels,
  NamespaceRecord,
  NodeRecord,
  ObjectRef,
  ObservedKind,
  PodRecord,
  ServiceRecord,
  WorkloadRecord,
} from '../model/cluster-records.ts';
import type { SourceView } from '../model/source-view.ts';
import type { SourceName, ObjectPath } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import { Claims } from './claims.ts';
import type { Lookup } from './scope.ts';
import { SliceLinks } from './slice-links.ts';
import { ServiceLinks } from './service-links.ts';
import type { ContributingRecord } from './rule.ts';
import { workloadOf, workloadText } from './workload.ts';
import type { Workload } from './workload.ts';

export type ContributorKind = ContributingRecord['kind'];

/** A record's place in its cluster; the same value for as long as the index lives. */
export interface Contributor {
  readonly cluster: SourceName;
  readonly kind: ContributorKind;
  readonly path: ObjectPath;
  /** `cluster|kind|path`. */
  readonly id: string;
}

interface IndexedPod {
  readonly record: PodRecord;
  readonly workload: Workload | undefined;
}

type Indexed = NamespaceRecord | NodeRecord | WorkloadRecord | ServiceRecord;

export class ClusterIndex implements Lookup {
  readonly cluster: SourceName;
  readonly #view: SourceView;
  readonly #contributors = new Map<string, Contributor>();
  readonly #pods = new Map<ObjectPath, IndexedPod>();
  /** Other records as last seen, by `kind|path`, to tell which of their changes matter. */
  readonly #seen = new Map<string, Indexed>();
  readonly #byNamespace = new Map<string, Set<Contributor>>();
  readonly #podsOfOwner = new Map<string, Set<ObjectPath>>();
  readonly #podsOfWorkload = new Map<string, Set<ObjectPath>>();
  readonly #podsOfNode = new Map<string, Set<ObjectPath>>();
  readonly #links = new ServiceLinks();
  readonly #slices = new SliceLinks();
  readonly #claims = new Claims();

  constructor(cluster: SourceName, view: SourceView) {
    this.cluster = cluster;
    this.#view = view;
  }

  /** Whether it was made from this view, and not from one that stood in its place before. */
  isOf(view: SourceView): boolean {
    return this.#view === view;
  }

  /** Everything that may contribute now. */
  contributors(): Iterable<Contributor> {
    return this.#contributors.values();
  }

  /** Takes in what the view now has at this place; adds to `dirty` whose contributions may have changed. */
  observe(kind: ObservedKind, path: ObjectPath, dirty: Set<Contributor>): void {
    switch (kind) {
      case 'Namespace':
        return this.#observeNamespace(path, dirty);
      case 'Pod':
        return this.#observePod(path, dirty);
      case 'Service':
        return this.#observeService(path, dirty);
      case 'Node':
        return this.#observeNode(path, dirty);
      case 'EndpointSlice':
        return this.#observeSlice(path, dirty);
      case 'LearnedEndpoint':
        return this.#observeEndpoint(path, dirty);
      case 'Deployment':
      case 'StatefulSet':
      case 'DaemonSet':
      case 'Job':
      case 'ReplicaSet':
        return this.#observeWorkload(kind, path, dirty);
    }
  }

  namespace(name: string): NamespaceRecord | undefined {
    return this.#view.get('Namespace', name as ObjectPath);
  }

  pod(path: ObjectPath): PodRecord | undefined {
    return this.#view.get('Pod', path);
  }

  node(name: string): NodeRecord | undefined {
    return this.#view.get('Node', name as ObjectPath);
  }

  service(path: ObjectPath): ServiceRecord | undefined {
    return this.#view.get('Service', path);
  }

  record({ kind, path }: Contributor): ContributingRecord | undefined {
    return this.#view.get(kind, path);
  }

  workloadOf(pod: PodRecord): Workload | undefined {
    return this.#pods.get(pod.path)?.workload;
  }

  servicesOf(pod: PodRecord): readonly ServiceRecord[] {
    return this.#links.servicesOf(pod.path);
  }

  podsBehind(service: ServiceRecord): readonly PodRecord[] {
    const pods = this.#links.podsOf(service.path).toSorted();
    return pods.flatMap((path) => this.#pods.get(path)?.record ?? []);
  }

  /** No slice of the Service lists the pod, though it is alive and selected, as far as is known: what is missing may be either. */
  isUnlisted(pod: ObjectRef, service: ObjectRef): boolean {
    const record = this.#view.get('Pod', pod.path);
    const isOver = record !== undefined && (record.uid !== pod.uid || record.finished || record.terminating);
    if (isOver || this.#slices.isListed(pod.path, service.path)) return false;
    if (record === undefined || this.service(service.path) === undefined) return true;
    return this.#links.servicesOf(pod.path).some(({ path }) => path === service.path);
  }

  isOnHostNetwork(workload: Workload): boolean {
    const pods = this.#podsOfWorkload.get(workloadText(workload)) ?? new Set();
    return pods.size > 0 && pods.values().every((path) => this.#pods.get(path)?.record.hostNetwork === true);
  }

  holdsClaim(pod: PodRecord, address: IpAddress): boolean {
    return this.#claims.holds(pod, address);
  }

  /** Pods of the workload that have neither finished nor begun to terminate. */
  *livePods(workload: Pick<Workload, 'kind' | 'path'>): Generator<PodRecord> {
    for (const path of this.#podsOfWorkload.get(workloadText(workload)) ?? []) {
      const pod = this.#pods.get(path)?.record;
      if (pod !== undefined && !pod.finished && !pod.terminating) yield pod;
    }
  }

  #contributor(kind: ContributorKind, path: ObjectPath): Contributor {
    const text = `${kind}|${path}`;
    const known = this.#contributors.get(text);
    return known ?? { cluster: this.cluster, kind, path, id: `${this.cluster}|${text}` };
  }

  #observeNamespace(path: ObjectPath, dirty: Set<Contributor>): void {
    const now = this.#view.get('Namespace', path);
    const before = this.#remember(`Namespace|${path}`, now) as NamespaceRecord | undefined;
    if (before?.uid === now?.uid && before?.terminating === now?.terminating && sameLabels(before, now))
      return;
    for (const contributor of this.#byNamespace.get(path) ?? []) dirty.add(contributor);
  }

  #observeWorkload(kind: WorkloadRecord['kind'], path: ObjectPath, dirty: Set<Contributor>): void {
    const now = this.#view.get(kind, path);
    const before = this.#remember(`${kind}|${path}`, now) as WorkloadRecord | undefined;
    const contributor = this.#contributor(kind, path);
    dirty.add(contributor);
    this.#place(contributor, before ?? now, now !== undefined);
    if (leadsAlike(before, now)) return;
    const text = `${kind}|${path}`;
    const pods = new Set([...(this.#podsOfOwner.get(text) ?? []), ...(this.#podsOfWorkload.get(text) ?? [])]);
    for (const pod of pods) this.#resolve(pod, dirty);
  }

  /** Follows the chain of a known pod again, after something on it changed. */
  #resolve(path: ObjectPath, dirty: Set<Contributor>): void {
    const known = this.#pods.get(path);
    if (known !== undefined) this.#index(path, known, known.record, dirty);
  }

  #observePod(path: ObjectPath, dirty: Set<Contributor>): void {
    const before = this.#pods.get(path);
    const now = this.#view.get('Pod', path);
    if (before?.record === now) return;
    for (const peer of this.#claims.replace(before?.record, now)) dirty.add(this.#contributor('Pod', peer));
    this.#index(path, before, now, dirty);
  }

  #index(
    path: ObjectPath,
    before: IndexedPod | undefined,
    record: PodRecord | undefined,
    dirty: Set<Contributor>,
  ): void {
    const contributor = this.#contributor('Pod', path);
    dirty.add(contributor);
    const after = record && { record, workload: workloadOf(record, this.#view) };
    if (after === undefined) this.#pods.delete(path);
    else this.#pods.set(path, after);
    this.#place(contributor, before?.record ?? record, record !== undefined);
    this.#indexOwners(path, before, after, dirty);
    this.#indexSlices(path, before, after, dirty);
    if (linksMayChange(before, after))
      for (const service of this.#links.replacePod(path, after?.record))
        dirty.add(this.#contributor('Service', service));
  }

  #indexSlices(
    path: ObjectPath,
    before: IndexedPod | undefined,
    after: IndexedPod | undefined,
    dirty: Set<Contributor>,
  ): void {
    regroup(this.#podsOfNode, path, before?.record.node, after?.record.node);
    const mayChange =
      slicesMayChange(before?.record, after?.record) || !isSameWorkload(before?.workload, after?.workload);
    if (mayChange) this.#markSlices(this.#slices.ofPod(path), dirty);
  }

  #indexOwners(
    path: ObjectPath,
    before: IndexedPod | undefined,
    after: IndexedPod | undefined,
    dirty: Set<Contributor>,
  ): void {
    regroup(this.#podsOfOwner, path, ownerText(before), ownerText(after));
    const [had, has] = [textOf(before?.workload), textOf(after?.workload)];
    regroup(this.#podsOfWorkload, path, had, has);
    // Whether all its pods are on the host's network decides whether a workload makes a group.
    if (had === has && before?.record.hostNetwork === after?.record.hostNetwork) return;
    for (const workload of [before?.workload, after?.workload])
      if (workload !== undefined) dirty.add(this.#contributor(workload.kind, workload.path));
  }

  #observeService(path: ObjectPath, dirty: Set<Contributor>): void {
    const now = this.#view.get('Service', path);
    const before = this.#remember(`Service|${path}`, now) as ServiceRecord | undefined;
    const contributor = this.#contributor('Service', path);
    dirty.add(contributor);
    this.#place(contributor, before ?? now, now !== undefined);
    const pods = [...(this.#byNamespace.get((before ?? now)?.namespace ?? '') ?? [])].flatMap(
      ({ kind, path: pod }) => (kind === 'Pod' ? (this.#pods.get(pod)?.record ?? []) : []),
    );
    for (const pod of this.#links.replaceService(path, now, pods)) dirty.add(this.#contributor('Pod', pod));
    this.#markSlices(this.#slices.ofService(path), dirty);
  }

  /** What is on a node carries traffic as long as the node is ready. */
  #observeNode(path: ObjectPath, dirty: Set<Contributor>): void {
    const now = this.#view.get('Node', path);
    const before = this.#remember(`Node|${path}`, now) as NodeRecord | undefined;
    const contributor = this.#contributor('Node', path);
    dirty.add(contributor);
    this.#place(contributor, before === undefined ? now && noNamespace : noNamespace, now !== undefined);
    if (before?.ready === now?.ready && before?.addresses.join() === now?.addresses.join()) return;
    for (const pod of this.#podsOfNode.get(path) ?? []) dirty.add(this.#contributor('Pod', pod));
    this.#markSlices(this.#slices.onNode(path), dirty);
  }

  #observeSlice(path: ObjectPath, dirty: Set<Contributor>): void {
    const now: EndpointSliceRecord | undefined = this.#view.get('EndpointSlice', path);
    const contributor = this.#contributor('EndpointSlice', path);
    dirty.add(contributor);
    this.#place(contributor, this.#slices.replace(path, now) ?? now, now !== undefined);
  }

  #observeEndpoint(path: ObjectPath, dirty: Set<Contributor>): void {
    const contributor = this.#contributor('LearnedEndpoint', path);
    dirty.add(contributor);
    const namespace = path.slice(0, path.lastIndexOf('/'));
    this.#place(contributor, { namespace }, this.#view.get('LearnedEndpoint', path) !== undefined);
  }

  #markSlices(paths: Iterable<ObjectPath>, dirty: Set<Contributor>): void {
    for (const path of paths) dirty.add(this.#contributor('EndpointSlice', path));
  }

  #remember(text: string, now: Indexed | undefined): Indexed | undefined {
    const before = this.#seen.get(text);
    if (now === undefined) this.#seen.delete(text);
    else this.#seen.set(text, now);
    return before;
  }

  #place(
    contributor: Contributor,
    record: { readonly namespace: string } | undefined,
    isThere: boolean,
  ): void {
    const namespace = record?.namespace ?? '';
    const members = this.#byNamespace.get(namespace) ?? new Set();
    const text = `${contributor.kind}|${contributor.path}`;
    if (isThere) this.#contributors.set(text, contributor);
    else this.#contributors.delete(text);
    if (isThere) members.add(contributor);
    else members.delete(contributor);
    if (members.size === 0) this.#byNamespace.delete(namespace);
    else this.#byNamespace.set(namespace, members);
  }
}

function sameLabels(
  before: { readonly labels: Labels } | undefined,
  now: { readonly labels: Labels } | undefined,
): boolean {
  if (before === undefined || now === undefined) return before === now;
  const entries = Object.entries(before.labels);
  return (
    before.labels === now.labels ||
    (entries.length === Object.keys(now.labels).length &&
      entries.every(([key, value]) => now.labels[key] === value))
  );
}

/** Whether a Service may gain or lose the pod, or see another workload behind it. */
function linksMayChange(before: IndexedPod | undefined, after: IndexedPod | undefined): boolean {
  if (before === undefined || after === undefined) return before !== after;
  const isSameRecord =
    before.record.finished === after.record.finished &&
    before.record.uid === after.record.uid &&
    sameLabels(before.record, after.record);
  return !isSameRecord || !isSameWorkload(before.workload, after.workload);
}

/** What an endpoint takes from its pod beside the slice: whether it counts, where it listens, whose it is. */
function slicesMayChange(before: PodRecord | undefined, after: PodRecord | undefined): boolean {
  if (before === undefined || after === undefined) return before !== after;
  const isSame = before.hostNetwork === after.hostNetwork && before.finished === after.finished;
  return !isSame || before.uid !== after.uid || !sameLabels(before, after);
}

const noNamespace = { namespace: '' };

function isSameWorkload(before: Workload | undefined, after: Workload | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  const isSamePlace = before.kind === after.kind && before.path === after.path;
  return isSamePlace && before.ref.uid === after.ref.uid && before.labels === after.labels;
}

/** Whether pods behind the record lead to the same workload, with the same labels, as before. */
function leadsAlike(before: WorkloadRecord | undefined, now: WorkloadRecord | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  const isSameOwner = before.owner?.uid === now.owner?.uid && before.owner?.path === now.owner?.path;
  return before.uid === now.uid && isSameOwner && sameLabels(before, now);
}

function ownerText(pod: IndexedPod | undefined): string | undefined {
  const owner = pod?.record.owner;
  return owner && `${owner.kind}|${owner.path}`;
}

function textOf(workload: Workload | undefined): string | undefined {
  return workload && workloadText(workload);
}

function regroup(
  index: Map<string, Set<ObjectPath>>,
  path: ObjectPath,
  from: string | undefined,
  to: string | undefined,
): void {
  if (from === to) return;
  if (from !== undefined) {
    const members = index.get(from);
    members?.delete(path);
    if (members?.size === 0) index.delete(from);
  }
  if (to === undefined) return;
  const members = index.get(to);
  if (members === undefined) index.set(to, new Set([path]));
  else members.add(path);
}
