/**
 * What a configuration means, said a second time and in other words: which external EPGs there should be, and which host
 * prefixes each of them should hold, given what the clusters' API servers hold at this moment.
 *
 * In: the YAML, the raw objects. Out: a wish for each external EPG. It must not know the product: nothing of it is imported, so that
 * a mistake there cannot hide here. It looks at the present only; what depends on the past is said as a freedom (`rivals`).
 *
 *     pod address       of a pod that has one and has not ended, ready or not, terminating or not; not on its node's network
 *     one address,      within a cluster: a pod that is not terminating before one that is, then the one that started last
 *     several pods      between clusters or mappings: either may have it, never both
 *     Service address   status.loadBalancer.ingress, spec.externalIPs; of a workload: those of the Services that select its pods
 *     outside ranges    never
 */
import type { DocumentText, ExternalEpgText, MappingText } from './document.ts';
import {
  fits,
  hasEnded,
  podsOf,
  selects,
  servicesOf,
  workloadBehind,
  type RawCluster,
  type RawObject,
  type RawPod,
  type RawService,
  type RawWorkload,
} from './kubernetes.ts';
import {
  canonical,
  claimOf,
  familyOf,
  filled,
  inNamespace,
  isInRange,
  markStart,
  usualWorkloads,
} from './selection.ts';

export interface EpgWish {
  readonly dn: string;
  readonly mapping: string;
  /** What the annotation of everything we make in it begins with. */
  readonly markStart: string;
  readonly mode: 'report' | 'add-only' | 'full';
  readonly whenEmpty: 'keep' | 'delete';
  /** Host prefixes, canonical. */
  readonly prefixes: Set<string>;
  /** Of them, those that another EPG is entitled to as well. */
  readonly rivals: Set<string>;
  readonly contracts: { readonly provide: readonly string[]; readonly consume: readonly string[] };
}

export function wishes(
  document: DocumentText,
  clusters: ReadonlyMap<string, RawCluster>,
): Map<string, EpgWish> {
  const epgs = new Map<string, EpgWish>();
  for (const mapping of document.mappings.filter(({ to }) => to.externalEpg !== undefined))
    for (const clusterName of mapping.from.clusters ?? []) {
      const cluster = clusters.get(clusterName);
      for (const member of cluster === undefined ? [] : membersOf(mapping, cluster))
        add(member, epgFor(epgs, document, mapping, { ...member.group, cluster: clusterName }), (address) =>
          isInRange(document, clusterName, address),
        );
    }
  findRivals([...epgs.values()]);
  return epgs;
}

function add({ address }: Member, epg: EpgWish, isAllowed: (address: Address) => boolean): void {
  if (address === undefined || !isAllowed(address)) return;
  epg.prefixes.add(hostPrefix(address.text));
  if (address.tied) epg.rivals.add(hostPrefix(address.text));
}

interface Group {
  readonly namespace: string;
  readonly workload?: string;
  readonly service?: string;
}

interface Address {
  readonly kind: 'pods' | 'loadBalancers' | 'external';
  readonly text: string;
  readonly tied: boolean;
}

/** A group that exists, with one of its addresses or with none. */
interface Member {
  readonly group: Group;
  readonly address: Address | undefined;
}

function membersOf(mapping: MappingText, cluster: RawCluster): Member[] {
  return mapping.from.kind === 'workload'
    ? membersOfWorkloads(mapping, cluster)
    : membersOfServices(mapping, cluster);
}

function membersOfWorkloads(mapping: MappingText, cluster: RawCluster): Member[] {
  const { from, to } = mapping;
  const kinds = from.workloads ?? usualWorkloads;
  const takes = (workload: RawWorkload): boolean =>
    kinds.includes(workload.kind) &&
    (from.labels === undefined || (workload.labels !== undefined && fits(from.labels, workload.labels)));
  const pods = podsOf(cluster).filter((pod) => !hasEnded(pod) && inNamespace(mapping, cluster, pod));
  const found: Member[] = [];
  for (const pod of pods) {
    const workload = workloadBehind(cluster, pod);
    if (!takes(workload) || !fits(from.podLabels, pod.metadata.labels)) continue;
    const group = { namespace: pod.metadata.namespace ?? '', workload: workload.name };
    if (wants(to, 'pod', 'pod')) found.push(...podMembers(cluster, pod, group));
    for (const service of servicesOf(cluster).filter((each) => selects(each, pod)))
      found.push(...serviceAddresses(to, service, '').map((address) => ({ group, address })));
  }
  return [...found, ...standingWorkloads(mapping, cluster, takes)];
}

