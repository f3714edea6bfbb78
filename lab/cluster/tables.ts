/** The server-side tables that `kubectl get` prints: columns per resource, one row per object. */
import {
  at,
  conditionOf,
  isDeleting,
  isReady,
  isRecord,
  type KubeObject,
  type Labels,
  type Pod,
} from './objects.ts';
import { formatSelector } from './selectors.ts';
import type { KindRow } from './kinds.ts';

type Cell = (object: KubeObject, now: number) => unknown;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  readonly cell: Cell;
}

/** A column that starts with `+` is shown by `-o wide` only. */
function column(name: string, cell: Cell, type = 'string'): Column {
  const wide = name.startsWith('+');
  const shown = wide ? name.slice(1) : name;
  const format = name === 'Name' ? 'name' : '';
  return { name: shown, type, format, description: shown, priority: wide ? 1 : 0, cell };
}

function path(dotted: string, otherwise: unknown = '<none>'): Cell {
  return (object) => at(object, dotted) ?? otherwise;
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A duration as kubectl prints it: two units at most, coarser with age. */
export function humanDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  return `${Math.floor(hours / 24)}d`;
}

function since(field: string): Cell {
  return (object, now) => {
    const stamp = at(object, field);
    return typeof stamp === 'string' ? humanDuration(now - Date.parse(stamp)) : '<unknown>';
  };
}

const name = column('Name', (object) => object.metadata.name);
const age = column('Age', since('metadata.creationTimestamp'));

function podState(object: KubeObject): string {
  const pod = object as Pod;
  if (isDeleting(pod)) return 'Terminating';
  if (pod.status.phase === 'Succeeded') return 'Completed';
  const [waiting] = items(pod.status.containerStatuses).map((status) => at(status, 'state.waiting.reason'));
  return text(waiting) || text(pod.status.phase);
}

function containers(what: 'name' | 'image'): Cell {
  return (object) => {
    const inside = at(object, 'spec.template.spec.containers');
    return items(inside)
      .map((container) => text(at(container, what)))
      .join(',');
  };
}

function selector(object: KubeObject): string {
  const found = at(object, 'spec.selector');
  return formatSelector(isRecord(found) ? found : undefined) || '<none>';
}

function readyOf(total: string, ready: string): Cell {
  return (object) => `${text(at(object, ready) ?? 0)}/${text(at(object, total) ?? 0)}`;
}

function externalIp(object: KubeObject): string {
  const ingress = items(at(object, 'status.loadBalancer.ingress'));
  const shown = ingress.map((entry) => text(at(entry, 'ip')) || text(at(entry, 'hostname')));
  const type = at(object, 'spec.type');
  if (type === 'ExternalName') return text(at(object, 'spec.externalName'));
  return shown.length > 0 ? shown.join(',') : type === 'LoadBalancer' ? '<pending>' : '<none>';
}

function servicePorts(object: KubeObject): string {
  const shown = items(at(object, 'spec.ports')).map((port) => {
    const node = text(at(port, 'nodePort'));
    return `${text(at(port, 'port'))}${node === '' ? '' : `:${node}`}/${text(at(port, 'protocol'))}`;
  });
  return shown.join(',') || '<none>';
}

function nodeState(object: KubeObject): string {
  const conditions = at(object, 'status.conditions');
  const ready = conditionOf(Array.isArray(conditions) ? conditions : [], 'Ready') === 'True';
  const closed = at(object, 'spec.unschedulable') === true ? ',SchedulingDisabled' : '';
  return `${ready ? 'Ready' : 'NotReady'}${closed}`;
}

function nodeAddress(type: string): Cell {
  return (object) =>
    items(at(object, 'status.addresses'))
      .filter((address) => at(address, 'type') === type)
      .map((address) => text(at(address, 'address')))[0] ?? '<none>';
}

function endpointAddresses(object: KubeObject): string {
  const all = items(object['endpoints']).flatMap((endpoint) => items(at(endpoint, 'addresses')).map(text));
  if (all.length === 0) return '<unset>';
  return all.length <= 3 ? all.join(',') : `${all.slice(0, 3).join(',')} + ${all.length - 3} more...`;
}

const templateColumns = [column('+Containers', containers('name')), column('+Images', containers('image'))];
const number = 'integer';

