/**
 * A cluster in memory for tests of the desired state: records are put and taken away, each of which makes the notice that
 * a source would give. It is a `SourceView`, and makes nothing up by itself.
 */
import type {
  EndpointSliceRecord,
  LearnedEndpointRecord,
  SourceRecord,
  Labels,
  NamespaceRecord,
  NodeRecord,
  ObjectRef,
  ObservedKind,
  PodRecord,
  RecordOf,
  ServiceRecord,
  WorkloadRecord,
} from '../../model/cluster-records.ts';
import type { SourceNotice, SourceView, KindView, Sighting } from '../../model/source-view.ts';
import { worst } from '../../model/freshness.ts';
import type { Freshness } from '../../model/freshness.ts';
import { objectPath } from '../../model/identity.ts';
import type { SourceName, ObjectPath } from '../../model/identity.ts';
import { parseAddress } from '../../model/ip.ts';
import type { IpAddress } from '../../model/ip.ts';

type Given<Kind extends SourceRecord> = Partial<Omit<Kind, 'name' | 'namespace' | 'path' | 'kind'>>;

export class ClusterWorld implements SourceView {
  readonly name: SourceName;
  readonly identity = 'kube-system-uid';
  readonly problem = undefined;
  readonly stale = new Map<ObservedKind, Freshness>();
  readonly #records = new Map<ObservedKind, Map<ObjectPath, SourceRecord>>();
  #notices: SourceNotice[] = [];
  #version = 0;

  constructor(name: string) {
    this.name = name as SourceName;
  }

  freshness(kinds: Iterable<ObservedKind>): Freshness {
    return worst([...kinds].map((kind) => this.stale.get(kind) ?? 'synced'));
  }

  kind(kind: ObservedKind): KindView {
    const count = this.#records.get(kind)?.size ?? 0;
    return { freshness: this.freshness([kind]), count, lastContact: 0, problem: undefined };
  }

  get<Kind extends ObservedKind>(kind: Kind, path: ObjectPath): RecordOf<Kind> | undefined {
    return this.#records.get(kind)?.get(path) as RecordOf<Kind> | undefined;
  }

