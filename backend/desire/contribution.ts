/**
 * What one record contributes to the groups of one mapping: a pure function of the mapping, the record, and what can be
 * looked up around it. Nothing here remembers anything.
 *
 *     mapping kind   record     contributes
 *     workload       Pod        its own addresses, while it holds them: ready or not, terminating included
 *     workload       Service    load-balancer, external and cluster addresses, to the workloads whose pods it selects
 *     workload       workload   that its group exists, even without an address
 *     service        Service    load-balancer, external and cluster addresses, and that its group exists
 *     service        Pod        its own addresses, to the Services that select it
 *     node           Node       its addresses
 */
import type {
  NamespaceRecord,
  NodeRecord,
  ObjectRef,
  PodRecord,
  ServiceRecord,
  WorkloadRecord,
} from '../model/cluster-records.ts';
import type { ClusterName } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import { matchesLabels } from '../model/label-selector.ts';
import type { AddressKind } from '../model/mapping.ts';
import { problem } from '../model/problems.ts';
import type { Problem } from '../model/problems.ts';
import type { ExposedAddress } from '../model/target-object.ts';
import { groupOf } from './group.ts';
import type { Group, Place } from './group.ts';
import { needsNamespaceRecord, selectsNamespace, wantsServiceAddress } from './rule.ts';
import type { ContributingRecord, Rule, RuleSource } from './rule.ts';
import { refOf, workloadFrom } from './workload.ts';
import type { Workload } from './workload.ts';

export interface Contribution {
  readonly group: Group;
  /** The workload, Service or namespace that the group stands for. */
  readonly owner: ObjectRef | undefined;
  readonly exposed: readonly ExposedAddress[];
  readonly refusals: readonly Refusal[];
  /** It runs and has no address yet. */
  readonly waiting: boolean;
  /** The workload behind it; asked when it goes missing. */
  readonly workload: Workload | undefined;
  /** Other records that had to be there for this; when one is not, its end explains the departure. */
  readonly rests: readonly ObjectRef[];
  /** Whatever else the plan's answers for the group depend on, as text. */
  readonly trait: string;
}

export interface Refusal {
  readonly address: IpAddress | undefined;
  readonly problem: Problem;
}

/** What is around a record in its cluster. */
export interface Lookup {
  readonly cluster: ClusterName;
  namespace(name: string): NamespaceRecord | undefined;
  workloadOf(pod: PodRecord): Workload | undefined;
  /** In path order. */
  servicesOf(pod: PodRecord): readonly ServiceRecord[];
  /** Pods that the Service selects and that have not finished, in path order. */
  podsBehind(service: ServiceRecord): readonly PodRecord[];
  /** It has pods, and all of them are on the host's network. */
  isOnHostNetwork(workload: Workload): boolean;
  holdsClaim(pod: PodRecord, address: IpAddress): boolean;
}

export function contributions(
  rule: Rule,
  record: ContributingRecord,
  lookup: Lookup,
): readonly Contribution[] {
  const source = rule.sources.get(lookup.cluster);
  if (source === undefined) return [];
  const scope: Scope = { rule, source, lookup };
  switch (record.kind) {
    case 'Pod':
      return ofPod(scope, record);
    case 'Service':
      return ofService(scope, record);
    case 'Node':
      return ofNode(scope, record);
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
    case 'ReplicaSet':
      return ofWorkload(scope, record);
  }
}

interface Scope {
  readonly rule: Rule;
  readonly source: RuleSource;
  readonly lookup: Lookup;
}

function ofPod(scope: Scope, pod: PodRecord): readonly Contribution[] {
  const { rule, lookup } = scope;
  if (!rule.wants('pod') || !counts(rule, pod) || !inNamespace(scope, pod.namespace)) return [];
  const workload = lookup.workloadOf(pod);
  const places = placesOfPod(scope, pod, workload);
  if (places.length === 0) return [];
  const kind: AddressKind = pod.hostNetwork ? 'node' : 'pod';
  const held = pod.addresses.filter((address) => pod.hostNetwork || lookup.holdsClaim(pod, address));
  const traits = { owner: workload?.ref, node: pod.node, state: podState(pod) } as const;
  const shown = expose(scope, pod, { kind, addresses: held, ...traits });
  const waiting = pod.phase === 'Running' && pod.addresses.length === 0;
  return places.map((place) => ({ ...frame(scope, place), ...shown, waiting }));
}

/** A finished pod holds nothing; a host-network pod has its node's address. */
function counts({ mapping: { from } }: Rule, pod: PodRecord): boolean {
  if (pod.finished || (pod.hostNetwork && !from.hostNetwork)) return false;
  return matchesLabels(from.podLabels, pod.labels);
}