const columns: Readonly<Record<string, readonly Column[]>> = {
  pods: [
    name,
    column('Ready', (object) => {
      const total = items(at(object, 'spec.containers')).length;
      return `${isReady(object as Pod) ? total : 0}/${total}`;
    }),
    column('Status', podState),
    column('Restarts', () => '0'),
    age,
    column('+IP', path('status.podIP')),
    column('+Node', path('spec.nodeName')),
    column('+Nominated Node', path('status.nominatedNodeName')),
    column('+Readiness Gates', () => '<none>'),
  ],
  deployments: [
    name,
    column('Ready', readyOf('spec.replicas', 'status.readyReplicas')),
    column('Up-to-date', path('status.updatedReplicas', 0)),
    column('Available', path('status.availableReplicas', 0)),
    age,
    ...templateColumns,
    column('+Selector', selector),
  ],
  replicasets: [
    name,
    column('Desired', path('spec.replicas', 0), number),
    column('Current', path('status.replicas', 0), number),
    column('Ready', path('status.readyReplicas', 0), number),
    age,
    ...templateColumns,
    column('+Selector', selector),
  ],
  statefulsets: [
    name,
    column('Ready', readyOf('spec.replicas', 'status.readyReplicas')),
    age,
    ...templateColumns,
  ],
  daemonsets: [
    name,
    column('Desired', path('status.desiredNumberScheduled', 0), number),
    column('Current', path('status.currentNumberScheduled', 0), number),
    column('Ready', path('status.numberReady', 0), number),
    column('Up-to-date', path('status.updatedNumberScheduled', 0), number),
    column('Available', path('status.numberAvailable', 0), number),
    column('Node Selector', () => '<none>'),
    age,
    ...templateColumns,
    column('+Selector', selector),
  ],
  jobs: [
    name,
    column('Status', (object) =>
      at(object, 'status.completionTime') === undefined ? 'Running' : 'Complete',
    ),
    column('Completions', readyOf('spec.completions', 'status.succeeded')),
    column('Duration', since('status.startTime')),
    age,
    ...templateColumns,
    column('+Selector', selector),
  ],
  services: [
    name,
    column('Type', path('spec.type')),
    column('Cluster-IP', path('spec.clusterIP')),
    column('External-IP', externalIp),
    column('Port(s)', servicePorts),
    age,
    column('+Selector', (object) => {
      const labels = at(object, 'spec.selector');
      return formatSelector({ matchLabels: isRecord(labels) ? (labels as Labels) : {} }) || '<none>';
    }),
  ],
  nodes: [
    name,
    column('Status', nodeState),
    column('Roles', () => '<none>'),
    age,
    column('Version', path('status.nodeInfo.kubeletVersion')),
    column('+Internal-IP', nodeAddress('InternalIP')),
    column('+External-IP', nodeAddress('ExternalIP')),
    column('+OS-Image', path('status.nodeInfo.osImage')),
    column('+Kernel-Version', path('status.nodeInfo.kernelVersion')),
    column('+Container-Runtime', path('status.nodeInfo.containerRuntimeVersion')),
  ],
  namespaces: [name, column('Status', path('status.phase')), age],
  endpointslices: [
    name,
    column('AddressType', path('addressType')),
    column(
      'Ports',
      (object) =>
        items(object['ports'])
          .map((port) => text(at(port, 'port')))
          .join(',') || '<unset>',
    ),
    column('Endpoints', endpointAddresses),
    age,
  ],
  leases: [name, column('Holder', path('spec.holderIdentity', '')), age],
  configmaps: [name, column('Data', (object) => Object.keys(object['data'] ?? {}).length, number), age],
  serviceaccounts: [name, column('Secrets', (object) => items(object['secrets']).length, number), age],
  events: [
    column('Last Seen', since('lastTimestamp')),
    column('Type', path('type')),
    column('Reason', path('reason')),
    column('Object', (object) => {
      const about = at(object, 'involvedObject');
      return `${text(at(about, 'kind')).toLowerCase()}/${text(at(about, 'name'))}`;
    }),
    column('Message', path('message')),
  ],
};

/** The version of Table that a client asks for, or undefined when it wants the objects themselves. */
export function wantsTable(accept: string | undefined): string | undefined {
  const first = (accept ?? '').split(',').find((type) => type.includes('as=Table'));
  return first === undefined ? undefined : (/v=(v1beta1|v1)/.exec(first)?.[1] ?? 'v1');
}

export interface TableRequest {
  readonly kind: KindRow;
  readonly version: string;
  readonly now: number;
  /** Metadata (the default), Object or None: what each row carries along. */
  readonly include: string;
}

function carried({ include, version }: TableRequest, object: KubeObject): Record<string, unknown> {
  if (include === 'None') return {};
  if (include === 'Object') return { object };
  const partial = { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}` };
  return { object: { ...partial, metadata: object.metadata } };
}

export function tableOf(
  request: TableRequest,
  objects: readonly KubeObject[],
  metadata: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const shown = columns[request.kind.resource] ?? [name, age];
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${request.version}`,
    metadata,
    columnDefinitions: shown.map(({ cell: _cell, ...definition }) => definition),
    rows: objects.map((object) => ({
      cells: shown.map(({ cell }) => cell(object, request.now)),
      ...carried(request, object),
    })),
  };
}
