/**
 * The workload behind a pod: Pod → ReplicaSet → Deployment, a StatefulSet, DaemonSet or Job, or the bare pod itself.
 */
import type { Labels, ObjectRef, PodRecord, WorkloadKind, WorkloadRecord } from '../model/cluster-records.ts';
import type { SourceView } from '../model/source-view.ts';
import type { ObjectPath } from '../model/identity.ts';

export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly path: ObjectPath;
  /** Whom to ask whether it is still there; stands for it when its own uid is not known. */
  readonly ref: ObjectRef;
  /** undefined while its record is not there: then nothing can be said of its labels. */
  readonly labels: Labels | undefined;
  /** The records that were found on the way to it, the pod aside. */
  readonly via: readonly ObjectRef[];
}

export type WorkloadView = Pick<SourceView, 'get'>;

const templateHash = 'pod-template-hash';

/** undefined for pods whose controller is of a kind that is not observed, such as the kubelet's mirror pods. */
export function workloadOf(pod: PodRecord, view: WorkloadView): Workload | undefined {
  const { owner } = pod;
  if (owner === undefined) {
    const { namespace, name, path, labels } = pod;
    return { kind: 'Pod', namespace, name, path, ref: refOf(pod), labels, via: [] };
  }
  switch (owner.kind) {
    case 'ReplicaSet':
      return behindReplicaSet(pod, owner, view);
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return ownedBy(owner.kind, owner, view);
    default:
      return undefined;
  }
}

/** The workload that a record of its own stands for; undefined for a ReplicaSet that a Deployment made. */
export function workloadFrom(record: WorkloadRecord): Workload | undefined {
  if (record.kind === 'ReplicaSet' && record.owner?.kind === 'Deployment') return undefined;
  const { kind, namespace, name, path, labels } = record;
  return { kind, namespace, name, path, ref: refOf(record), labels, via: [] };
}

function behindReplicaSet(pod: PodRecord, owner: ObjectRef, view: WorkloadView): Workload {
  const replicaSet = view.get('ReplicaSet', owner.path);
  if (replicaSet?.owner?.kind === 'Deployment') {
    const deployment = ownedBy('Deployment', replicaSet.owner, view);
    return { ...deployment, via: [...deployment.via, refOf(replicaSet)] };
  }
  const path = replicaSet === undefined ? deploymentByName(pod, owner) : undefined;
  if (path === undefined) return ownedBy('ReplicaSet', owner, view);
  // The Deployment's own uid is not known here: while its record is not there, the ReplicaSet is asked for.
  return ownedBy('Deployment', { kind: 'Deployment', path, uid: '' }, view, owner);
}

/**
 * A Deployment names its ReplicaSets `<deployment>-<hash>` and labels their pods with the hash. So pods keep their
 * group while they terminate after both are gone, and before the ReplicaSet has been read.
 */
function deploymentByName(pod: PodRecord, owner: ObjectRef): ObjectPath | undefined {
  const hash = pod.labels[templateHash];
  const suffix = `-${hash ?? ''}`;
  if (hash === undefined || !owner.path.endsWith(suffix)) return undefined;
  return owner.path.slice(0, -suffix.length) as ObjectPath;
}

function ownedBy(
  kind: Exclude<WorkloadKind, 'Pod'>,
  owner: ObjectRef,
  view: WorkloadView,
  witness: ObjectRef = owner,
): Workload {
  const record = view.get(kind, owner.path);
  const [namespace = '', name = ''] = owner.path.split('/');
  const found = { kind, namespace, name, path: owner.path };
  if (record === undefined) return { ...found, ref: witness, labels: undefined, via: [] };
  const ref = refOf(record);
  return { ...found, ref, labels: record.labels, via: [ref] };
}

export function refOf({ kind, path, uid }: ObjectRef): ObjectRef {
  return { kind, path, uid };
}

/** `Deployment|shop/web`: one text for a workload of a cluster, whether or not its record is there. */
export function workloadText({ kind, path }: Pick<Workload, 'kind' | 'path'>): string {
  return `${kind}|${path}`;
}