/** One place, or one for each Service when the group is a Service. */
function placesOfPod(scope: Scope, pod: PodRecord, workload: Workload | undefined): readonly Place[] {
  const { rule, lookup } = scope;
  const { from } = rule.mapping;
  const place: Place = { cluster: lookup.cluster, namespace: pod.namespace, workload };
  if (from.kind === 'workload') return selectsWorkload(rule, workload) ? [place] : [];
  const each = lookup
    .servicesOf(pod)
    .filter((service) => matchesLabels(from.labels, service.labels))
    .map((service) => ({ ...place, service }));
  return from.groupBy === 'service' ? each : each.slice(0, 1);
}

function ofService(scope: Scope, service: ServiceRecord): readonly Contribution[] {
  const { rule } = scope;
  const { from } = rule.mapping;
  if (service.type === 'ExternalName' || !inNamespace(scope, service.namespace)) return [];
  if (from.kind === 'service') {
    if (!matchesLabels(from.labels, service.labels) || !mayHaveAddress(rule, service)) return [];
    return [serviceContribution(scope, service, undefined)];
  }
  return from.kind === 'workload' && wantsServiceAddress(rule) ? ofServiceForWorkloads(scope, service) : [];
}

/** To every group that a qualifying pod behind the Service belongs to. */
function ofServiceForWorkloads(scope: Scope, service: ServiceRecord): readonly Contribution[] {
  const { rule, lookup } = scope;
  if (!mayHaveAddress(rule, service)) return [];
  const found = new Map<string, Contribution>();
  for (const pod of lookup.podsBehind(service)) {
    const workload = lookup.workloadOf(pod);
    if (!selectsWorkload(rule, workload) || !matchesLabels(rule.mapping.from.podLabels, pod.labels)) continue;
    const { id } = groupOf(rule, { cluster: lookup.cluster, namespace: pod.namespace, workload, service });
    if (!found.has(id)) found.set(id, serviceContribution(scope, service, { pod, workload }));
  }
  return [...found.values()];
}

interface Behind {
  readonly pod: PodRecord;
  readonly workload: Workload | undefined;
}

function serviceContribution(scope: Scope, service: ServiceRecord, behind: Behind | undefined): Contribution {
  const { lookup, rule } = scope;
  const { namespace } = service;
  const place: Place = { cluster: lookup.cluster, namespace, workload: behind?.workload, service };
  const state = service.terminating ? 'terminating' : 'ready';
  const traits = { owner: undefined, node: undefined, state } as const;
  const shown = [
    { kind: 'loadBalancer', addresses: service.loadBalancerAddresses },
    { kind: 'external', addresses: service.externalAddresses },
    { kind: 'cluster', addresses: service.clusterAddresses },
  ] as const;
  const parts = shown
    .filter(({ kind }) => rule.wants(kind))
    .map((part) => expose(scope, service, { ...part, ...traits }));
  const shared = frame(scope, place);
  return {
    ...shared,
    exposed: parts.flatMap(({ exposed }) => exposed),
    refusals: [...parts.flatMap(({ refusals }) => refusals), ...missingLoadBalancer(rule, service)],
    rests: behind === undefined ? shared.rests : [...shared.rests, refOf(behind.pod)],
  };
}

function missingLoadBalancer(rule: Rule, service: ServiceRecord): readonly Refusal[] {
  const isExpected = service.type === 'LoadBalancer' && rule.wants('loadBalancer');
  if (!isExpected || service.loadBalancerAddresses.length > 0) return [];
  const [hostname] = service.loadBalancerHostnames;
  const found =
    hostname === undefined
      ? problem('address.none', `Service ${service.path} has no load-balancer address yet`)
      : problem('address.hostname-only', `Service ${service.path} is known only as ${hostname}`);
  return [{ address: undefined, problem: found }];
}

function ofNode(scope: Scope, node: NodeRecord): readonly Contribution[] {
  const { rule, lookup } = scope;
  const { from } = rule.mapping;
  if (from.kind !== 'node' || !rule.wants('node') || !matchesLabels(from.labels, node.labels)) return [];
  const state = node.ready ? 'ready' : 'notReady';
  const traits = { owner: undefined, node: node.name, state } as const;
  const shown = expose(scope, node, { kind: 'node', addresses: node.addresses, ...traits });
  const place: Place = { cluster: lookup.cluster, namespace: '' };
  return [{ ...frame(scope, place), ...shown }];
}

