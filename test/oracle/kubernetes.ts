/** How the oracle reads raw Kubernetes objects: as the API documentation describes them, with nothing remembered. */

export interface RawObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
}

interface RawCondition {
  readonly type: string;
  readonly status: string;
}

export interface RawPod extends RawObject {
  readonly spec: {
    readonly hostNetwork?: boolean;
    readonly nodeName?: string;
    readonly containers?: readonly {
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly RawCondition[];
    readonly startTime?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
    readonly containerStatuses?: readonly { readonly state?: { readonly terminated?: unknown } }[];
  };
}

export interface RawService extends RawObject {
  readonly spec: {
    readonly type?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly externalIPs?: readonly string[];
    readonly ports?: readonly { readonly name?: string; readonly nodePort?: number }[];
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  };
}

export interface RawNode extends RawObject {
  readonly status?: {
    readonly conditions?: readonly RawCondition[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

export interface RawEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: {
    readonly ready?: boolean;
    readonly serving?: boolean;
    readonly terminating?: boolean;
  };
  readonly nodeName?: string;
  readonly targetRef?: { readonly kind?: string; readonly name?: string };
}

export interface RawEndpointSlice extends RawObject {
  readonly endpoints: readonly RawEndpoint[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
}

/** One cluster as its API server holds it. */
export interface RawCluster {
  list(kind: string): readonly unknown[];
}

export const podsOf = (cluster: RawCluster): RawPod[] => cluster.list('Pod') as RawPod[];
export const servicesOf = (cluster: RawCluster): RawService[] => cluster.list('Service') as RawService[];
export const nodesOf = (cluster: RawCluster): RawNode[] => cluster.list('Node') as RawNode[];

export function slicesOf(
  cluster: RawCluster,
  { metadata: { name, namespace } }: RawService,
): RawEndpointSlice[] {
  return (cluster.list('EndpointSlice') as RawEndpointSlice[]).filter(
    ({ metadata }) =>
      metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
  );
}

/** Of a pod or a node: what its condition says. */
export function isReady({ status }: RawPod | RawNode): boolean {
  return (status?.conditions ?? []).some((each) => each.type === 'Ready' && each.status === 'True');
}

type Labels = Readonly<Record<string, string>> | undefined;

/** `a=b, c!=d, e in (f, g), h notin (i), j, !k`, all of which must hold; nothing asked is always so. */
export function fits(selector: string | undefined, labels: Labels = {}): boolean {
  return (selector?.match(/[^,(]+(\([^)]*\))?/g) ?? []).every((term) => fitsTerm(term.trim(), labels));
}

function fitsTerm(term: string, labels: NonNullable<Labels>): boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set !== null) {
    const [, key = '', operator, values = ''] = set;
    const among = values.split(',').some((value) => value.trim() === labels[key]);
    return among === (operator === 'in');
  }
  const pair = /^([^=!\s]+)\s*(!=|==?)\s*(\S*)$/.exec(term);
  if (pair !== null) return (labels[pair[1] ?? ''] === pair[3]) === (pair[2] !== '!=');
  return term.startsWith('!') ? labels[term.slice(1)] === undefined : labels[term] !== undefined;
}

/** A Service finds pods of its namespace that have all labels of its selector; without a selector it finds none. */
export function selects({ metadata, spec }: RawService, pod: RawPod): boolean {
  const wanted = Object.entries(spec.selector ?? {});
  if (wanted.length === 0 || metadata.namespace !== pod.metadata.namespace) return false;
  return wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
}

/** Ended for good: it holds no address any more, whatever its status still shows. */
export function hasEnded({ status }: RawPod): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return true;
  const containers = status?.containerStatuses ?? [];
  return containers.length > 0 && containers.every(({ state }) => state?.terminated !== undefined);
}

export interface RawWorkload {
  readonly kind: string;
  readonly name: string;
  /** undefined: only its pods are left of it. */
  readonly labels: Labels;
}

/** Whom a pod belongs to: through its ReplicaSet to the Deployment, to its other controller, or to itself. */
export function workloadBehind(cluster: RawCluster, pod: RawPod): RawWorkload {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return { kind: 'Pod', name: pod.metadata.name, labels: pod.metadata.labels };
  const found = find(cluster, owner.kind, { ...pod.metadata, name: owner.name });
  if (owner.kind === 'ReplicaSet') {
    const name =
      deploymentAbove(found) ?? (found === undefined ? deploymentByName(pod, owner.name) : undefined);
    if (name !== undefined)
      return workload('Deployment', name, find(cluster, 'Deployment', { ...pod.metadata, name }));
  }
  return workload(owner.kind, owner.name, found);
}

function workload(kind: string, name: string, found: RawObject | undefined): RawWorkload {
  return { kind, name, labels: found && (found.metadata.labels ?? {}) };
}

function find(
  cluster: RawCluster,
  kind: string,
  { namespace, name }: RawObject['metadata'],
): RawObject | undefined {
  return (cluster.list(kind) as RawObject[]).find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
}

function deploymentAbove(replicaSet: RawObject | undefined): string | undefined {
  return replicaSet?.metadata.ownerReferences?.find(({ kind }) => kind === 'Deployment')?.name;
}

/** Once both are gone, the name of the ReplicaSet and the label of the pod still tell. */
function deploymentByName({ metadata }: RawPod, replicaSet: string): string | undefined {
  const hash = metadata.labels?.['pod-template-hash'];
  return hash === undefined ? undefined : replicaSet.replace(`-${hash}`, '');
}
