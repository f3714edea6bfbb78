/**
 * The document, as it is after parsing: what the admin declares. Every name is checked, every prefix canonical,
 * every default filled in. `store/document` parses it; nobody else builds one but tests.
 */
import type { WorkloadKind } from './cluster-records.ts';
import type { SourceName, InstanceId, MappingName, SystemName, TargetKind } from './identity.ts';
import type { IpAddress, IpPrefix } from './ip.ts';
import type { LabelSelector } from './label-selector.ts';
import type { Role } from './person.ts';

/** report: plan only. add-only: removes nothing, but moves an address that a live pod claims. full: everything. */
export type Mode = 'report' | 'add-only' | 'full';

/** What an address is: where it was read from. Decides which range it must be in. */
export type AddressKind = 'pod' | 'loadBalancer' | 'external' | 'cluster' | 'node' | 'learned';

export type AddressFamily = 'ipv4' | 'ipv6';

export type GroupBy = 'workload' | 'service' | 'namespace' | 'epg' | 'mapping';

export interface AddressRanges {
  readonly pods: readonly IpPrefix[];
  readonly loadBalancers: readonly IpPrefix[];
  readonly external: readonly IpPrefix[];
  readonly cluster: readonly IpPrefix[];
  readonly nodes: readonly IpPrefix[];
}

/** A secret by reference, never by value: `file:PATH`, `env:NAME`, or `secret:ID` for one that the store keeps sealed. */
export type SecretRef = string;

/** A certificate: its PEM text itself, which is no secret, or a reference. */
export type Certificate = string;

export type ObserveMode =
  | { readonly mode: 'watch' }
  | { readonly mode: 'poll'; readonly everyMs: number }
  | { readonly mode: 'poll'; readonly cron: string; readonly zone: string };

/** How the far side's certificate is verified: by a CA, or by the pinned certificate itself. */
export type Trust = { readonly ca: Certificate } | { readonly pin: Certificate } | { readonly system: true };

export interface ClusterDeclaration {
  readonly name: SourceName;
  readonly server: string;
  readonly trust: Trust;
  readonly credentials:
    { readonly token: SecretRef } | { readonly clientCertificate: SecretRef; readonly clientKey: SecretRef };
  readonly observe: ObserveMode;
  readonly ranges: AddressRanges;
}

interface FabricBounds {
  readonly name: SystemName;
  /** Bound of one write: objects. Default 1,000. */
  readonly batchObjects: number;
  /** Bound of one write: bytes. Default 1 MiB. */
  readonly batchBytes: number;
  /** Full re-read of the fabric, milliseconds. Default 10 minutes. */
  readonly resyncMs: number;
}

/** Reached from outside, as a user of its own. */
export interface ReachedFabric extends FabricBounds {
  /** URLs of the APICs, in order of preference: `https://host[:port]`. */
  readonly controllers: readonly string[];
  readonly trust: Trust;
  readonly credentials: { readonly username: string; readonly password: SecretRef };
}

/** The fabric on whose APIC we run, as an app of the App Center: where it is and how we sign in there comes from where we run. */
export interface HostFabric extends FabricBounds {
  readonly appCenter: true;
}

export type FabricDeclaration = ReachedFabric | HostFabric;

export interface BigIpDeclaration {
  readonly kind: 'bigip';
  readonly name: SystemName;
  /** `https://host[:port]` */
  readonly address: string;
  readonly trust: Trust;
  readonly credentials: {
    readonly username: string;
    readonly password: SecretRef;
    readonly provider: string;
  };
  /** How often pools are read and compared, milliseconds. Default 30 s. */
  readonly resyncMs: number;
  /** The configuration is saved once nothing was written for so long, milliseconds. Default 60 s; undefined: never by us. */
  readonly saveAfterMs: number | undefined;
}

export interface HaproxyDeclaration {
  readonly kind: 'haproxy';
  readonly name: SystemName;
  /** The Runtime API: a unix socket's path, or an address that reaches no further than it must: the API knows no passwords. */
  readonly socket: { readonly path: string } | { readonly host: string; readonly port: number };
  /** How often it is asked whether it was reloaded, milliseconds. Default 1 s. */
  readonly probeMs: number;
  /** How often backends are read and compared, milliseconds. Default 30 s. */
  readonly resyncMs: number;
  /** Health checks of the servers that we add, as HAProxy's keywords say it (`check inter 2s`); undefined: none. */
  readonly check: string | undefined;
}

export type LoadBalancerDeclaration = BigIpDeclaration | HaproxyDeclaration;

export interface Selection {
  readonly kind: 'workload' | 'service' | 'node' | 'aciEpg';
  /** Clusters; for kind aciEpg the fabric that learns. */
  readonly sources: readonly SourceName[];
  /** For kind aciEpg: `tenant/application profile/EPG`. */
  readonly epgs: readonly string[];
  /** For kind aciEpg: how long an endpoint must be absent before it is gone. Default 10 min. */
  readonly absentForMs: number;
  /** For kind workload. `Pod` stands for bare pods. */
  readonly workloads: readonly WorkloadKind[];
  /** Either matches; both absent: every namespace. */
  readonly namespaces: { readonly names: readonly string[]; readonly labels: LabelSelector | undefined };
  /** Of the selected object. */
  readonly labels: LabelSelector | undefined;
  /** Of its pods. */
  readonly podLabels: LabelSelector | undefined;
  readonly groupBy: GroupBy;
  /** Take host-network pods (they have their node's address). Default false. */
  readonly hostNetwork: boolean;
}

