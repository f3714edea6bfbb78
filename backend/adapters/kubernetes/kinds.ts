/**
 * The kinds that are read, as data: where they are and how they are decoded. A new kind is one row and one decoder.
 */
import type { SourceRecord, ClusterKind } from '../../model/cluster-records.ts';
import type { ObjectPath } from '../../model/identity.ts';
import {
  decodeEndpointSlice,
  decodeNamespace,
  decodeNode,
  decodeService,
  type DecodeContext,
} from './decode.ts';
import {
  decodeDaemonSet,
  decodeDeployment,
  decodeJob,
  decodePod,
  decodeReplicaSet,
  decodeStatefulSet,
} from './decode-workloads.ts';

export interface Place {
  readonly group: '' | 'apps' | 'batch' | 'discovery.k8s.io';
  readonly plural: string;
}

interface KindRow extends Place {
  readonly decode: (value: unknown, context: DecodeContext) => SourceRecord | undefined;
}

export const kindTable: Readonly<Record<ClusterKind, KindRow>> = {
  Namespace: { group: '', plural: 'namespaces', decode: decodeNamespace },
  Node: { group: '', plural: 'nodes', decode: decodeNode },
  Pod: { group: '', plural: 'pods', decode: decodePod },
  Service: { group: '', plural: 'services', decode: decodeService },
  EndpointSlice: {
    group: 'discovery.k8s.io',
    plural: 'endpointslices',
    decode: decodeEndpointSlice,
  },
  Deployment: { group: 'apps', plural: 'deployments', decode: decodeDeployment },
  ReplicaSet: { group: 'apps', plural: 'replicasets', decode: decodeReplicaSet },
  StatefulSet: { group: 'apps', plural: 'statefulsets', decode: decodeStatefulSet },
  DaemonSet: { group: 'apps', plural: 'daemonsets', decode: decodeDaemonSet },
  Job: { group: 'batch', plural: 'jobs', decode: decodeJob },
};

/** Kinds that are never followed, but may own what is, and can be asked for by a probe. */
export const probedOnly: Readonly<Record<string, Place>> = {
  CronJob: { group: 'batch', plural: 'cronjobs' },
};

function root({ group }: Place): string {
  return group === '' ? '/api/v1' : `/apis/${group}/v1`;
}

/** Where every object of the kind is listed and watched. */
export function collectionPath(kind: ClusterKind): string {
  const row = kindTable[kind];
  return `${root(row)}/${row.plural}`;
}

/** Where one object is read; undefined for kinds that are not in the table. */
export function objectUrl(kind: string, path: ObjectPath): string | undefined {
  const places: Readonly<Record<string, Place>> = { ...kindTable, ...probedOnly };
  const place = Object.hasOwn(places, kind) ? places[kind] : undefined;
  if (place === undefined) return undefined;
  const [first = '', second] = path.split('/').map(encodeURIComponent);
  return second === undefined
    ? `${root(place)}/${place.plural}/${first}`
    : `${root(place)}/namespaces/${first}/${place.plural}/${second}`;
}