/** A selected workload keeps its group, with or without pods; not when all its pods are left out. */
function ofWorkload(scope: Scope, record: WorkloadRecord): readonly Contribution[] {
  const { rule, lookup } = scope;
  const { from } = rule.mapping;
  if (from.kind !== 'workload' || !rule.wants('pod')) return [];
  const workload = workloadFrom(record);
  if (workload === undefined || !selectsWorkload(rule, workload)) return [];
  if (!inNamespace(scope, record.namespace)) return [];
  if (!from.hostNetwork && lookup.isOnHostNetwork(workload)) return [];
  const place: Place = { cluster: lookup.cluster, namespace: record.namespace, workload };
  return [{ ...frame(scope, place), trait: `replicas ${record.replicas ?? '-'}` }];
}

interface Exposure {
  readonly kind: AddressKind;
  readonly addresses: readonly IpAddress[];
  readonly owner: ObjectRef | undefined;
  readonly node: string | undefined;
  readonly state: ExposedAddress['state'];
}

/** Parts the addresses into those that may be used and those that lie outside the ranges of their kind. */
function expose(
  { rule, source }: Scope,
  record: PodRecord | ServiceRecord | NodeRecord,
  { kind, addresses, ...traits }: Exposure,
): Pick<Contribution, 'exposed' | 'refusals'> {
  const exposed: ExposedAddress[] = [];
  const refusals: Refusal[] = [];
  if (addresses.length === 0) return { exposed, refusals };
  const origin = refOf(record);
  for (const address of addresses) {
    if (!rule.wantsFamilyOf(address)) continue;
    if (source.inRange(kind, address))
      exposed.push({ address, addressKind: kind, cluster: source.name, origin, ...traits });
    else refusals.push({ address, problem: outOfRange(source, kind, address, origin) });
  }
  return { exposed, refusals };
}

function outOfRange(source: RuleSource, kind: AddressKind, address: IpAddress, origin: ObjectRef): Problem {
  const found = `${address} of ${origin.kind} ${origin.path}`;
  return problem(
    'address.out-of-range',
    `${found} is in none of the ranges that cluster ${source.name} has for ${kind} addresses`,
  );
}

/** What every contribution at this place has in common. */
function frame(scope: Scope, place: Place): Contribution {
  return {
    group: groupOf(scope.rule, place),
    owner: ownerOf(scope, place),
    exposed: [],
    refusals: [],
    waiting: false,
    workload: place.workload,
    rests: rests(scope, place),
    trait: '',
  };
}

function ownerOf({ rule, lookup }: Scope, { namespace, workload, service }: Place): ObjectRef | undefined {
  switch (rule.mapping.from.groupBy) {
    case 'workload':
      return workload?.ref;
    case 'service':
      return service === undefined ? undefined : refOf(service);
    case 'namespace':
      return namespaceRef(lookup, namespace);
    case 'mapping':
      return undefined;
  }
}

function namespaceRef(lookup: Lookup, name: string): ObjectRef | undefined {
  const record = lookup.namespace(name);
  return record === undefined ? undefined : refOf(record);
}

function rests({ rule, lookup }: Scope, { namespace, workload, service }: Place): readonly ObjectRef[] {
  const found: ObjectRef[] = workload === undefined ? [] : [...workload.via];
  if (service !== undefined) found.push(refOf(service));
  const parent = needsNamespaceRecord(rule, namespace) ? namespaceRef(lookup, namespace) : undefined;
  if (parent !== undefined) found.push(parent);
  return found;
}

function inNamespace({ rule, lookup }: Scope, namespace: string): boolean {
  return selectsNamespace(rule, namespace, lookup.namespace(namespace));
}

/** Labels can only be judged while the workload's record is there. */
function selectsWorkload({ mapping: { from } }: Rule, workload: Workload | undefined): boolean {
  if (workload === undefined || !from.workloads.includes(workload.kind)) return false;
  if (from.labels === undefined) return true;
  return workload.labels !== undefined && matchesLabels(from.labels, workload.labels);
}

/** A Service that can never have an address of the kinds asked for makes no group. */
function mayHaveAddress(rule: Rule, service: ServiceRecord): boolean {
  const isBalanced = service.type === 'LoadBalancer' || service.loadBalancerAddresses.length > 0;
  return (
    (rule.wants('loadBalancer') && isBalanced) ||
    (rule.wants('external') && service.externalAddresses.length > 0) ||
    (rule.wants('cluster') && service.clusterAddresses.length > 0) ||
    (rule.wants('pod') && rule.mapping.from.kind === 'service' && Object.keys(service.selector).length > 0)
  );
}

function podState(pod: PodRecord): ExposedAddress['state'] {
  if (pod.terminating) return 'terminating';
  if (pod.ready) return 'ready';
  return pod.phase === 'Pending' ? 'starting' : 'notReady';
}
