/**
 * A mapping made ready for use: selectors as they are, ranges compiled, short ids and places in the document computed once.
 */
import type { ClusterRecord, NamespaceRecord, ObservedKind } from '../model/cluster-records.ts';
import { shortId } from '../model/digest.ts';
import type { ClusterName, MappingName, ShortId } from '../model/identity.ts';
import { familyOf, prefixMatcher } from '../model/ip.ts';
import type { IpAddress } from '../model/ip.ts';
import { matchesLabels } from '../model/label-selector.ts';
import type { AddressKind, AddressRanges, ClusterDeclaration, Document, Mapping } from '../model/mapping.ts';

export interface RuleSource {
  readonly name: ClusterName;
  readonly id: ShortId;
  /** Place among the mapping's clusters. */
  readonly order: number;
  /** Whether an address of this kind may come from this cluster. */
  inRange(kind: AddressKind, address: IpAddress): boolean;
}

export interface Rule {
  readonly mapping: Mapping;
  readonly id: ShortId;
  /** Place in the document. */
  readonly order: number;
  /** The clusters that the mapping names and the document declares. */
  readonly sources: ReadonlyMap<ClusterName, RuleSource>;
  wants(kind: AddressKind): boolean;
  wantsFamilyOf(address: IpAddress): boolean;
}

export type Rules = ReadonlyMap<MappingName, Rule>;

const rangeOf: Readonly<Record<AddressKind, keyof AddressRanges>> = {
  pod: 'pods',
  loadBalancer: 'loadBalancers',
  external: 'external',
  cluster: 'cluster',
  node: 'nodes',
};

export function compileRules(document: Document): Rules {
  const clusters = new Map(document.clusters.map((cluster) => [cluster.name, compileRanges(cluster)]));
  return new Map(
    document.mappings.map((mapping, order) => [mapping.name, compileRule(mapping, order, clusters)]),
  );
}

type InRange = RuleSource['inRange'];

function compileRule(mapping: Mapping, order: number, clusters: ReadonlyMap<ClusterName, InRange>): Rule {
  const sources = new Map<ClusterName, RuleSource>();
  for (const [place, name] of mapping.from.clusters.entries()) {
    const inRange = clusters.get(name);
    if (inRange !== undefined) sources.set(name, { name, id: shortId(name), order: place, inRange });
  }
  const target = mapping.to.externalEpg;
  const kinds = new Set(target.addresses);
  return {
    mapping,
    id: shortId(mapping.name),
    order,
    sources,
    wants: (kind) => kinds.has(kind),
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
  return (kind, address) => matchers.get(rangeOf[kind])?.(address) ?? false;
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
  if (from.kind === 'node') return new Set(['Node']);
  const isOfWorkloads = from.kind === 'workload';
  const needsServices = !isOfWorkloads || wantsServiceAddress(rule);
  const kinds = new Set<ObservedKind>(isOfWorkloads ? from.workloads : []);
  // A pod leads to its Deployment through its ReplicaSet.
  if (kinds.has('Deployment')) kinds.add('ReplicaSet');
  if (isOfWorkloads || rule.wants('pod')) kinds.add('Pod');
  if (needsServices) kinds.add('Service');
  if (from.namespaces.labels !== undefined) kinds.add('Namespace');
  return kinds;
}

export function wantsServiceAddress(rule: Rule): boolean {
  return rule.wants('loadBalancer') || rule.wants('external') || rule.wants('cluster');
}

/** The records that can contribute to an external EPG. */
export type ContributingRecord = Exclude<ClusterRecord, { kind: 'Namespace' | 'EndpointSlice' }>;
