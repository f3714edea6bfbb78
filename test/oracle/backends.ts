/**
 * Whom a mapping would give traffic to, and whom not any more:
 *
 *     workload   pods of it; ready: their condition, unless they are on their way out
 *     service    endpoints of its slices; ready: what the slice says, unless they are on their way out
 *     node       nodes; ready: their condition
 *     aciEpg     addresses that the fabric learned in the EPGs; always
 *
 * Pods that have ended, and pods on their node's network (unless asked for), are nobody. Where traffic goes to nodes, a
 * backend stands for all addresses of its node, which must be ready too.
 */
import type { MappingText, PoolText, TrafficText } from './document.ts';
import {
  fits,
  hasEnded,
  isReady,
  nodesOf,
  podsOf,
  servicesOf,
  slicesOf,
  workloadBehind,
  type RawCluster,
  type RawEndpoint,
  type RawEndpointSlice,
  type RawNode,
  type RawObject,
  type RawPod,
  type RawService,
  type RawWorkload,
} from './kubernetes.ts';
import { canonical, claimOf, inNamespace, usualWorkloads, type RangeName } from './selection.ts';

export type GroupValues = Readonly<Record<string, string | undefined>>;

export interface Backend {
  readonly addresses: readonly string[];
  /** Which range of the cluster they must be in; undefined: the fabric's own. */
  readonly range: RangeName | undefined;
  /** undefined: it has none of that name, and nothing can be sent to it. Not of interest where no port was asked for. */
  readonly port: number | undefined;
  readonly standing: 'serves' | 'waits' | 'ends';
  /** Who is behind the addresses; a node has as many as it has pods. */
  readonly behind: string;
  /** What its health group is called after. */
  readonly probed: string;
}

/** A group that exists, with the backends that it has at the moment. */
export interface BackendGroup {
  readonly values: GroupValues;
  readonly backends: readonly Backend[];
}

/** What the fabric learned in an EPG, `tenant/app/epg`. */
export interface RawFabric {
  learned(epg: string): readonly { readonly address: string; readonly mac: string }[];
}

interface Question {
  readonly mapping: MappingText;
  readonly target: TrafficText & Partial<Pick<PoolText, 'port'>>;
  readonly cluster: RawCluster;
}

export function groupsIn(question: Question): BackendGroup[] {
  const { mapping } = question;
  switch (mapping.from.kind) {
    case 'workload':
      return groupsOfWorkloads(question);
    case 'service':
      return groupsOfServices(question);
    case 'node':
      return [{ values: {}, backends: nodesIn(question) }];
    case 'aciEpg':
      return [];
  }
}

export function groupsLearned(
  { from }: MappingText,
  { port }: Partial<Pick<PoolText, 'port'>>,
  { name, fabric }: { readonly name: string; readonly fabric: RawFabric },
): BackendGroup[] {
  return (from.epgs ?? []).flatMap((each) => {
    const [tenant, app, epg] = each.split('/');
    const backends = fabric.learned(each).map(({ address, mac }): Backend => ({
      addresses: [canonical(address)],
      range: undefined,
      port: typeof port === 'number' ? port : undefined,
      standing: 'serves',
      behind: mac,
      probed: mac,
    }));
    return backends.length === 0 ? [] : [{ values: { fabric: name, tenant, app, epg }, backends }];
  });
}

function groupsOfWorkloads(question: Question): BackendGroup[] {
  const { mapping, cluster } = question;
  const { from } = mapping;
  const kinds = from.workloads ?? usualWorkloads;
  const takes = (workload: RawWorkload): boolean =>
    kinds.includes(workload.kind) &&
    (from.labels === undefined || (workload.labels !== undefined && fits(from.labels, workload.labels)));
  const standing = kinds
    .filter((kind) => kind !== 'Pod')
    .flatMap((kind) => cluster.list(kind) as RawObject[])
    .filter((each) => inNamespace(mapping, cluster, each))
    .filter(({ kind, metadata }) => takes({ kind, name: metadata.name, labels: metadata.labels ?? {} }))
    .map(({ metadata }): BackendGroup => ({
      values: { namespace: metadata.namespace, workload: metadata.name },
      backends: [],
    }));
  const pods = podsOf(cluster)
    .filter((pod) => counts(mapping, pod) && inNamespace(mapping, cluster, pod))
    .map((pod) => ({ pod, workload: workloadBehind(cluster, pod) }))
    .filter(({ workload }) => takes(workload));
  return [
    ...standing,
    ...pods.map(({ pod, workload }) => ({
      values: { namespace: pod.metadata.namespace, workload: workload.name },
      backends: podBackend(question, pod),
    })),
  ];
}

function counts({ from }: MappingText, pod: RawPod): boolean {
  if (hasEnded(pod) || (pod.spec.hostNetwork === true && from.hostNetwork !== true)) return false;
  return fits(from.podLabels, pod.metadata.labels);
}

