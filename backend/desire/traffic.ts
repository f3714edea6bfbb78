/**
 * What a record contributes to objects that carry traffic. A backend that is alive and may be given none (not ready, terminating, on
 * a node that is not ready) is contributed out of service: what it has begun may be finished.
 *
 *     mapping kind   record            contributes                                                      in service
 *     workload       Pod               its own addresses, or its node's                                 it is ready
 *     workload       workload          that its group exists
 *     service        EndpointSlice     the addresses of its endpoints, or of the nodes they are on      the endpoint is ready
 *     service        Service           that its group exists
 *     node           Node              its addresses                                                    it is ready
 *     aciEpg         LearnedEndpoint   its address                                                      always
 *
 * With `readiness: serving`, what terminates is in service as long as it serves. Where nodes are the destinations, each backend on a
 * node is a reason for the node's address, so that they can be counted; the node must be ready too.
 */
import type {
  EndpointSliceRecord,
  LearnedEndpointRecord,
  NamedPort,
  NodeRecord,
  ObjectRef,
  PodRecord,
  ServiceRecord,
  WorkloadRecord,
} from '../model/cluster-records.ts';
import type { IpAddress } from '../model/ip.ts';
import { matchesLabels } from '../model/label-selector.ts';
import type { AddressKind, Selection } from '../model/mapping.ts';
import { problem } from '../model/problems.ts';
import type { ExposedAddress } from '../model/target-object.ts';
import { goesToNodes, trafficTarget } from './rule.ts';
import type { ContributingRecord } from './rule.ts';
import { counts, expose, frame, inNamespace, podState, selectsWorkload, together } from './scope.ts';
import type { Contribution, Exposure, Refusal, Scope } from './scope.ts';
import { refOf, workloadFrom } from './workload.ts';

type Shown = Pick<Contribution, 'exposed' | 'refusals'>;

export function carryingTraffic(scope: Scope): readonly Contribution[] {
  return ofKind[scope.rule.mapping.from.kind](scope);
}

const ofKind: Readonly<Record<Selection['kind'], (scope: Scope) => readonly Contribution[]>> = {
  workload: (scope) => {
    const { record } = scope;
    if (record.kind === 'Pod') return ofPod(scope, record);
    return isWorkload(record) ? ofWorkload(scope, record) : [];
  },
  service: (scope) => {
    const { record } = scope;
    if (record.kind === 'EndpointSlice') return ofSlice(scope, record);
    return record.kind === 'Service' ? ofService(scope, record) : [];
  },
  node: (scope) => (scope.record.kind === 'Node' ? ofNode(scope, scope.record) : []),
  aciEpg: (scope) => (scope.record.kind === 'LearnedEndpoint' ? ofLearned(scope, scope.record) : []),
};

function isWorkload(record: ContributingRecord): record is WorkloadRecord {
  return 'replicas' in record;
}

function ofPod(scope: Scope, pod: PodRecord): readonly Contribution[] {
  const { rule, lookup } = scope;
  if (!counts(rule, pod) || !inNamespace(scope, pod.namespace)) return [];
  const workload = lookup.workloadOf(pod);
  if (!selectsWorkload(rule, workload)) return [];
  const place = { cluster: lookup.cluster, namespace: pod.namespace, workload };
  const held = pod.addresses.filter((address) => pod.hostNetwork || lookup.holdsClaim(pod, address));
  const backend: Backend = {
    origin: refOf(pod),
    owner: workload?.ref,
    addresses: held,
    node: pod.node,
    onHostNetwork: pod.hostNetwork,
    state: podState(pod),
    isReady: pod.ready && !pod.terminating,
    isServing: pod.ready,
    // A pod's own ports are where its node's address leads to, as far as the pod knows.
    portNamed: (name) => numberOf(name, pod.ports),
    pod,
  };
  const waiting = pod.phase === 'Running' && pod.addresses.length === 0;
  return [{ ...onNodes(scope, frame(scope, place), [pod.node]), ...shown(scope, backend), waiting }];
}

function ofSlice(scope: Scope, slice: EndpointSliceRecord): readonly Contribution[] {
  const { lookup, rule } = scope;
  const service = slice.service === undefined ? undefined : lookup.service(slice.service);
  if (service === undefined || !selectsService(scope, service)) return [];
  const parts = slice.endpoints.map((endpoint): Shown => {
    const pod = endpoint.target?.kind === 'Pod' ? lookup.pod(endpoint.target.path) : undefined;
    if (pod !== undefined && !counts(rule, pod)) return nothing;
    return shown(scope, {
      ...stateOf(endpoint),
      origin: endpoint.target ?? refOf(slice),
      owner: pod === undefined ? undefined : lookup.workloadOf(pod)?.ref,
      addresses: endpoint.addresses,
      node: endpoint.node,
      onHostNetwork: pod?.hostNetwork ?? false,
      portNamed: (name) => (goesToNodes(rule) ? nodePort(name, service) : numberOf(name, slice.ports)),
      pod,
    });
  });
  const place = { cluster: lookup.cluster, namespace: slice.namespace, service };
  const nodes = slice.endpoints.map(({ node }) => node);
  return [{ ...onNodes(scope, frame(scope, place), nodes), ...together(parts) }];
}

/** Where nodes are the destinations, they are needed as much as what runs on them. */
function onNodes(
  { rule, lookup }: Scope,
  framed: Contribution,
  names: Iterable<string | undefined>,
): Contribution {
  if (!goesToNodes(rule)) return framed;
  const nodes = [...new Set(names)].flatMap((name) => (name === undefined ? [] : (lookup.node(name) ?? [])));
  return { ...framed, rests: [...framed.rests, ...nodes.map(refOf)] };
}

