/** What the simulator serves, one row per kind. Adding a kind is adding a row. */
import type { KubeObject } from './objects.ts';

export interface KindRow {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  /** Field selectors beyond metadata.name and metadata.namespace. */
  readonly fields: readonly string[];
  /** What a bookmark of this kind carries besides its metadata. */
  readonly blank: Readonly<Record<string, unknown>>;
  /** Kinds whose metadata.generation counts changes of spec. */
  readonly counted: boolean;
  readonly names: 'label' | 'dns1035' | 'subdomain';
  /** A question that is answered and not kept. */
  readonly virtual: boolean;
}

const everything = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

function row(groupVersion: string, resource: string, kind: string, rest: Partial<KindRow> = {}): KindRow {
  const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  return {
    group: group ?? '',
    version: version ?? '',
    resource,
    singular: kind.toLowerCase(),
    kind,
    namespaced: true,
    verbs: everything,
    subresources: [],
    fields: [],
    blank: {},
    counted: false,
    names: 'subdomain',
    virtual: false,
    ...rest,
  };
}

const question: Partial<KindRow> = { namespaced: false, verbs: ['create'], virtual: true };
const emptyTemplate = { metadata: {}, spec: { containers: null } };
const all = ['all'];

export const kinds: readonly KindRow[] = [
  row('v1', 'configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  row('v1', 'endpoints', 'Endpoints', { shortNames: ['ep'] }),
  row('v1', 'events', 'Event', {
    shortNames: ['ev'],
    fields: [
      'involvedObject.kind',
      'involvedObject.namespace',
      'involvedObject.name',
      'involvedObject.uid',
      'reason',
      'type',
    ],
    blank: { involvedObject: {}, source: {}, firstTimestamp: null, lastTimestamp: null },
  }),
  row('v1', 'namespaces', 'Namespace', {
    namespaced: false,
    shortNames: ['ns'],
    verbs: everything.filter((verb) => verb !== 'deletecollection'),
    subresources: ['finalize', 'status'],
    fields: ['status.phase'],
    blank: { spec: {}, status: {} },
    names: 'label',
  }),
  row('v1', 'nodes', 'Node', {
    namespaced: false,
    shortNames: ['no'],
    subresources: ['status'],
    fields: ['spec.unschedulable'],
    blank: { spec: {}, status: { daemonEndpoints: { kubeletEndpoint: { Port: 0 } }, nodeInfo: {} } },
  }),
  row('v1', 'pods', 'Pod', {
    shortNames: ['po'],
    categories: all,
    subresources: ['eviction', 'status'],
    fields: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
    blank: { spec: { containers: null }, status: {} },
    counted: true,
  }),
  row('v1', 'secrets', 'Secret', { fields: ['type'] }),
  row('v1', 'serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
  row('v1', 'services', 'Service', {
    shortNames: ['svc'],
    categories: all,
    subresources: ['status'],
    fields: ['spec.clusterIP', 'spec.type'],
    blank: { spec: {}, status: { loadBalancer: {} } },
    names: 'dns1035',
  }),
  row('apps/v1', 'daemonsets', 'DaemonSet', {
    shortNames: ['ds'],
    categories: all,
    subresources: ['status'],
    blank: {
      spec: { selector: null, template: emptyTemplate, updateStrategy: {} },
      status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
    },
    counted: true,
  }),
  row('apps/v1', 'deployments', 'Deployment', {
    shortNames: ['deploy'],
    categories: all,
    subresources: ['scale', 'status'],
    blank: { spec: { selector: null, template: emptyTemplate, strategy: {} }, status: {} },
    counted: true,
  }),
  row('apps/v1', 'replicasets', 'ReplicaSet', {
    shortNames: ['rs'],
    categories: all,
    subresources: ['scale', 'status'],
    fields: ['status.replicas'],
    blank: { spec: { selector: null, template: emptyTemplate }, status: { replicas: 0 } },
    counted: true,
  }),
  row('apps/v1', 'statefulsets', 'StatefulSet', {
    shortNames: ['sts'],
    categories: all,
    subresources: ['scale', 'status'],
    blank: {
      spec: { selector: null, template: emptyTemplate, serviceName: '', updateStrategy: {} },
      status: { replicas: 0, availableReplicas: 0 },
    },
    counted: true,
  }),
  row('authentication.k8s.io/v1', 'selfsubjectreviews', 'SelfSubjectReview', question),
  row('authorization.k8s.io/v1', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', question),
  row('authorization.k8s.io/v1', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', question),
  row('batch/v1', 'jobs', 'Job', {
    categories: all,
    subresources: ['status'],
    fields: ['status.successful'],
    blank: { spec: { template: emptyTemplate }, status: {} },
    counted: true,
  }),
  row('coordination.k8s.io/v1', 'leases', 'Lease', { blank: { spec: {} } }),
  row('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', {
    blank: { addressType: '', endpoints: null, ports: null },
    counted: true,
  }),
  row('rbac.authorization.k8s.io/v1', 'clusterrolebindings', 'ClusterRoleBinding', { namespaced: false }),
  row('rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', { namespaced: false }),
];

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** The groups served, the unnamed core group left out, in the order of the table. */
export function groupVersions(): GroupVersion[] {
  const seen = new Map<string, GroupVersion>();
  for (const { group, version } of kinds) if (group !== '') seen.set(group, { group, version });
  return [...seen.values()];
}

export function apiVersionOf(kind: GroupVersion): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** `deployments.apps`, `pods`: how error texts name a resource. */
export function qualifiedResource(kind: KindRow): string {
  return kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`;
}

const byResource = new Map(kinds.map((kind) => [kind.resource, kind]));

export function kindOfResource(resource: string): KindRow | undefined {
  return byResource.get(resource);
}

/** Finds a row by resource, singular, short name or kind, in any case. */
export function findKind(word: string): KindRow | undefined {
  const wanted = word.toLowerCase();
  return kinds.find(
    (kind) =>
      kind.resource === wanted || kind.singular === wanted || (kind.shortNames ?? []).includes(wanted),
  );
}

export function kindOfObject(object: KubeObject): KindRow | undefined {
  return kinds.find((kind) => kind.kind === object.kind && apiVersionOf(kind) === object.apiVersion);
}
