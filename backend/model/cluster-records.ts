/**
 * What is kept of the objects of sources: slim, frozen records. Everything else is dropped as it enters.
 * Texts of addresses are canonical; what does not parse is left out and counted by the adapter.
 */
import type { IpAddress } from './ip.ts';
import type { ObjectPath } from './identity.ts';

export type Labels = Readonly<Record<string, string>>;

/** The kinds that are observed. Workload kinds are those that own pods, directly or through a ReplicaSet. */
export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'ReplicaSet' | 'Pod';
export type ObservedKind =
  | 'Namespace'
  | 'Node'
  | 'Pod'
  | 'Service'
  | 'EndpointSlice'
  | Exclude<WorkloadKind, 'Pod'>
  /** Of a fabric, not of a cluster. */
  | 'LearnedEndpoint';

export type ClusterKind = Exclude<ObservedKind, 'LearnedEndpoint'>;

/** All that is ever followed of a cluster. */
export const clusterKinds: readonly ClusterKind[] = [
  'Namespace',
  'Node',
  'Pod',
  'Service',
  'EndpointSlice',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
];

/** Points at an object of a source, by kind, path and uid. */
export interface ObjectRef {
  readonly kind: string;
  readonly path: ObjectPath;
  readonly uid: string;
}

interface BaseRecord {
  readonly uid: string;
  readonly path: ObjectPath;
  /** Empty for objects without a namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly resourceVersion: string;
}

export interface NamespaceRecord extends BaseRecord {
  readonly kind: 'Namespace';
  readonly terminating: boolean;
}

export interface NodeRecord extends BaseRecord {
  readonly kind: 'Node';
  readonly addresses: readonly IpAddress[];
  readonly ready: boolean;
}

export interface WorkloadRecord extends BaseRecord {
  readonly kind: Exclude<WorkloadKind, 'Pod'>;
  /** The controlling owner: the Deployment of a ReplicaSet, the CronJob of a Job (not observed itself). */
  readonly owner: ObjectRef | undefined;
  /** Pods wanted; undefined where the kind does not say (DaemonSet: status.desiredNumberScheduled). */
  readonly replicas: number | undefined;
  readonly terminating: boolean;
}

/** A port with the name that it has where it is declared; empty when it has none. */
export interface NamedPort {
  readonly name: string;
  readonly number: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

export interface PodRecord extends BaseRecord {
  readonly kind: 'Pod';
  readonly phase: PodPhase;
  readonly node: string | undefined;
  readonly hostNetwork: boolean;
  /** Both families, in the order of `status.podIPs`. */
  readonly addresses: readonly IpAddress[];
  readonly owner: ObjectRef | undefined;
  readonly ready: boolean;
  /** `metadata.deletionTimestamp` is set. */
  readonly terminating: boolean;
  /** All containers have ended for good: such a pod holds no address, whatever its status says. */
  readonly finished: boolean;
  /** Of all its containers. */
  readonly ports: readonly NamedPort[];
  /** `status.startTime`, milliseconds since the epoch; 0 when not started. */
  readonly startedAt: number;
}

export interface ServiceRecord extends BaseRecord {
  readonly kind: 'Service';
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** Selector of pods; empty when endpoints are kept by hand. */
  readonly selector: Labels;
  readonly clusterAddresses: readonly IpAddress[];
  readonly externalAddresses: readonly IpAddress[];
  readonly loadBalancerAddresses: readonly IpAddress[];
  /** Load-balancer ingress entries that are host names: they cannot be classified, and are reported. */
  readonly loadBalancerHostnames: readonly string[];
  /** `number` is the Service's own port; `nodePort` is 0 where none was given. */
  readonly ports: readonly (NamedPort & { readonly nodePort: number })[];
  /** It has no cluster address of its own: clients are given its pods'. */
  readonly headless: boolean;
  /** Whether traffic to a node reaches only pods on it. */
  readonly externalTrafficPolicy: 'Cluster' | 'Local';
  readonly terminating: boolean;
}

export interface EndpointSliceRecord extends BaseRecord {
  readonly kind: 'EndpointSlice';
  /** Path of the Service, from the label kubernetes.io/service-name. */
  readonly service: ObjectPath | undefined;
  /** As the Service names them; numbers are those of the pods. */
  readonly ports: readonly NamedPort[];
  readonly endpoints: readonly {
    readonly addresses: readonly IpAddress[];
    readonly ready: boolean;
    readonly serving: boolean;
    readonly terminating: boolean;
    readonly node: string | undefined;
    readonly target: ObjectRef | undefined;
  }[];
}

/**
 * An address that a fabric learned in an internal EPG (`fvIp`). `path` is `tenant/application profile/EPG/address`, `namespace`
 * the EPG, `name` the address; `uid` is its distinguished name. A loss is not told before it is certain: see `observe`.
 */
export interface LearnedEndpointRecord extends BaseRecord {
  readonly kind: 'LearnedEndpoint';
  readonly address: IpAddress;
  /** Six pairs of hexadecimal digits in upper case, with colons. */
  readonly mac: string;
  /** Leaf switches that report it, by node id. */
  readonly nodes: readonly string[];
  /** Not seen any more since then (milliseconds since the epoch), and not gone for certain; undefined: it is there. */
  readonly absentSince: number | undefined;
}

export type SourceRecord =
  | NamespaceRecord
  | NodeRecord
  | WorkloadRecord
  | PodRecord
  | ServiceRecord
  | EndpointSliceRecord
  | LearnedEndpointRecord;

/** The record of a kind; workload kinds share one shape. */
export type RecordOf<Kind extends ObservedKind> = Kind extends WorkloadRecord['kind']
  ? WorkloadRecord & { readonly kind: Kind }
  : Extract<SourceRecord, { kind: Kind }>;