/** What every kind of target says. */
interface BaseTarget {
  readonly kind: TargetKind;
  /** The fabric or load balancer. */
  readonly system: SystemName;
  /** Template: `{cluster} {namespace} {workload} {service} {epg} {mapping}`. */
  readonly name: string;
  readonly families: readonly AddressFamily[];
  /** false: the object must exist; only our items are kept in it. */
  readonly create: boolean;
  readonly whenEmpty: 'keep' | 'delete';
  readonly emptyForMs: number;
}

/** What targets that carry traffic say. */
interface TrafficTarget extends BaseTarget {
  /** node: the nodes that have a backend of their own, weighted by how many they have. */
  readonly destinations: 'pod' | 'node';
  /** serving: what terminates may be given new traffic as long as it serves. */
  readonly readiness: 'ready' | 'serving';
  readonly minHealthy: { readonly share: number } | { readonly count: number };
  readonly drain: { readonly forMs: number; readonly then: 'leave' | 'cut' };
  /** Weigh each by how many backends stand behind it; false: its weight is not ours. */
  readonly weights: boolean;
}

export interface ExternalEpgTarget extends BaseTarget {
  readonly kind: 'externalEpg';
  readonly tenant: string;
  readonly l3out: string;
  readonly addresses: readonly AddressKind[];
  readonly scope: readonly ('import-security' | 'shared-security')[];
  readonly contracts: {
    readonly provide: readonly string[];
    readonly consume: readonly string[];
    /** Inherit contracts from this EEPG of the same L3Out. */
    readonly master: string | undefined;
  };
  /** Fill an EEPG that no contract, preferred group, vzAny or unenforced VRF lets talk. */
  readonly allowIsolated: boolean;
}

/** One family each: a policy holds destinations of one. */
export interface RedirectPolicyTarget extends TrafficTarget {
  readonly kind: 'redirectPolicy';
  readonly tenant: string;
  /** Name of an IP SLA monitoring policy of the tenant. Tracking also needs health groups, which come with it. */
  readonly ipSla: string | undefined;
  readonly hashing: 'sip-dip-prototype' | 'sip' | 'dip';
  readonly resilientHash: boolean;
  /** Percent of destinations that are up; undefined: no threshold. */
  readonly threshold: { readonly min: number; readonly max: number } | undefined;
  readonly thresholdDownAction: 'permit' | 'deny' | 'bypass';
  /** By address, for releases and policies that demand one; a learned endpoint brings its own. */
  readonly macs: ReadonlyMap<IpAddress, string>;
}

/** By number, by the Service's name for it, or by the name that the pod's container gives it. */
export type PortChoice =
  { readonly number: number } | { readonly name: string } | { readonly container: string };

export interface PoolTarget extends TrafficTarget {
  readonly kind: 'pool';
  /** On a BIG-IP; empty on HAProxy. */
  readonly partition: string;
  readonly port: PortChoice;
  readonly monitor: string | undefined;
  readonly loadBalancingMode: string | undefined;
  readonly priorityGroup: number | undefined;
  readonly connectionLimit: number | undefined;
}

export type Target = ExternalEpgTarget | RedirectPolicyTarget | PoolTarget;

export interface Mapping {
  readonly name: MappingName;
  readonly mode: Mode;
  /** apply: skip the first round in report mode. */
  readonly firstContact: 'report' | 'apply';
  readonly from: Selection;
  /** At most one of each kind and family. */
  readonly to: readonly Target[];
}

export interface Settings {
  readonly guard: {
    /** Unexplained removals beyond this share of the mapping's size are held … Default 0.2. */
    readonly share: number;
    /** … once there are more than this many. Default 10. */
    readonly atLeast: number;
    /** Never more than this many in a window. Default 50. */
    readonly atMost: number;
    /** Default 60 minutes. */
    readonly windowMs: number;
  };
  readonly access: AccessSettings;
  readonly history: {
    /** What is older is forgotten, milliseconds. Default 90 days. */
    readonly keepForMs: number;
    /** The oldest is forgotten beyond this size. Default 500 MB. */
    readonly bytes: number;
  };
}

export interface AccessSettings {
  /** Roles of a fabric, held for its security domain `all`, that make its user what here. Held with write privilege. */
  readonly roles: Readonly<Record<Role, readonly string[]>>;
  /** A session ends when nothing was asked for so long, milliseconds. Default 30 min. */
  readonly idleMs: number;
  /** A session ends after this, milliseconds. Default 12 h. */
  readonly endAfterMs: number;
}

export interface Document {
  readonly version: 1;
  readonly instance: InstanceId;
  readonly clusters: readonly ClusterDeclaration[];
  readonly fabrics: readonly FabricDeclaration[];
  readonly loadBalancers: readonly LoadBalancerDeclaration[];
  readonly mappings: readonly Mapping[];
  readonly settings: Settings;
}
