/**
 * A mapping and one of its targets, made ready for use: selectors as they are, ranges compiled, short ids and places in the
 * document computed once.
 */
import type { NamespaceRecord, ObservedKind, SourceRecord } from '../model/cluster-records.ts';
import { shortId } from '../model/digest.ts';
import type { SourceName, MappingName, ShortId } from '../model/identity.ts';
import { familyOf, prefixMatcher } from '../model/ip.ts';
import type { IpAddress } from '../model/ip.ts';
import { matchesLabels } from '../model/label-selector.ts';
import type {
  AddressKind,
  AddressRanges,
  ClusterDeclaration,
  Document,
  Mapping,
  Target,
} from '../model/mapping.ts';
import { rulesFor } from './targets/registry.ts';
import type { TargetRules } from './targets/target-rules.ts';

export interface RuleSource {
  readonly name: SourceName;
  readonly id: ShortId;
  /** Place among the mapping's clusters. */
  readonly order: number;
  /** Whether an address of this kind may come from this cluster. */
  inRange(kind: AddressKind, address: IpAddress): boolean;
}

export interface Rule {
  readonly mapping: Mapping;
  readonly target: Target;
  /** What the kind of target makes of it. */
  readonly makes: TargetRules;
  /** Unique over all rules. */
  readonly name: string;
  /** The mapping's. */
  readonly id: ShortId;
  /** Place in the document, targets of one mapping in their order. */
  readonly order: number;
  /** The sources that the mapping names and the document declares. */
  readonly sources: ReadonlyMap<SourceName, RuleSource>;
  wants(kind: AddressKind): boolean;
  wantsFamilyOf(address: IpAddress): boolean;
}

/** By mapping. */
export type Rules = ReadonlyMap<MappingName, readonly Rule[]>;

const rangeOf: Readonly<Record<Exclude<AddressKind, 'learned'>, keyof AddressRanges>> = {
  pod: 'pods',
  loadBalancer: 'loadBalancers',
  external: 'external',
  cluster: 'cluster',
  node: 'nodes',
};

export function compileRules(document: Document): Rules {
  const ranges = new Map(document.clusters.map((cluster) => [cluster.name, compileRanges(cluster)]));
  // What a fabric learned in an EPG that the mapping names may come from there.
  for (const { name } of document.fabrics)
    ranges.set(name as string as SourceName, (kind) => kind === 'learned');
  return new Map(
    document.mappings.map((mapping, order) => [
      mapping.name,
      mapping.to.map((target, place) => compileRule(mapping, target, { order, place }, ranges)),
    ]),
  );
}

type InRange = RuleSource['inRange'];

function compileRule(
  mapping: Mapping,
  target: Target,
  { order, place }: { readonly order: number; readonly place: number },
  ranges: ReadonlyMap<SourceName, InRange>,
): Rule {
  const sources = new Map<SourceName, RuleSource>();
  for (const [at, name] of mapping.from.sources.entries()) {
    const inRange = ranges.get(name);
    if (inRange !== undefined) sources.set(name, { name, id: shortId(name), order: at, inRange });
  }
  const makes = rulesFor(target);
  return {
    mapping,
    target,
    makes,
    name: `${mapping.name}#${place}`,
    id: shortId(mapping.name),
    order: order + place / (mapping.to.length + 1),
    sources,
    wants: (kind) => makes.wants(kind),
    wantsFamilyOf: (address) => target.families.includes(familyOf(address)),
  };
}

function compileRanges(cluster: ClusterDeclaration): InRange {
  const matchers = new Map(
    Object.entries(cluster.ranges).map(([range, prefixes]: [string, AddressRanges['pods']]) => [
      range,
      prefixMatcher(prefixes),
    ]),
  );
  return (kind, address) => (kind === 'learned' ? false : (matchers.get(rangeOf[kind])?.(address) ?? false));
}

/** Names or labels: either selects the namespace; without both, every namespace is selected. */
export function selectsNamespace(
  { mapping }: Rule,
  name: string,
  record: NamespaceRecord | undefined,
): boolean {
  const { names, labels } = mapping.from.namespaces;
  if (names.length === 0 && labels === undefined) return true;
  if (names.includes(name)) return true;
  return labels !== undefined && record !== undefined && matchesLabels(labels, record.labels);
}

/** Whether selecting by this rule needs the Namespace itself, not just its name. */
export function needsNamespaceRecord({ mapping }: Rule, name: string): boolean {
  const { names, labels } = mapping.from.namespaces;
  return labels !== undefined && !names.includes(name);
}

/** The kinds that a contribution of the rule is read from: all of them must be synced before anything leaves. */
export function kindsOf(rule: Rule): ReadonlySet<ObservedKind> {
  const { from } = rule.mapping;
  const kinds = new Set<ObservedKind>(isTraffic(rule) ? kindsOfTraffic(rule) : kindsOfClassification(rule));
  // A pod leads to its Deployment through its ReplicaSet.
  if (kinds.has('Deployment')) kinds.add('ReplicaSet');
  if (from.namespaces.labels !== undefined && from.kind !== 'node') kinds.add('Namespace');
  return kinds;
}

function kindsOfClassification(rule: Rule): ObservedKind[] {
  const { from } = rule.mapping;
  switch (from.kind) {
    case 'workload':
      return [...from.workloads, 'Pod', ...(wantsServiceAddress(rule) ? (['Service'] as const) : [])];
    case 'service':
      return ['Service', ...(rule.wants('pod') ? (['Pod'] as const) : [])];
    case 'node':
      return ['Node'];
    case 'aciEpg':
      return ['LearnedEndpoint'];
  }
}

/** Pods also tell who is still alive. */
function kindsOfTraffic(rule: Rule): ObservedKind[] {
  const { from } = rule.mapping;
  const nodes: ObservedKind[] = goesToNodes(rule) ? ['Node'] : [];
  switch (from.kind) {
    case 'workload':
      return [...from.workloads, 'Pod', ...nodes];
    case 'service':
      return ['Service', 'EndpointSlice', 'Pod', ...nodes];
    case 'node':
      return ['Node'];
    case 'aciEpg':
      return ['LearnedEndpoint'];
  }
}

/** A target that carries traffic, rather than one that classifies it. */
export function trafficTarget({ target }: Rule): Exclude<Target, { kind: 'externalEpg' }> | undefined {
  return target.kind === 'externalEpg' ? undefined : target;
}

export function isTraffic(rule: Rule): boolean {
  return rule.makes.traffic !== undefined;
}

export function goesToNodes(rule: Rule): boolean {
  return trafficTarget(rule)?.destinations === 'node';
}

export function wantsServiceAddress(rule: Rule): boolean {
  return rule.wants('loadBalancer') || rule.wants('external') || rule.wants('cluster');
}

/** The records that can contribute to a target object. */
export type ContributingRecord = Exclude<SourceRecord, { kind: 'Namespace' }>;
