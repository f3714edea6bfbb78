/**
 * The document, as it is after parsing: what the admin declares. Every name is checked, every prefix canonical,
 * every default filled in. `store/document` parses it; nobody else builds one but tests.
 */
import type { WorkloadKind } from './cluster-records.ts';
import type { ClusterName, InstanceId, MappingName, SystemName } from './identity.ts';
import type { IpPrefix } from './ip.ts';
import type { LabelSelector } from './label-selector.ts';

/** report: plan only. add-only: removes nothing, but moves an address that a live pod claims. full: everything. */
export type Mode = 'report' | 'add-only' | 'full';

/** What an address is: where it was read from. Decides which range it must be in. */
export type AddressKind = 'pod' | 'loadBalancer' | 'external' | 'cluster' | 'node';

export type GroupBy = 'workload' | 'service' | 'namespace' | 'mapping';

export interface AddressRanges {
  readonly pods: readonly IpPrefix[];
  readonly loadBalancers: readonly IpPrefix[];
  readonly external: readonly IpPrefix[];
  readonly cluster: readonly IpPrefix[];
  readonly nodes: readonly IpPrefix[];
}

/** A secret by reference, never by value: `file:PATH` or `env:NAME`. */
export type SecretRef = string;

export type ObserveMode =
  | { readonly mode: 'watch' }
  | { readonly mode: 'poll'; readonly everyMs: number }
  | { readonly mode: 'poll'; readonly cron: string; readonly zone: string };

/** How the far side's certificate is verified: by a CA, or by the pinned certificate itself. */
export type Trust = { readonly ca: SecretRef } | { readonly pin: SecretRef } | { readonly system: true };

export interface ClusterDeclaration {
  readonly name: ClusterName;
  readonly server: string;
  readonly trust: Trust;
  readonly credentials:
    { readonly token: SecretRef } | { readonly clientCertificate: SecretRef; readonly clientKey: SecretRef };
  readonly observe: ObserveMode;
  readonly ranges: AddressRanges;
}

export interface FabricDeclaration {
  readonly name: SystemName;
  /** URLs of the APICs, in order of preference: `https://host[:port]`. */
  readonly controllers: readonly string[];
  readonly trust: Trust;
  readonly credentials: { readonly username: string; readonly password: SecretRef };
  /** Bound of one write: objects. Default 1,000. */
  readonly batchObjects: number;
  /** Bound of one write: bytes. Default 1 MiB. */
  readonly batchBytes: number;
  /** Full re-read of the fabric, milliseconds. Default 10 minutes. */
  readonly resyncMs: number;
}

export interface Selection {
  readonly kind: 'workload' | 'service' | 'node';
  readonly clusters: readonly ClusterName[];
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

export interface ExternalEpgTarget {
  readonly fabric: SystemName;
  readonly tenant: string;
  readonly l3out: string;
  /** Template: `{cluster} {namespace} {workload} {service} {mapping}`. */
  readonly name: string;
  readonly addresses: readonly AddressKind[];
  readonly families: readonly ('ipv4' | 'ipv6')[];
  /** false: the EEPG must exist; only our subnets are kept in it. */
  readonly create: boolean;
  readonly scope: readonly ('import-security' | 'shared-security')[];
  readonly contracts: {
    readonly provide: readonly string[];
    readonly consume: readonly string[];
    /** Inherit contracts from this EEPG of the same L3Out. */
    readonly master: string | undefined;
  };
  readonly whenEmpty: 'keep' | 'delete';
  readonly emptyForMs: number;
  /** Fill an EEPG that no contract, preferred group, vzAny or unenforced VRF lets talk. */
  readonly allowIsolated: boolean;
}

export interface Mapping {
  readonly name: MappingName;
  readonly mode: Mode;
  /** apply: skip the first round in report mode. */
  readonly firstContact: 'report' | 'apply';
  readonly from: Selection;
  readonly to: { readonly externalEpg: ExternalEpgTarget };
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
}

export interface Document {
  readonly version: 1;
  readonly instance: InstanceId;
  readonly clusters: readonly ClusterDeclaration[];
  readonly fabrics: readonly FabricDeclaration[];
  readonly mappings: readonly Mapping[];
  readonly settings: Settings;
}
