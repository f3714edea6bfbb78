/**
 * What all contributions share: where they stand, what is around them, and which of their addresses may be used.
 */
import type {
  NamespaceRecord,
  NodeRecord,
  ObjectRef,
  PodRecord,
  ServiceRecord,
} from '../model/cluster-records.ts';
import type { ObjectPath, SourceName } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import { matchesLabels } from '../model/label-selector.ts';
import type { AddressKind } from '../model/mapping.ts';
import { problem } from '../model/problems.ts';
import type { Problem } from '../model/problems.ts';
import type { ExposedAddress } from '../model/target-object.ts';
import { groupOf } from './group.ts';
import type { Group, Place } from './group.ts';
import { needsNamespaceRecord, selectsNamespace } from './rule.ts';
import type { ContributingRecord, Rule, RuleSource } from './rule.ts';
import { refOf } from './workload.ts';
import type { Workload } from './workload.ts';

export interface Contribution {
  /** Of the record that contributes. */
  readonly record: ObjectRef;
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
  readonly cluster: SourceName;
  namespace(name: string): NamespaceRecord | undefined;
  workloadOf(pod: PodRecord): Workload | undefined;
  /** In path order. */
  servicesOf(pod: PodRecord): readonly ServiceRecord[];
  /** Pods that the Service selects and that have not finished, in path order. */
  podsBehind(service: ServiceRecord): readonly PodRecord[];
  /** It has pods, and all of them are on the host's network. */
  isOnHostNetwork(workload: Workload): boolean;
  holdsClaim(pod: PodRecord, address: IpAddress): boolean;
  pod(path: ObjectPath): PodRecord | undefined;
  node(name: string): NodeRecord | undefined;
  service(path: ObjectPath): ServiceRecord | undefined;
}

export interface Scope {
  readonly rule: Rule;
  readonly source: RuleSource;
  readonly lookup: Lookup;
  readonly record: ContributingRecord;
}

/** Addresses with what is said of all of them. */
export interface Exposure extends Omit<ExposedAddress, 'address' | 'addressKind' | 'cluster'> {
  readonly kind: AddressKind;
  readonly addresses: readonly IpAddress[];
}

type Shown = Pick<Contribution, 'exposed' | 'refusals'>;

/** Parts the addresses into those that may be used and those that lie outside the ranges of their kind. */
export function expose({ rule, source }: Scope, { kind, addresses, ...traits }: Exposure): Shown {
  const exposed: ExposedAddress[] = [];
  const refusals: Refusal[] = [];
  for (const address of addresses) {
    if (!rule.wantsFamilyOf(address)) continue;
    if (source.inRange(kind, address))
      exposed.push({ address, addressKind: kind, cluster: source.name, ...traits });
    else refusals.push({ address, problem: outOfRange(source, kind, address, traits.origin) });
  }
  return { exposed, refusals };
}

export function together(parts: readonly Shown[]): Shown {
  return {
    exposed: parts.flatMap(({ exposed }) => exposed),
    refusals: parts.flatMap(({ refusals }) => refusals),
  };
}

function outOfRange(source: RuleSource, kind: AddressKind, address: IpAddress, origin: ObjectRef): Problem {
  const found = `${address} of ${origin.kind} ${origin.path}`;
  return problem(
    'address.out-of-range',
    `${found} is in none of the ranges that ${source.name} has for ${kind} addresses`,
  );
}

/** What every contribution at this place has in common. */
export function frame(scope: Scope, place: Place): Contribution {
  return {
    record: refOf(scope.record),
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
    case 'epg':
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

export function inNamespace({ rule, lookup }: Scope, namespace: string): boolean {
  return selectsNamespace(rule, namespace, lookup.namespace(namespace));
}

/** Labels can only be judged while the workload's record is there. */
export function selectsWorkload({ mapping: { from } }: Rule, workload: Workload | undefined): boolean {
  if (workload === undefined || !from.workloads.includes(workload.kind)) return false;
  if (from.labels === undefined) return true;
  return workload.labels !== undefined && matchesLabels(from.labels, workload.labels);
}

/** A finished pod counts for nothing; a host-network pod has its node's address. */
export function counts({ mapping: { from } }: Rule, pod: PodRecord): boolean {
  if (pod.finished || (pod.hostNetwork && !from.hostNetwork)) return false;
  return matchesLabels(from.podLabels, pod.labels);
}

export function podState(pod: PodRecord): ExposedAddress['state'] {
  if (pod.terminating) return 'terminating';
  if (pod.ready) return 'ready';
  return pod.phase === 'Pending' ? 'starting' : 'notReady';
}