function podBackend(question: Question, pod: RawPod): Backend[] {
  const { cluster, target } = question;
  const held = (pod.status?.podIPs ?? [])
    .map(({ ip }) => ip)
    .filter((ip) => pod.spec.hostNetwork === true || claimOf(cluster, pod, ip).holds);
  return backendAt(question, {
    addresses: held,
    range: pod.spec.hostNetwork === true ? 'nodes' : 'pods',
    port: portOf(target.port, { pod, ofService: () => undefined }),
    ready: isReady(pod),
    serving: isReady(pod),
    ends: pod.metadata.deletionTimestamp !== undefined,
    node: pod.spec.nodeName,
    behind: `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`,
  });
}

function groupsOfServices(question: Question): BackendGroup[] {
  const { mapping, cluster } = question;
  return servicesOf(cluster)
    .filter(
      ({ spec, metadata }) => spec.type !== 'ExternalName' && fits(mapping.from.labels, metadata.labels),
    )
    .filter((service) => inNamespace(mapping, cluster, service))
    .map((service) => ({
      values: { namespace: service.metadata.namespace, service: service.metadata.name },
      backends: slicesOf(cluster, service).flatMap((slice) =>
        slice.endpoints.flatMap((endpoint) => endpointBackend(question, { service, slice, endpoint })),
      ),
    }));
}

interface Found {
  readonly service: RawService;
  readonly slice: RawEndpointSlice;
  readonly endpoint: RawEndpoint;
}

function endpointBackend(question: Question, found: Found): Backend[] {
  const { mapping, cluster, target } = question;
  const { targetRef, addresses, nodeName } = found.endpoint;
  const { namespace = '' } = found.service.metadata;
  const pod = targetRef?.kind === 'Pod' ? podNamed(cluster, namespace, targetRef.name) : undefined;
  if (pod !== undefined && !counts(mapping, pod)) return [];
  return backendAt(question, {
    addresses,
    range: pod?.spec.hostNetwork === true ? 'nodes' : 'pods',
    port: portOf(target.port, { pod, ofService: servicePort(target, found) }),
    ...conditionsOf(found.endpoint),
    node: nodeName,
    behind: `${namespace}/${targetRef?.name ?? addresses.join()}`,
  });
}

function conditionsOf({ conditions = {} }: RawEndpoint): Pick<Place, 'ready' | 'serving' | 'ends'> {
  const { ready = true, serving = ready, terminating = false } = conditions;
  return { ready, serving, ends: terminating };
}

/** Pods listen where the slice says, nodes where the Service says. */
function servicePort({ destinations }: TrafficText, { service, slice }: Found): Port['ofService'] {
  if (destinations === 'node')
    return (name) => service.spec.ports?.find((each) => each.name === name)?.nodePort;
  return (name) => slice.ports?.find((each) => (each.name ?? '') === name)?.port;
}

function podNamed(
  cluster: RawCluster,
  namespace: string | undefined,
  name: string | undefined,
): RawPod | undefined {
  return podsOf(cluster).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
}

interface Port {
  readonly pod: RawPod | undefined;
  readonly ofService: (name: string) => number | undefined;
}

function portOf(port: Question['target']['port'], { pod, ofService }: Port): number | undefined {
  if (typeof port === 'number' || port === undefined) return port;
  if (typeof port === 'string') return ofService(port);
  const all = (pod?.spec.containers ?? []).flatMap(({ ports = [] }) => ports);
  return all.find(({ name }) => name === port.container)?.containerPort;
}

interface Place extends Omit<Backend, 'standing' | 'probed'> {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly ends: boolean;
  readonly node: string | undefined;
}

/** The pod's own addresses, or those of the node that it is on. */
function backendAt({ target, cluster }: Question, place: Place): Backend[] {
  const { addresses, range, port, ready, serving, ends, node: nodeName, behind } = place;
  const mayServe = target.readiness === 'serving' ? serving : ready && !ends;
  if (target.destinations !== 'node') {
    const standing = mayServe ? 'serves' : ends ? 'ends' : 'waits';
    return [{ addresses: addresses.map(canonical), range, port, standing, behind, probed: behind }];
  }
  const node = nodesOf(cluster).find(({ metadata }) => metadata.name === nodeName);
  if (node === undefined) return [];
  const standing = mayServe && isReady(node) ? 'serves' : ends ? 'ends' : 'waits';
  const probed = node.metadata.name;
  return [{ addresses: addressesOf(node), range: 'nodes', port, standing, behind, probed }];
}

function nodesIn({ mapping, target, cluster }: Question): Backend[] {
  return nodesOf(cluster)
    .filter(({ metadata }) => fits(mapping.from.labels, metadata.labels))
    .map((node) => ({
      addresses: addressesOf(node),
      range: 'nodes',
      port: typeof target.port === 'number' ? target.port : undefined,
      standing: isReady(node) ? 'serves' : 'waits',
      behind: node.metadata.name,
      probed: node.metadata.name,
    }));
}

function addressesOf({ status }: RawNode): string[] {
  return (status?.addresses ?? [])
    .filter(({ type }) => type === 'InternalIP')
    .map(({ address }) => canonical(address));
}
