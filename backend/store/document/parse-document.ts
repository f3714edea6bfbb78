/**
 * From the text of a document to the parsed form, or all of its faults at once. Nothing is half applied: there is a document
 * or there are faults.
 */
import type { SourceName, InstanceId, MappingName, SystemName } from '../../model/identity.ts';
import type {
  ClusterDeclaration,
  Document,
  FabricDeclaration,
  LoadBalancerDeclaration,
  Mapping,
  ObserveMode,
  Settings,
  Trust,
} from '../../model/mapping.ts';
import { groupByOf, referenceFaults, surroundingsOf } from './references.ts';
import { systemName } from './targets/form.ts';
import { targetsOf } from './targets/registry.ts';
import type { Fault } from '../../model/fault.ts';
import { faultsOf } from './fault.ts';
import {
  documentSchema,
  type WrittenCluster,
  type WrittenDocument,
  type WrittenFabric,
  type WrittenLoadBalancer,
  type WrittenMapping,
} from './schema.ts';
import { readYaml } from './read-yaml.ts';

export type ParsedDocument = { readonly document: Document } | { readonly faults: readonly Fault[] };

/** Reads YAML (so JSON too). */
export function parseDocument(text: string): ParsedDocument {
  const written = readYaml(text);
  return 'faults' in written ? written : checkDocument(written.value);
}

/** What is already parsed, as from JSON. */
export function checkDocument(input: unknown): ParsedDocument {
  const result = documentSchema.safeParse(input);
  if (!result.success) return { faults: faultsOf(result.error, input) };
  const faults = referenceFaults(result.data);
  return faults.length > 0 ? { faults } : { document: toDocument(result.data) };
}

function toDocument(written: WrittenDocument): Document {
  return {
    version: 1,
    instance: written.instance as InstanceId,
    clusters: written.clusters.map(toCluster),
    fabrics: written.fabrics.map(toFabric),
    loadBalancers: written.loadBalancers.map(toLoadBalancer),
    mappings: written.mappings.map((mapping) => toMapping(mapping, written)),
    settings: toSettings(written.settings),
  };
}

function toSettings({ guard, access, history }: WrittenDocument['settings']): Settings {
  const { window: windowMs, ...bounds } = guard;
  return {
    guard: { ...bounds, windowMs },
    access: { roles: access.roles, idleMs: access.idle, endAfterMs: access.endAfter },
    history: { keepForMs: history.keepFor, bytes: history.megabytes * 1_000_000 },
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
    name: cluster.name as SourceName,
    server: cluster.server,
    trust: toTrust(cluster),
    credentials: cluster.credentials,
    observe: toObserve(cluster.observe),
    ranges: cluster.ranges,
  };
}

function toFabric(fabric: WrittenFabric): FabricDeclaration {
  const bounds = {
    name: fabric.name as SystemName,
    batchObjects: fabric.batch.objects,
    batchBytes: fabric.batch.bytes,
    resyncMs: fabric.resync,
  };
  if (fabric.appCenter === true) return { ...bounds, appCenter: true };
  const { controllers, credentials } = fabric;
  return { ...bounds, controllers, trust: toTrust(fabric), credentials };
}

function toLoadBalancer(written: WrittenLoadBalancer): LoadBalancerDeclaration {
  const { kind, resync: resyncMs } = written;
  const name = written.name as SystemName;
  if (kind === 'haproxy')
    return { kind, name, socket: written.socket, probeMs: written.probe, resyncMs, check: written.check };
  const { address, credentials, save } = written;
  const saveAfterMs = save === 'never' ? undefined : save;
  return { kind, name, address, trust: toTrust(written), credentials, resyncMs, saveAfterMs };
}

function toMapping(mapping: WrittenMapping, document: WrittenDocument): Mapping {
  const { from } = mapping;
  const { clusters = [], fabric, absentFor, epgs = [], ...selection } = from;
  const learning = systemName(fabric, document.fabrics) as string as SourceName;
  return {
    name: mapping.name as MappingName,
    mode: mapping.mode,
    firstContact: mapping.firstContact,
    from: {
      ...selection,
      sources: from.kind === 'aciEpg' ? [learning] : (clusters as SourceName[]),
      epgs,
      absentForMs: absentFor,
      namespaces: { names: from.namespaces.names, labels: from.namespaces.labels },
      labels: from.labels,
      podLabels: from.podLabels,
      groupBy: groupByOf(mapping),
    },
    to: targetsOf(mapping.to, surroundingsOf(mapping, document)),
  };
}
