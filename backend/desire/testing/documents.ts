/**
 * Documents for tests: one fabric, clusters with wide ranges, and mappings of which a test states only what it is about.
 */
import { parseLabelSelector } from '../../model/label-selector.ts';
import type { LabelSelector } from '../../model/label-selector.ts';
import { parsePrefix } from '../../model/ip.ts';
import type { IpPrefix } from '../../model/ip.ts';
import type {
  AddressRanges,
  ClusterDeclaration,
  Document,
  ExternalEpgTarget,
  FabricDeclaration,
  Mapping,
  PoolTarget,
  RedirectPolicyTarget,
  Selection,
  Target,
} from '../../model/mapping.ts';
import type { SourceName, InstanceId, KeyText, MappingName, SystemName } from '../../model/identity.ts';
import { createDesiredState } from '../desired-state.ts';
import type { DesiredState } from '../desired-state.ts';
import type { ClusterWorld } from './cluster-world.ts';

export const instance = '7f3a' as InstanceId;
export const fabric = 'dc1' as SystemName;
export const balancer = 'f5' as SystemName;

export interface MappingGiven {
  readonly from?: Partial<Selection>;
  readonly to?: Partial<ExternalEpgTarget>;
  /** Instead of one external EPG. */
  readonly targets?: readonly Target[];
}

export function mapping(name: string, { from = {}, to = {}, targets }: MappingGiven = {}): Mapping {
  return {
    name: name as MappingName,
    mode: 'full',
    firstContact: 'apply',
    from: {
      kind: 'workload',
      sources: ['a' as SourceName],
      epgs: [],
      absentForMs: 600_000,
      workloads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet', 'Pod'],
      namespaces: { names: [], labels: undefined },
      labels: undefined,
      podLabels: undefined,
      groupBy: 'workload',
      hostNetwork: false,
      ...from,
    },
    to: targets ?? [
      {
        kind: 'externalEpg',
        system: fabric,
        tenant: 'k8s',
        l3out: 'calico',
        name: '{cluster}_{namespace}_{workload}',
        addresses: ['pod'],
        families: ['ipv4', 'ipv6'],
        create: true,
        scope: ['import-security'],
        contracts: { provide: [], consume: [], master: undefined },
        whenEmpty: 'keep',
        emptyForMs: 0,
        allowIsolated: true,
        ...to,
      },
    ],
  };
}

const traffic = {
  families: ['ipv4', 'ipv6'],
  create: true,
  whenEmpty: 'keep',
  emptyForMs: 0,
  destinations: 'pod',
  readiness: 'ready',
  minHealthy: { share: 0.5 },
  drain: { forMs: 30_000, then: 'leave' },
  weights: false,
} as const;

export function poolTarget(given: Partial<PoolTarget> = {}): PoolTarget {
  return {
    kind: 'pool',
    system: balancer,
    name: '{service}',
    partition: 'k8s',
    port: { number: 8080 },
    monitor: undefined,
    loadBalancingMode: undefined,
    priorityGroup: undefined,
    connectionLimit: undefined,
    ...traffic,
    ...given,
  };
}

export function policyTarget(given: Partial<RedirectPolicyTarget> = {}): RedirectPolicyTarget {
  return {
    kind: 'redirectPolicy',
    system: fabric,
    tenant: 'k8s',
    name: '{service}',
    ipSla: undefined,
    hashing: 'sip-dip-prototype',
    resilientHash: true,
    threshold: undefined,
    thresholdDownAction: 'permit',
    macs: new Map(),
    ...traffic,
    ...given,
  };
}

export const wideRanges: AddressRanges = {
  pods: prefixes('10.244.0.0/16', 'fd00:10:244::/56'),
  loadBalancers: prefixes('192.168.5.0/24'),
  external: prefixes('203.0.113.0/24'),
  cluster: prefixes('10.96.0.0/12'),
  nodes: prefixes('10.1.0.0/24'),
};

export function cluster(name: string, ranges: AddressRanges = wideRanges): ClusterDeclaration {
  return {
    name: name as SourceName,
    server: 'https://127.0.0.1:6443',
    trust: { system: true },
    credentials: { token: 'env:TOKEN' },
    observe: { mode: 'watch' },
    ranges,
  };
}

/** Only its name counts for what is desired. */
const learningFabric: FabricDeclaration = {
  name: fabric,
  controllers: ['https://127.0.0.1:443'],
  trust: { system: true },
  credentials: { username: 'admin', password: 'env:PASSWORD' },
  batchObjects: 1000,
  batchBytes: 1_048_576,
  resyncMs: 600_000,
};

export function documentOf(
  mappings: readonly Mapping[],
  clusters: readonly ClusterDeclaration[] = [cluster('a'), cluster('b')],
): Document {
  return {
    version: 1,
    instance,
    clusters,
    fabrics: [learningFabric],
    loadBalancers: [],
    mappings,
    settings: {
      guard: { share: 0.2, atLeast: 10, atMost: 50, windowMs: 3_600_000 },
      access: { roles: { viewer: [], operator: [], admin: [] }, idleMs: 1_800_000, endAfterMs: 43_200_000 },
      history: { keepForMs: 7_776_000_000, bytes: 500_000_000 },
    },
  };
}

export function desiredOf(document: Document, ...worlds: readonly ClusterWorld[]): DesiredState {
  const byName = new Map(worlds.map((world) => [world.name, world]));
  for (const world of worlds) world.take();
  return createDesiredState({ document, instance, views: (name) => byName.get(name) });
}

export function prefixes(...texts: readonly string[]): readonly IpPrefix[] {
  return texts.map((text) => {
    const prefix = parsePrefix(text);
    if (prefix === undefined) throw new Error(`not a prefix: ${text}`);
    return prefix;
  });
}

export function selector(text: string): LabelSelector {
  const parsed = parseLabelSelector(text);
  if ('fault' in parsed) throw new Error(`not a selector: ${parsed.fault}`);
  return parsed;
}

export function key(name: string): KeyText {
  return `dc1|externalEpg|k8s/calico/${name}` as KeyText;
}

/** What every key holds: its subnets without their lengths, in order. */
export function contents(desired: DesiredState): Readonly<Record<string, readonly string[]>> {
  const found = [...desired.keys(fabric)].toSorted().map((text) => {
    const object = desired.get(text);
    const subnets = [...(object?.items.values() ?? [])].filter(({ kind }) => kind === 'subnet');
    const addresses = subnets.map(({ name }) => name.replace(/\/(32|128)$/, '')).toSorted();
    return [text.replace('dc1|externalEpg|k8s/calico/', ''), addresses] as const;
  });
  return Object.fromEntries(found);
}

export function poolKey(name: string): KeyText {
  return `f5|pool|k8s/${name}` as KeyText;
}

export function policyKey(name: string): KeyText {
  return `dc1|redirectPolicy|k8s/${name}` as KeyText;
}

/** Names of items that stand for addresses, in order; what is to be given no more traffic with `(leaving)`. */
export function backends(desired: DesiredState, text: KeyText): readonly string[] {
  const items = [...(desired.get(text)?.items.values() ?? [])].filter(({ address }) => address !== undefined);
  return items.map(({ name, leaving }) => (leaving ? `${name} (leaving)` : name)).toSorted();
}

export function problemsOn(desired: DesiredState, name: string): readonly string[] {
  return (desired.get(key(name))?.problems ?? []).map(({ code }) => code);
}
