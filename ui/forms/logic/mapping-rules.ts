/**
 * What goes with what in a mapping: which groupings a kind of object has, which placeholders follow from a grouping, which fields
 * make sense, and what holds where nothing is written. A test holds it against what the server takes.
 */
import type { Tidying } from './tidy.ts';
import { listAt, textAt, valueAt } from './written.ts';
import type { Written } from './written.ts';

export const selectionKinds = ['workload', 'service', 'node', 'aciEpg'] as const;
export type SelectionKind = (typeof selectionKinds)[number];

export const targetKinds = ['externalEpg', 'redirectPolicy', 'pool'] as const;
export type MappedKind = (typeof targetKinds)[number];

export const groupingsOf: Readonly<Record<SelectionKind, readonly string[]>> = {
  workload: ['workload', 'namespace', 'mapping'],
  service: ['service', 'namespace', 'mapping'],
  node: ['mapping'],
  aciEpg: ['epg', 'mapping'],
};

const placeholdersOf: Readonly<Record<string, readonly string[]>> = {
  workload: ['cluster', 'namespace', 'workload', 'mapping'],
  service: ['cluster', 'namespace', 'service', 'mapping'],
  namespace: ['cluster', 'namespace', 'mapping'],
  epg: ['fabric', 'tenant', 'app', 'epg', 'mapping'],
  mapping: ['mapping'],
};

export function placeholdersFor(groupBy: string): readonly string[] {
  return placeholdersOf[groupBy] ?? [];
}

const suggestedNames: Readonly<Record<string, string>> = {
  workload: '{cluster}_{namespace}_{workload}',
  service: '{cluster}_{namespace}_{service}',
  namespace: '{cluster}_{namespace}',
  epg: '{app}_{epg}',
  mapping: '{mapping}',
};

export function suggestedName(groupBy: string): string {
  return suggestedNames[groupBy] ?? '{mapping}';
}

export const addressKindsOf: Readonly<Record<SelectionKind, readonly string[]>> = {
  workload: ['pod', 'loadBalancer', 'external'],
  service: ['loadBalancer', 'external', 'cluster', 'pod'],
  node: ['node'],
  aciEpg: [],
};

const defaultAddresses: Readonly<Record<SelectionKind, readonly string[]>> = {
  workload: ['pod'],
  service: ['loadBalancer', 'external'],
  node: ['node'],
  aciEpg: [],
};

export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet', 'Pod'];
const defaultWorkloads = ['Deployment', 'StatefulSet', 'DaemonSet'];

export function kindOf(entry: Written): SelectionKind {
  const kind = textAt(entry, 'from.kind');
  return selectionKinds.find((each) => each === kind) ?? 'workload';
}

export function groupByOf(entry: Written): string {
  const written = textAt(entry, 'from.groupBy');
  return written === '' ? (groupingsOf[kindOf(entry)][0] ?? 'mapping') : written;
}

export function addressesOf(entry: Written): readonly string[] {
  return valueAt(entry, 'to.externalEpg.addresses') === undefined
    ? defaultAddresses[kindOf(entry)]
    : listAt(entry, 'to.externalEpg.addresses');
}

export function workloadsOf(entry: Written): readonly string[] {
  return valueAt(entry, 'from.workloads') === undefined ? defaultWorkloads : listAt(entry, 'from.workloads');
}

/** Where traffic goes when nothing is written, and what may be written. */
export function destinationsOf(kind: SelectionKind): readonly ('pod' | 'node')[] {
  if (kind === 'node') return ['node'];
  return kind === 'aciEpg' ? ['pod'] : ['pod', 'node'];
}

export function weightsOf(entry: Written, target: 'redirectPolicy' | 'pool'): boolean {
  const written = valueAt(entry, `to.${target}.weights`);
  if (typeof written === 'boolean') return written;
  return kindOf(entry) !== 'node' && textAt(entry, `to.${target}.destinations`) === 'node';
}

