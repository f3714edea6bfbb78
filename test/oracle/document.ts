/** The oracle's own reader of a configuration: no checks, and only what the oracle speaks about. */
import { parse } from 'yaml';

export interface SelectionText {
  readonly kind: 'workload' | 'service' | 'node' | 'aciEpg';
  readonly clusters?: readonly string[];
  readonly fabric?: string;
  readonly epgs?: readonly string[];
  readonly workloads?: readonly string[];
  readonly namespaces?: { readonly names?: readonly string[]; readonly labels?: string };
  readonly labels?: string;
  readonly podLabels?: string;
  readonly groupBy?: 'workload' | 'service' | 'namespace' | 'epg' | 'mapping';
  readonly hostNetwork?: boolean;
}

export interface ExternalEpgText {
  readonly tenant: string;
  readonly l3out: string;
  readonly name: string;
  readonly addresses?: readonly string[];
  readonly contracts?: { readonly provide?: readonly string[]; readonly consume?: readonly string[] };
  readonly whenEmpty?: 'keep' | 'delete';
}

/** What policies and pools have in common. */
export interface TrafficText {
  readonly name: string;
  readonly destinations?: 'pod' | 'node';
  readonly readiness?: 'ready' | 'serving';
  readonly families?: readonly ('ipv4' | 'ipv6')[];
  readonly minHealthy?: string | number;
  readonly weights?: boolean;
  readonly create?: boolean;
  readonly whenEmpty?: 'keep' | 'delete';
}

export interface RedirectPolicyText extends TrafficText {
  readonly tenant: string;
  readonly ipSla?: string;
  readonly hashing?: string;
  readonly resilientHash?: boolean;
  readonly threshold?: { readonly min: number; readonly max: number };
  readonly thresholdDownAction?: string;
}

export interface PoolText extends TrafficText {
  readonly loadBalancer?: string;
  readonly partition?: string;
  readonly port: number | string | { readonly container: string };
  readonly monitor?: string;
  readonly priorityGroup?: number;
  readonly connectionLimit?: number;
}

export interface MappingText {
  readonly name: string;
  readonly mode?: 'report' | 'add-only' | 'full';
  readonly from: SelectionText;
  readonly to: {
    readonly externalEpg?: ExternalEpgText;
    readonly redirectPolicy?: RedirectPolicyText;
    readonly pool?: PoolText;
  };
}

export interface DocumentText {
  readonly instance: string;
  readonly clusters: readonly {
    readonly name: string;
    readonly ranges: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly fabrics?: readonly { readonly name: string }[];
  readonly mappings: readonly MappingText[];
}

export function readDocument(yaml: string): DocumentText {
  return parse(yaml) as DocumentText;
}