/** A workload has its group without pods too, unless all the pods it has are on the network of their nodes. */
function standingWorkloads(
  mapping: MappingText,
  cluster: RawCluster,
  takes: (workload: RawWorkload) => boolean,
): Member[] {
  const kinds = (mapping.from.workloads ?? usualWorkloads).filter((kind) => kind !== 'Pod');
  return kinds
    .flatMap((kind) => cluster.list(kind) as RawObject[])
    .filter(({ kind, metadata }) => {
      const workload = { kind, name: metadata.name, labels: metadata.labels ?? {} };
      const pods = podsOf(cluster).filter((pod) => {
        const behind = workloadBehind(cluster, pod);
        return (
          behind.kind === kind &&
          behind.name === metadata.name &&
          pod.metadata.namespace === metadata.namespace
        );
      });
      const onlyOnHosts = pods.length > 0 && pods.every(({ spec }) => spec.hostNetwork === true);
      return takes(workload) && !onlyOnHosts;
    })
    .filter((workload) => inNamespace(mapping, cluster, workload))
    .map(({ metadata }) => ({
      group: { namespace: metadata.namespace ?? '', workload: metadata.name },
      address: undefined,
    }));
}

function membersOfServices(mapping: MappingText, cluster: RawCluster): Member[] {
  const { labels } = mapping.from;
  return servicesOf(cluster)
    .filter(({ spec, metadata }) => spec.type !== 'ExternalName' && fits(labels, metadata.labels))
    .filter((service) => inNamespace(mapping, cluster, service))
    .flatMap((service) => membersOfService(mapping, cluster, service));
}

/** A Service that can have an address of a kind that is asked for has its group before it has one. */
function membersOfService({ from, to }: MappingText, cluster: RawCluster, service: RawService): Member[] {
  const { spec, metadata } = service;
  const group = { namespace: metadata.namespace ?? '', service: metadata.name };
  const own = serviceAddresses(to, service, 'loadBalancer external').map((address) => ({ group, address }));
  const isBalanced = spec.type === 'LoadBalancer' && wants(to, 'loadBalancer', 'loadBalancer');
  const findsPods = wants(to, 'pod', '') && Object.keys(spec.selector ?? {}).length > 0;
  const stands = own.length > 0 || isBalanced || findsPods ? [{ group, address: undefined }] : [];
  if (!findsPods) return [...stands, ...own];
  const pods = podsOf(cluster)
    .filter((pod) => !hasEnded(pod) && selects(service, pod) && fits(from.podLabels, pod.metadata.labels))
    .flatMap((pod) => podMembers(cluster, pod, group));
  return [...stands, ...own, ...pods];
}

type Target = MappingText['to'];

function wants({ externalEpg }: Target, kind: string, otherwise: string): boolean {
  return (externalEpg?.addresses ?? otherwise.split(' ')).includes(kind);
}

function serviceAddresses(to: Target, { spec, status }: RawService, otherwise: string): Address[] {
  const balanced = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
  const of = (kind: Address['kind'], texts: readonly string[]): Address[] =>
    texts.map((text) => ({ kind, text, tied: false }));
  return [
    ...(wants(to, 'loadBalancer', otherwise) ? of('loadBalancers', balanced) : []),
    ...(wants(to, 'external', otherwise) ? of('external', spec.externalIPs ?? []) : []),
  ];
}

function podMembers(cluster: RawCluster, pod: RawPod, group: Group): Member[] {
  if (pod.spec.hostNetwork === true) return [];
  const held = (pod.status?.podIPs ?? []).flatMap(({ ip }): Address[] => {
    const { holds, tied } = claimOf(cluster, pod, ip);
    return holds ? [{ kind: 'pods', text: ip, tied }] : [];
  });
  return held.length === 0 ? [{ group, address: undefined }] : held.map((address) => ({ group, address }));
}

export function hostPrefix(address: string): string {
  return `${canonical(address)}/${familyOf(address) === 'ipv4' ? 32 : 128}`;
}

function epgFor(
  epgs: Map<string, EpgWish>,
  document: DocumentText,
  mapping: MappingText,
  group: Group & { readonly cluster: string },
): EpgWish {
  // Mappings without one were left out.
  const { tenant, l3out, name, contracts, whenEmpty = 'keep' } = mapping.to.externalEpg as ExternalEpgText;
  const dn = `uni/tn-${tenant}/out-${l3out}/instP-${filled(name, { ...group, mapping: mapping.name })}`;
  const known = epgs.get(dn);
  if (known !== undefined) return known;
  const epg: EpgWish = {
    dn,
    mapping: mapping.name,
    markStart: markStart(document.instance, mapping.name),
    mode: mapping.mode ?? 'report',
    whenEmpty,
    prefixes: new Set(),
    rivals: new Set(),
    contracts: { provide: contracts?.provide ?? [], consume: contracts?.consume ?? [] },
  };
  epgs.set(dn, epg);
  return epg;
}

function findRivals(epgs: readonly EpgWish[]): void {
  const holders = Map.groupBy(
    epgs.flatMap((epg) => [...epg.prefixes].map((prefix) => ({ epg, prefix }))),
    ({ prefix }) => prefix,
  );
  for (const [prefix, several] of holders)
    if (several.length > 1) for (const { epg } of several) epg.rivals.add(prefix);
}
