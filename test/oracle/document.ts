/** The oracle's own reader of a configuration: no checks, and only what the oracle speaks about. */
import { parse } from 'yaml';

export interface MappingText {
  readonly name: string;
  readonly mode?: 'report' | 'add-only' | 'full';
  readonly from: {
    readonly kind: 'workload' | 'service';
    readonly clusters: readonly string[];
    readonly workloads?: readonly string[];
    readonly namespaces?: { readonly names?: readonly string[]; readonly labels?: string };
    readonly labels?: string;
    readonly podLabels?: string;
    readonly groupBy?: 'workload' | 'service' | 'namespace' | 'mapping';
  };
  readonly to: {
    readonly externalEpg: {
      readonly tenant: string;
      readonly l3out: string;
      readonly name: string;
      readonly addresses?: readonly string[];
      readonly contracts?: { readonly provide?: readonly string[]; readonly consume?: readonly string[] };
      readonly whenEmpty?: 'keep' | 'delete';
    };
  };
}

export interface DocumentText {
  readonly instance: string;
  readonly clusters: readonly {
    readonly name: string;
    readonly ranges: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly mappings: readonly MappingText[];
}

export function readDocument(yaml: string): DocumentText {
  return parse(yaml) as DocumentText;
}
