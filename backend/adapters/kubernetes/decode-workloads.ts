/**
 * Pods and the kinds that own them, as records. The rules of `decode.ts` hold here too.
 */
import type { V1ContainerStatus, V1DaemonSet, V1Deployment, V1Job, V1Pod } from '@kubernetes/client-node';
import type { NamedPort, PodPhase, PodRecord, WorkloadRecord } from '../../model/cluster-records.ts';
import {
  addresses,
  controllerOf,
  identified,
  isReady,
  isTerminating,
  namedPort,
  type DecodeContext,
} from './decode.ts';
import { count, field, isPresent, isTrue, items, raw, text, type Raw } from './raw.ts';

const phases: readonly PodPhase[] = ['Pending', 'Running', 'Succeeded', 'Failed'];

export function decodePod(value: unknown, context: DecodeContext): PodRecord | undefined {
  const object = raw<V1Pod>(value);
  const base = identified(object, context);
  if (base === undefined) return undefined;
  const spec = field(object, 'spec');
  const status = field(object, 'status');
  const phase = text(field(status, 'phase'));
  const node = text(field(spec, 'nodeName'));
  // Field by field, not spread: there are many of them, and this shape is the smallest.
  return Object.freeze({
    kind: 'Pod',
    uid: base.uid,
    path: base.path,
    namespace: base.namespace,
    name: base.name,
    labels: base.labels,
    resourceVersion: base.resourceVersion,
    phase: phases.find((each) => each === phase) ?? 'Unknown',
    node: node === undefined ? undefined : context.interner.text(node),
    hostNetwork: isTrue(field(spec, 'hostNetwork')),
    addresses: addresses(podAddresses(object), context),
    owner: controllerOf(object, base, context),
    ready: isReady(field(status, 'conditions')),
    terminating: isTerminating(object),
    ports: context.interner.ports(containerPorts(object)),
    finished: phase === 'Succeeded' || phase === 'Failed' || hasEnded(object),
    startedAt: startedAt(object),
  });
}

function podAddresses(pod: Raw<V1Pod>): readonly Raw<unknown>[] {
  const status = field(pod, 'status');
  const several = items(field(status, 'podIPs')).map((each) => field(each, 'ip'));
  const found = several.length > 0 ? several : [field(status, 'podIP')];
  return found.filter(isPresent);
}

/** A pod being deleted restarts nothing: once every container has ended, its network is gone. */
function hasEnded(pod: Raw<V1Pod>): boolean {
  if (!isTerminating(pod)) return false;
  const status = field(pod, 'status');
  const containers = items(field(status, 'containerStatuses'));
  const sidecars = items(field(status, 'initContainerStatuses'));
  return (
    containers.length > 0 &&
    containers.every((each) => isIn(each, 'terminated')) &&
    !sidecars.some((each) => isIn(each, 'running'))
  );
}

function isIn(container: Raw<V1ContainerStatus>, state: 'terminated' | 'running'): boolean {
  return isPresent(field(field(container, 'state'), state));
}

function containerPorts(pod: Raw<V1Pod>): readonly NamedPort[] {
  const containers = items(field(field(pod, 'spec'), 'containers'));
  return containers
    .flatMap((container) => items(field(container, 'ports')))
    .flatMap((port) => namedPort(port, field(port, 'containerPort')) ?? []);
}

function startedAt(pod: Raw<V1Pod>): number {
  const parsed = Date.parse(text(field(field(pod, 'status'), 'startTime')) ?? '');
  return Number.isNaN(parsed) ? 0 : parsed;
}

type Workload = V1Deployment | V1Job | V1DaemonSet;
type WorkloadDecoder = (value: unknown, context: DecodeContext) => WorkloadRecord | undefined;

function workloadDecoder(
  kind: WorkloadRecord['kind'],
  replicasOf: (value: unknown) => number | undefined,
): WorkloadDecoder {
  return (value, context) => {
    const object = raw<Workload>(value);
    const base = identified(object, context);
    if (base === undefined) return undefined;
    return Object.freeze({
      kind,
      ...base,
      owner: controllerOf(object, base, context),
      replicas: replicasOf(value),
      terminating: isTerminating(object),
    });
  };
}

const specReplicas = (value: unknown): number | undefined =>
  count(field(field(raw<V1Deployment>(value), 'spec'), 'replicas'));

export const decodeDeployment = workloadDecoder('Deployment', specReplicas);
export const decodeReplicaSet = workloadDecoder('ReplicaSet', specReplicas);
export const decodeStatefulSet = workloadDecoder('StatefulSet', specReplicas);
export const decodeDaemonSet = workloadDecoder('DaemonSet', (value) =>
  count(field(field(raw<V1DaemonSet>(value), 'status'), 'desiredNumberScheduled')),
);
/** A Job's pods come and go by its own rules; parallelism says nothing of how many are wanted now. */
export const decodeJob = workloadDecoder('Job', () => undefined);