/** Of `from`: what says something for the kind. */
export const selectionKeysOf: Readonly<Record<SelectionKind, readonly string[]>> = {
  workload: ['clusters', 'workloads', 'namespaces', 'labels', 'podLabels', 'hostNetwork', 'groupBy'],
  service: ['clusters', 'namespaces', 'labels', 'podLabels', 'hostNetwork', 'groupBy'],
  node: ['clusters', 'labels', 'groupBy'],
  aciEpg: ['fabric', 'epgs', 'absentFor', 'groupBy'],
};

const life = (at: string): Tidying['defaults'] => [
  [`${at}.families`, ['ipv4', 'ipv6']],
  [`${at}.whenEmpty`, 'keep'],
  [`${at}.emptyFor`, '10m'],
];

function trafficDefaults(at: string, entry: Written, drainFor: string): Tidying['defaults'] {
  const kind = kindOf(entry);
  const [destinations = 'pod'] = destinationsOf(kind);
  const written = textAt(entry, `${at}.destinations`);
  return [
    ...life(at),
    [`${at}.destinations`, destinations],
    [`${at}.readiness`, 'ready'],
    [`${at}.minHealthy`, '50%'],
    [`${at}.drain.for`, drainFor],
    [`${at}.drain.then`, 'leave'],
    [`${at}.weights`, kind !== 'node' && written === 'node'],
  ];
}

/** `onHaproxy`: whether its pool is on a HAProxy, whose backends are never created. */
export function mappingTidying(entry: Written, onHaproxy: boolean): Tidying {
  const kind = kindOf(entry);
  return {
    defaults: [
      ['firstContact', 'report'],
      ['from.absentFor', '10m'],
      ['from.workloads', defaultWorkloads],
      ['from.groupBy', groupingsOf[kind][0]],
      ['from.hostNetwork', false],
      ...life('to.externalEpg'),
      ['to.externalEpg.addresses', defaultAddresses[kind]],
      ['to.externalEpg.create', true],
      ['to.externalEpg.scope', ['import-security']],
      ['to.externalEpg.contracts.master', null],
      ['to.externalEpg.allowIsolated', false],
      ...trafficDefaults('to.redirectPolicy', entry, '0s'),
      ['to.redirectPolicy.create', true],
      ['to.redirectPolicy.hashing', 'sip-dip-prototype'],
      ['to.redirectPolicy.resilientHash', true],
      ['to.redirectPolicy.thresholdDownAction', 'permit'],
      ...trafficDefaults('to.pool', entry, '30s'),
      ['to.pool.create', !onHaproxy],
    ],
    optional: optionalOfMappings,
    containers: [
      'from.namespaces',
      'to.externalEpg.contracts',
      'to.redirectPolicy.drain',
      'to.redirectPolicy.macs',
      'to.redirectPolicy.threshold',
      'to.pool.drain',
    ],
  };
}

const optionalOfMappings = [
  'from.fabric',
  'from.absentFor',
  'from.namespaces.names',
  'from.namespaces.labels',
  'from.labels',
  'from.podLabels',
  'from.groupBy',
  'to.externalEpg.fabric',
  'to.externalEpg.contracts.provide',
  'to.externalEpg.contracts.consume',
  'to.externalEpg.contracts.master',
  'to.externalEpg.emptyFor',
  'to.redirectPolicy.fabric',
  'to.redirectPolicy.ipSla',
  'to.redirectPolicy.minHealthy',
  'to.redirectPolicy.drain.for',
  'to.redirectPolicy.threshold.min',
  'to.redirectPolicy.threshold.max',
  'to.redirectPolicy.emptyFor',
  'to.pool.loadBalancer',
  'to.pool.partition',
  'to.pool.monitor',
  'to.pool.loadBalancingMode',
  'to.pool.minHealthy',
  'to.pool.drain.for',
  'to.pool.emptyFor',
  'to.pool.priorityGroup',
  'to.pool.connectionLimit',
];
