/**
 * A group: what one target object is made from. Its identity follows from the mapping and what it groups by.
 */
import type { ServiceRecord } from '../model/cluster-records.ts';
import type { SourceName, KeyText, TargetKey } from '../model/identity.ts';
import { keyText } from '../model/identity.ts';
import type { GroupBy } from '../model/mapping.ts';
import type { Placeholder } from '../model/name-template.ts';
import { renderName } from './naming.ts';
import type { RenderedName } from './naming.ts';
import type { Rule } from './rule.ts';
import type { Workload } from './workload.ts';

/** Unique over all rules: `rule|cluster|namespace|kind|name`, as far as the grouping tells them apart. */
export type GroupId = string;

export interface Group {
  readonly id: GroupId;
  readonly rule: Rule;
  /** undefined when the group spans the clusters of its mapping. */
  readonly cluster: SourceName | undefined;
  readonly namespace: string | undefined;
  readonly workload: Pick<Workload, 'kind' | 'path' | 'name'> | undefined;
  readonly service: string | undefined;
}

/** Where a contributor stands, as far as a grouping may ask. */
export interface Place {
  readonly cluster: SourceName;
  readonly namespace: string;
  readonly workload?: Workload | undefined;
  readonly service?: ServiceRecord | undefined;
}

export function groupOf(rule: Rule, place: Place): Group {
  const { groupBy } = rule.mapping.from;
  const cluster = groupBy === 'mapping' ? undefined : place.cluster;
  const namespace = groupBy === 'mapping' ? undefined : place.namespace;
  const workload = groupBy === 'workload' ? place.workload : undefined;
  const service = groupBy === 'service' ? place.service?.name : undefined;
  const last = workload === undefined ? (service ?? '') : `${workload.kind}|${workload.name}`;
  const id = `${rule.name}|${cluster ?? ''}|${namespace ?? ''}|${last}`;
  return { id, rule, cluster, namespace, workload, service };
}

/** In people's words: `prod-a/shop/web`; the mapping's name for its one group over all clusters. */
export function titleOf({ rule, cluster, namespace, workload, service }: Group): string {
  const parts: Readonly<Record<GroupBy, readonly (string | undefined)[]>> = {
    workload: [cluster, namespace, workload?.name],
    service: [cluster, namespace, service],
    namespace: [cluster, namespace],
    epg: [cluster, namespace],
    mapping: [rule.mapping.name],
  };
  return parts[rule.mapping.from.groupBy].filter((part) => part !== undefined).join('/');
}

export function renderGroup({ rule, cluster, namespace, workload, service }: Group): RenderedName {
  const [tenant = '', app = '', epg = ''] =
    rule.mapping.from.kind === 'aciEpg' ? (namespace ?? '').split('/') : [];
  const values: Record<Placeholder, string> = {
    cluster: cluster ?? '',
    fabric: cluster ?? '',
    tenant,
    app,
    epg,
    namespace: namespace ?? '',
    workload: workload?.name ?? '',
    service: service ?? '',
    mapping: rule.mapping.name,
  };
  return renderName(rule.target.name, values);
}

export function keyOf(rule: Rule, name: string): { readonly key: TargetKey; readonly text: KeyText } {
  const { system, kind } = rule.target;
  const key: TargetKey = { system, kind, name: rule.makes.keyName(name) };
  return { key, text: keyText(key) };
}

/** Order in which groups that render one name may have it: document, then the mapping's clusters, then their identity. */
export function compareGroups(a: Group, b: Group): number {
  const byDocument = a.rule.order - b.rule.order;
  if (byDocument !== 0) return byDocument;
  const byCluster = clusterOrder(a) - clusterOrder(b);
  if (byCluster !== 0) return byCluster;
  return compareText(a.id, b.id);
}

function clusterOrder({ rule, cluster }: Group): number {
  return cluster === undefined ? -1 : (rule.sources.get(cluster)?.order ?? -1);
}

/** By code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