/** A Service can ask for endpoints that are not ready to be published as ready, while they terminate too. */
function stateOf({
  ready,
  serving,
  terminating,
}: EndpointSliceRecord['endpoints'][number]): Pick<Backend, 'state' | 'isReady' | 'isServing'> {
  const state = terminating ? 'terminating' : ready ? 'ready' : 'notReady';
  return { state, isReady: ready && !terminating, isServing: serving };
}

/** A selected Service keeps its group, with or without endpoints. */
function ofService(scope: Scope, service: ServiceRecord): readonly Contribution[] {
  if (!selectsService(scope, service)) return [];
  return [frame(scope, { cluster: scope.lookup.cluster, namespace: service.namespace, service })];
}

function selectsService(scope: Scope, service: ServiceRecord): boolean {
  if (service.type === 'ExternalName' || !inNamespace(scope, service.namespace)) return false;
  return matchesLabels(scope.rule.mapping.from.labels, service.labels);
}

function ofNode(scope: Scope, node: NodeRecord): readonly Contribution[] {
  const { rule, lookup } = scope;
  if (!matchesLabels(rule.mapping.from.labels, node.labels)) return [];
  const place = { cluster: lookup.cluster, namespace: '' };
  const exposure: Exposure = {
    kind: 'node',
    addresses: node.addresses,
    origin: refOf(node),
    owner: undefined,
    node: node.name,
    state: node.ready ? 'ready' : 'notReady',
    inService: node.ready,
  };
  return [{ ...frame(scope, place), ...withPort(scope, exposure) }];
}

/** What the fabric has not seen for a while is held by its source, as there, until that is certain. */
function ofLearned(scope: Scope, endpoint: LearnedEndpointRecord): readonly Contribution[] {
  const { from } = scope.rule.mapping;
  const { namespace, address, mac, absentSince } = endpoint;
  if (!from.epgs.includes(namespace)) return [];
  const place = { cluster: scope.lookup.cluster, namespace };
  const exposure: Exposure = {
    kind: 'learned',
    addresses: [address],
    origin: refOf(endpoint),
    owner: undefined,
    node: undefined,
    mac,
    state: absentSince === undefined ? 'learned' : 'absent',
    inService: true,
  };
  return [{ ...frame(scope, place), ...withPort(scope, exposure) }];
}

function ofWorkload(scope: Scope, record: WorkloadRecord): readonly Contribution[] {
  const { rule, lookup } = scope;
  const workload = workloadFrom(record);
  if (!selectsWorkload(rule, workload) || !inNamespace(scope, record.namespace)) return [];
  const place = { cluster: lookup.cluster, namespace: record.namespace, workload };
  return [{ ...frame(scope, place), trait: `replicas ${record.replicas ?? '-'}` }];
}

/** What traffic can be given to, whatever it was read from. */
interface Backend {
  readonly origin: ObjectRef;
  readonly owner: ObjectRef | undefined;
  readonly addresses: readonly IpAddress[];
  readonly node: string | undefined;
  readonly onHostNetwork: boolean;
  readonly state: ExposedAddress['state'];
  readonly isReady: boolean;
  readonly isServing: boolean;
  /** The port by the name that the Service has for it; undefined: it has none of that name. */
  readonly portNamed: (name: string) => number | undefined;
  readonly pod: PodRecord | undefined;
}

const nothing: Shown = { exposed: [], refusals: [] };

/** The backend's own addresses, or those of the node it is on. */
function shown(scope: Scope, backend: Backend): Shown {
  const { rule, lookup } = scope;
  const mayServe = trafficTarget(rule)?.readiness === 'serving' ? backend.isServing : backend.isReady;
  const traits = { origin: backend.origin, owner: backend.owner, node: backend.node, state: backend.state };
  if (!goesToNodes(rule)) {
    const kind: AddressKind = backend.onHostNetwork ? 'node' : 'pod';
    return withPort(scope, { kind, addresses: backend.addresses, ...traits, inService: mayServe }, backend);
  }
  const node = backend.node === undefined ? undefined : lookup.node(backend.node);
  if (node === undefined) return nothing;
  const inService = mayServe && node.ready;
  return withPort(scope, { kind: 'node', addresses: node.addresses, ...traits, inService }, backend);
}

/** With the port that the target asks for; without it, nothing can be sent there. */
function withPort(scope: Scope, exposure: Exposure, backend?: Pick<Backend, 'portNamed' | 'pod'>): Shown {
  const { target } = scope.rule;
  if (target.kind !== 'pool') return expose(scope, exposure);
  const port = portOf(target.port, backend);
  if (port !== undefined) return expose(scope, { ...exposure, port });
  const refusals = exposure.addresses.map((address): Refusal => {
    const found = `${exposure.origin.kind} ${exposure.origin.path} has no port ${describe(target.port)}`;
    return { address, problem: problem('port.not-found', found) };
  });
  return { exposed: [], refusals };
}

type Port = Extract<Scope['rule']['target'], { kind: 'pool' }>['port'];

function portOf(port: Port, backend: Pick<Backend, 'portNamed' | 'pod'> | undefined): number | undefined {
  if ('number' in port) return port.number;
  if ('name' in port) return backend?.portNamed(port.name);
  return numberOf(port.container, backend?.pod?.ports ?? []);
}

function describe(port: Port): string {
  if ('number' in port) return String(port.number);
  return 'name' in port ? `named ${port.name}` : `of a container named ${port.container}`;
}

function numberOf(name: string, ports: readonly NamedPort[]): number | undefined {
  return ports.find((port) => port.name === name)?.number;
}

function nodePort(name: string, service: ServiceRecord): number | undefined {
  const port = service.ports.find((each) => each.name === name)?.nodePort;
  return port === 0 ? undefined : port;
}
