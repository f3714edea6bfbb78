/**
 * What a record contributes to objects that classify addresses: from the moment a pod has an address until it is gone or finished.
 *
 *     mapping kind   record     contributes
 *     workload       Pod        its own addresses, while it holds them: ready or not, terminating included
 *     workload       Service    load-balancer, external and cluster addresses, to the workloads whose pods it selects
 *     workload       workload   that its group exists, even without an address
 *     service        Service    load-balancer, external and cluster addresses, and that its group exists
 *     service        Pod        its own addresses, to the Services that select it
 *     node           Node       its addresses
 */
import type { NodeRecord, PodRecord, ServiceRecord, WorkloadRecord } from '../model/cluster-records.ts';
import { matchesLabels } from '../model/label-selector.ts';
import type { AddressKind } from '../model/mapping.ts';
import { problem } from '../model/problems.ts';
import { groupOf } from './group.ts';
import type { Place } from './group.ts';
import { wantsServiceAddress } from './rule.ts';
import type { Rule } from './rule.ts';
import { counts, expose, frame, inNamespace, podState, selectsWorkload, together } from './scope.ts';
import type { Contribution, Refusal, Scope } from './scope.ts';
import { refOf, workloadFrom } from './workload.ts';
import type { Workload } from './workload.ts';

export function classified(scope: Scope): readonly Contribution[] {
  const { record } = scope;
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
    case 'EndpointSlice':
    case 'LearnedEndpoint':
      return [];
  }
}

function ofPod(scope: Scope, pod: PodRecord): readonly Contribution[] {
  const { rule, lookup } = scope;
  if (!rule.wants('pod') || !counts(rule, pod) || !inNamespace(scope, pod.namespace)) return [];
  const workload = lookup.workloadOf(pod);
  const places = placesOfPod(scope, pod, workload);
  if (places.length === 0) return [];
  const kind: AddressKind = pod.hostNetwork ? 'node' : 'pod';
  const held = pod.addresses.filter((address) => pod.hostNetwork || lookup.holdsClaim(pod, address));
  const traits = { origin: refOf(pod), owner: workload?.ref, node: pod.node } as const;
  const shown = expose(scope, { kind, addresses: held, ...traits, state: podState(pod), inService: true });
  const waiting = pod.phase === 'Running' && pod.addresses.length === 0;
  return places.map((place) => ({ ...frame(scope, place), ...shown, waiting }));
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
  const traits = {
    origin: refOf(service),
    owner: undefined,
    node: undefined,
    state,
    inService: true,
  } as const;
  const shown = [
    { kind: 'loadBalancer', addresses: service.loadBalancerAddresses },
    { kind: 'external', addresses: service.externalAddresses },
    { kind: 'cluster', addresses: service.clusterAddresses },
  ] as const;
  const parts = shown
    .filter(({ kind }) => rule.wants(kind))
    .map((part) => expose(scope, { ...part, ...traits }));
  const shared = frame(scope, place);
  const { exposed, refusals } = together(parts);
  return {
    ...shared,
    exposed,
    refusals: [...refusals, ...missingLoadBalancer(rule, service)],
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
  const traits = { origin: refOf(node), owner: undefined, node: node.name, state, inService: true } as const;
  const shown = expose(scope, { kind: 'node', addresses: node.addresses, ...traits });
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
