/**
 * From the text of a document to the parsed form, or all of its faults at once. Nothing is half applied: there is a document
 * or there are faults.
 */
import { parseDocument as parseYaml } from 'yaml';
import type { ClusterName, InstanceId, MappingName, SystemName } from '../../model/identity.ts';
import type {
  ClusterDeclaration,
  Document,
  FabricDeclaration,
  Mapping,
  ObserveMode,
  Trust,
} from '../../model/mapping.ts';
import { groupByOf, referenceFaults } from './references.ts';
import { faultsOf, type Fault } from './fault.ts';
import {
  documentSchema,
  type WrittenCluster,
  type WrittenDocument,
  type WrittenFabric,
  type WrittenMapping,
} from './schema.ts';

export type ParsedDocument = { readonly document: Document } | { readonly faults: readonly Fault[] };

/** Reads YAML (so JSON too). */
export function parseDocument(text: string): ParsedDocument {
  const yaml = parseYaml(text, { uniqueKeys: true });
  if (yaml.errors.length > 0)
    return {
      faults: yaml.errors.map((error) => ({
        path: `line ${error.linePos?.[0].line ?? 1}`,
        found: error.message.split('\n')[0] ?? error.code,
        expected: 'YAML',
      })),
    };
  const input: unknown = yaml.toJS();
  const result = documentSchema.safeParse(input);
  if (!result.success) return { faults: faultsOf(result.error, input) };
  const faults = referenceFaults(result.data);
  return faults.length > 0 ? { faults } : { document: toDocument(result.data) };
}

function toDocument(written: WrittenDocument): Document {
  const onlyFabric = written.fabrics[0]?.name ?? '';
  return {
    version: 1,
    instance: written.instance as InstanceId,
    clusters: written.clusters.map(toCluster),
    fabrics: written.fabrics.map(toFabric),
    mappings: written.mappings.map((mapping) => toMapping(mapping, onlyFabric)),
    settings: {
      guard: {
        share: written.settings.guard.share,
        atLeast: written.settings.guard.atLeast,
        atMost: written.settings.guard.atMost,
        windowMs: written.settings.guard.window,
      },
    },
  };
}

function toTrust({ ca, pin }: { ca?: string | undefined; pin?: string | undefined }): Trust {
  if (ca !== undefined) return { ca };
  return pin === undefined ? { system: true } : { pin };
}

function toObserve(observe: WrittenCluster['observe']): ObserveMode {
  if (observe.mode === 'watch') return { mode: 'watch' };
  return 'every' in observe
    ? { mode: 'poll', everyMs: observe.every }
    : { mode: 'poll', cron: observe.cron, zone: observe.zone };
}

function toCluster(cluster: WrittenCluster): ClusterDeclaration {
  return {
    name: cluster.name as ClusterName,
    server: cluster.server,
    trust: toTrust(cluster),
    credentials: cluster.credentials,
    observe: toObserve(cluster.observe),
    ranges: cluster.ranges,
  };
}

function toFabric(fabric: WrittenFabric): FabricDeclaration {
  return {
    name: fabric.name as SystemName,
    controllers: fabric.controllers,
    trust: toTrust(fabric),
    credentials: fabric.credentials,
    batchObjects: fabric.batch.objects,
    batchBytes: fabric.batch.bytes,
    resyncMs: fabric.resync,
  };
}

const defaultAddresses = {
  workload: ['pod'],
  service: ['loadBalancer', 'external'],
  node: ['node'],
} as const;

function toMapping(mapping: WrittenMapping, onlyFabric: string): Mapping {
  const { from } = mapping;
  const { emptyFor, fabric, contracts, addresses, ...epg } = mapping.to.externalEpg;
  return {
    name: mapping.name as MappingName,
    mode: mapping.mode,
    firstContact: mapping.firstContact,
    from: {
      kind: from.kind,
      clusters: from.clusters as ClusterName[],
      workloads: from.workloads,
      namespaces: { names: from.namespaces.names, labels: from.namespaces.labels },
      labels: from.labels,
      podLabels: from.podLabels,
      groupBy: groupByOf(mapping),
      hostNetwork: from.hostNetwork,
    },
    to: {
      externalEpg: {
        ...epg,
        fabric: (fabric ?? onlyFabric) as SystemName,
        addresses: addresses ?? defaultAddresses[from.kind],
        contracts: {
          provide: contracts.provide,
          consume: contracts.consume,
          master: contracts.master ?? undefined,
        },
        emptyForMs: emptyFor,
      },
    },
  };
}