  all<Kind extends ObservedKind>(kind: Kind): Iterable<RecordOf<Kind>> {
    return (this.#records.get(kind)?.values() ?? []) as Iterable<RecordOf<Kind>>;
  }

  put<Kind extends SourceRecord>(record: Kind, sighting: Sighting = 'watched'): Kind {
    const records = this.#records.get(record.kind) ?? new Map<ObjectPath, SourceRecord>();
    this.#version += 1;
    const kept = { ...record, resourceVersion: String(this.#version) };
    this.#records.set(record.kind, records.set(record.path, kept));
    this.notice(record, sighting);
    return kept;
  }

  remove({ kind, path }: Pick<SourceRecord, 'kind' | 'path'>, sighting: Sighting = 'deleted'): void {
    this.#records.get(kind)?.delete(path);
    this.notice({ kind, path }, sighting);
  }

  notice({ kind, path }: Pick<SourceRecord, 'kind' | 'path'>, sighting: Sighting): void {
    this.#notices.push({ cluster: this.name, kind, path, sighting, at: 0 });
  }

  /** The notices since the last call. */
  take(): readonly SourceNotice[] {
    const taken = this.#notices;
    this.#notices = [];
    return taken;
  }

  namespace(name: string, given: Given<NamespaceRecord> = {}): NamespaceRecord {
    return this.put({ ...base('Namespace', '', name), kind: 'Namespace', terminating: false, ...given });
  }

  node(name: string, addresses: readonly string[], given: Given<NodeRecord> = {}): NodeRecord {
    const parsed = addresses.map(ip);
    return this.put({ ...base('Node', '', name), kind: 'Node', addresses: parsed, ready: true, ...given });
  }

  workload(
    kind: WorkloadRecord['kind'],
    namespace: string,
    name: string,
    given: Given<WorkloadRecord> = {},
  ): WorkloadRecord {
    const shared = { owner: undefined, replicas: 1, terminating: false };
    return this.put({ ...base(kind, namespace, name), kind, ...shared, ...given });
  }

  /** A Deployment with its one ReplicaSet, `NAME-1`. */
  deployment(namespace: string, name: string, given: Given<WorkloadRecord> = {}): WorkloadRecord {
    const deployment = this.workload('Deployment', namespace, name, given);
    this.workload('ReplicaSet', namespace, `${name}-1`, { owner: ref(deployment) });
    return deployment;
  }

  pod(
    namespace: string,
    name: string,
    addresses: readonly string[],
    given: Given<PodRecord> = {},
  ): PodRecord {
    return this.put(pod(namespace, name, addresses, given));
  }

  /** A pod of that Deployment. */
  podOf(
    deployment: WorkloadRecord,
    name: string,
    addresses: readonly string[],
    given: Given<PodRecord> = {},
  ): PodRecord {
    const { namespace } = deployment;
    const path = objectPath(namespace, `${deployment.name}-1`);
    const owner: ObjectRef = { kind: 'ReplicaSet', path, uid: uid('ReplicaSet', path) };
    return this.pod(namespace, name, addresses, { owner, labels: { 'pod-template-hash': '1' }, ...given });
  }

  service(namespace: string, name: string, given: Given<ServiceRecord> = {}): ServiceRecord {
    return this.put(service(namespace, name, given));
  }

  /** A slice of that Service, named `SERVICE-SUFFIX`. */
  slice(
    { namespace, name, path }: ServiceRecord,
    endpoints: readonly Endpoint[],
    { suffix = '1', ports = [] }: { suffix?: string; ports?: EndpointSliceRecord['ports'] } = {},
  ): EndpointSliceRecord {
    const named = base('EndpointSlice', namespace, `${name}-${suffix}`);
    return this.put({ ...named, kind: 'EndpointSlice', service: path, ports, endpoints });
  }

  /** In the EPG `tenant/application profile/EPG`. */
  learned(epg: string, address: string, given: Given<LearnedEndpointRecord> = {}): LearnedEndpointRecord {
    return this.put({
      ...base('LearnedEndpoint', epg, address),
      kind: 'LearnedEndpoint',
      address: ip(address),
      mac: '00:50:56:AA:BB:01',
      nodes: ['101'],
      absentSince: undefined,
      ...given,
    });
  }
}

export type Endpoint = EndpointSliceRecord['endpoints'][number];

/** An endpoint for that pod, as the cluster would make it. */
export function endpointOf(of: PodRecord, given: Partial<Endpoint> = {}): Endpoint {
  return {
    addresses: of.addresses,
    ready: of.ready && !of.terminating,
    serving: of.ready,
    terminating: of.terminating,
    node: of.node,
    target: ref(of),
    ...given,
  };
}

export function port(name: string, number: number): PodRecord['ports'][number] {
  return { name, number, protocol: 'TCP' };
}

export function pod(
  namespace: string,
  name: string,
  addresses: readonly string[],
  given: Given<PodRecord> = {},
): PodRecord {
  return {
    ...base('Pod', namespace, name),
    kind: 'Pod',
    phase: 'Running',
    node: 'node-1',
    hostNetwork: false,
    addresses: addresses.map(ip),
    owner: undefined,
    ready: true,
    terminating: false,
    finished: false,
    ports: [],
    startedAt: 1,
    ...given,
  };
}

export function service(namespace: string, name: string, given: Given<ServiceRecord> = {}): ServiceRecord {
  return {
    ...base('Service', namespace, name),
    kind: 'Service',
    type: 'ClusterIP',
    selector: {},
    clusterAddresses: [],
    externalAddresses: [],
    loadBalancerAddresses: [],
    loadBalancerHostnames: [],
    ports: [],
    headless: false,
    externalTrafficPolicy: 'Cluster',
    terminating: false,
    ...given,
  };
}

export function ref({ kind, path, uid: own }: ObjectRef): ObjectRef {
  return { kind, path, uid: own };
}

export function ip(text: string): IpAddress {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address;
}

function base(
  kind: string,
  namespace: string,
  name: string,
): {
  uid: string;
  path: ObjectPath;
  namespace: string;
  name: string;
  labels: Labels;
  resourceVersion: string;
} {
  const path = objectPath(namespace, name);
  return { uid: uid(kind, path), path, namespace, name, labels: {}, resourceVersion: '0' };
}

function uid(kind: string, path: ObjectPath): string {
  return `uid-of-${kind}-${path}`;
}
