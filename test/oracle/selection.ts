/** What all kinds of objects share: which objects a mapping selects, which addresses it may use, what its objects are called. */
import { createHash } from 'node:crypto';
import { BlockList } from 'node:net';
import type { DocumentText, MappingText } from './document.ts';
import { fits, hasEnded, podsOf, type RawCluster, type RawObject, type RawPod } from './kubernetes.ts';

export const usualWorkloads = ['Deployment', 'StatefulSet', 'DaemonSet'];

export function inNamespace(
  { from }: MappingText,
  cluster: RawCluster,
  { metadata }: Pick<RawObject, 'metadata'>,
): boolean {
  const { names = [], labels } = from.namespaces ?? {};
  if (names.length === 0 && labels === undefined) return true;
  if (names.includes(metadata.namespace ?? '')) return true;
  if (labels === undefined) return false;
  const namespace = (cluster.list('Namespace') as RawObject[]).find(
    (each) => each.metadata.name === metadata.namespace,
  );
  return namespace !== undefined && fits(labels, namespace.metadata.labels);
}

export type RangeName = 'pods' | 'loadBalancers' | 'external' | 'nodes';

export function isInRange(
  document: DocumentText,
  clusterName: string,
  { kind, text }: { readonly kind: RangeName; readonly text: string },
): boolean {
  const ranges = document.clusters.find(({ name }) => name === clusterName)?.ranges[kind] ?? [];
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', length = ''] = range.split('/');
    list.addSubnet(network, Number(length), familyOf(network));
  }
  return list.check(text, familyOf(text));
}

export const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');

/** As outside systems write it: a URL's host is canonical by its standard. */
export function canonical(address: string): string {
  if (familyOf(address) === 'ipv4') return address;
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** What an address of a pod means when other pods of the cluster show it too. */
export function claimOf(
  cluster: RawCluster,
  pod: RawPod,
  address: string,
): { readonly holds: boolean; readonly tied: boolean } {
  const others = podsOf(cluster).filter((other) => other !== pod && claims(other, address));
  return {
    holds: !others.some((other) => rank(other) > rank(pod)),
    tied: others.some((other) => rank(other) === rank(pod)),
  };
}

function claims(pod: RawPod, address: string): boolean {
  if (hasEnded(pod) || pod.spec.hostNetwork === true) return false;
  return (pod.status?.podIPs ?? []).some(({ ip }) => ip === address);
}

/** Text that is greater for the better claim. */
function rank({ metadata, status }: RawPod): string {
  return `${metadata.deletionTimestamp === undefined ? 'b: stays' : 'a: ends'}, started ${status?.startTime ?? ''}`;
}

/** A template with its placeholders filled in, as ACI takes it for a name. */
export function filled(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return nameOf(template.replaceAll(/\{(\w+)\}/g, (_, placeholder: string) => values[placeholder] ?? ''));
}

/** At most 64 characters: what is longer ends in a digest of the whole. */
export function nameOf(text: string): string {
  const valid = text.replaceAll(/[^a-zA-Z0-9_.:-]/g, '_');
  return valid.length <= 64 ? valid : `${valid.slice(0, 55)}_${shortDigest(text)}`;
}

const shortDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** What the mark on everything that we make for the mapping begins with. */
export function markStart(instance: string, mapping: string): string {
  return `orchestrator:aci-kube-sync:${instance}:${shortDigest(mapping)}:`;
}
