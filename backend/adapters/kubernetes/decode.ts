/**
 * From an object as the API server sends it to the slim, frozen record that is kept. Pure, and never throws.
 *
 * Missing or malformed fields become their absence; addresses that do not parse are left out and counted. Only an
 * object without name or uid gives no record: nothing could be said about it.
 */
import type {
  V1Endpoint,
  V1EndpointSlice,
  V1Namespace,
  V1Node,
  V1ObjectMeta,
  V1Service,
  V1ServicePort,
} from '@kubernetes/client-node';
import type {
  EndpointSliceRecord,
  Labels,
  NamedPort,
  NamespaceRecord,
  NodeRecord,
  ObjectRef,
  ServiceRecord,
} from '../../model/cluster-records.ts';
import { objectPath, type ObjectPath } from '../../model/identity.ts';
import { parseAddress, type IpAddress } from '../../model/ip.ts';
import type { Interner } from './interner.ts';
import { count, field, isPresent, isTrue, items, raw, text, textPairs, type Raw } from './raw.ts';

export interface DecodeContext {
  readonly interner: Interner;
  /** Called for every address that does not parse. */
  readonly onBadAddress: (value: unknown) => void;
}

/** What every record begins with. */
export interface Identified {
  readonly uid: string;
  readonly path: ObjectPath;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly resourceVersion: string;
}

interface HasMetadata {
  metadata?: V1ObjectMeta;
}

export function identified(object: Raw<HasMetadata>, { interner }: DecodeContext): Identified | undefined {
  const metadata = field(object, 'metadata');
  const name = text(field(metadata, 'name'));
  const uid = text(field(metadata, 'uid'));
  if (name === undefined || uid === undefined) return undefined;
  const namespace = interner.text(text(field(metadata, 'namespace')) ?? '');
  return {
    uid,
    path: objectPath(namespace, name),
    namespace,
    name,
    labels: interner.labels(textPairs(field(metadata, 'labels'))),
    resourceVersion: text(field(metadata, 'resourceVersion')) ?? '',
  };
}

export function isTerminating(object: Raw<HasMetadata>): boolean {
  return isPresent(field(field(object, 'metadata'), 'deletionTimestamp'));
}

/** The one owner that controls the object; owners stand in the object's own namespace. */
export function controllerOf(
  object: Raw<HasMetadata>,
  { namespace }: Identified,
  { interner }: DecodeContext,
): ObjectRef | undefined {
  for (const owner of items(field(field(object, 'metadata'), 'ownerReferences'))) {
    const kind = text(field(owner, 'kind'));
    const name = text(field(owner, 'name'));
    const uid = text(field(owner, 'uid'));
    if (!isTrue(field(owner, 'controller'))) continue;
    if (kind === undefined || name === undefined || uid === undefined) continue;
    return interner.ref(kind, objectPath(namespace, name), uid);
  }
  return undefined;
}

const none: readonly never[] = Object.freeze([]);

export function addresses(
  values: readonly Raw<unknown>[],
  { onBadAddress }: DecodeContext,
): readonly IpAddress[] {
  const parsed: IpAddress[] = [];
  for (const value of values) {
    const address = parseAddress(text(value) ?? '');
    if (address === undefined) onBadAddress(value);
    else if (!parsed.includes(address)) parsed.push(address);
  }
  // A copy has just its own length; what grew by pushing keeps room for more, for each of 50,000 pods.
  return parsed.length === 0 ? none : Object.freeze(parsed.slice());
}

interface Condition {
  type: string;
  status: string;
}

export function isReady(conditions: Raw<Condition[] | undefined>): boolean {
  return items(conditions).some(
    (each) => text(field(each, 'type')) === 'Ready' && text(field(each, 'status')) === 'True',
  );
}

export function decodeNamespace(value: unknown, context: DecodeContext): NamespaceRecord | undefined {
  const object = raw<V1Namespace>(value);
  const base = identified(object, context);
  if (base === undefined) return undefined;
  const phase = text(field(field(object, 'status'), 'phase'));
  const terminating = isTerminating(object) || phase === 'Terminating';
  return Object.freeze({ kind: 'Namespace', ...base, terminating });
}

const nodeAddressTypes: readonly (string | undefined)[] = ['InternalIP', 'ExternalIP'];

export function decodeNode(value: unknown, context: DecodeContext): NodeRecord | undefined {
  const object = raw<V1Node>(value);
  const base = identified(object, context);
  if (base === undefined) return undefined;
  const status = field(object, 'status');
  const found = items(field(status, 'addresses'))
    .filter((each) => nodeAddressTypes.includes(text(field(each, 'type'))))
    .map((each) => field(each, 'address'));
  return Object.freeze({
    kind: 'Node',
    ...base,
    addresses: addresses(found, context),
    ready: isReady(field(status, 'conditions')),
  });
}

const serviceTypes: readonly ServiceRecord['type'][] = [
  'ClusterIP',
  'NodePort',
  'LoadBalancer',
  'ExternalName',
];

export function decodeService(value: unknown, context: DecodeContext): ServiceRecord | undefined {
  const object = raw<V1Service>(value);
  const base = identified(object, context);
  if (base === undefined) return undefined;
  const spec = field(object, 'spec');
  const ingress = items(field(field(field(object, 'status'), 'loadBalancer'), 'ingress'));
  const withAddress = ingress.filter((each) => text(field(each, 'ip')) !== undefined);
  const hostnames = ingress
    .filter((each) => text(field(each, 'ip')) === undefined)
    .flatMap((each) => text(field(each, 'hostname')) ?? []);
  const type = text(field(spec, 'type'));
  return Object.freeze({
    kind: 'Service',
    ...base,
    type: serviceTypes.find((each) => each === type) ?? 'ClusterIP',
    selector: context.interner.labels(textPairs(field(spec, 'selector'))),
    clusterAddresses: addresses(clusterAddresses(object), context),
    externalAddresses: addresses(items(field(spec, 'externalIPs')), context),
    loadBalancerAddresses: addresses(
      withAddress.map((each) => field(each, 'ip')),
      context,
    ),
    loadBalancerHostnames: Object.freeze(hostnames),
    ports: Object.freeze(items(field(spec, 'ports')).flatMap((each) => servicePort(each) ?? [])),
    headless: text(field(spec, 'clusterIP')) === 'None',
    externalTrafficPolicy: text(field(spec, 'externalTrafficPolicy')) === 'Local' ? 'Local' : 'Cluster',
    terminating: isTerminating(object),
  });
}

function servicePort(port: Raw<V1ServicePort>): ServiceRecord['ports'][number] | undefined {
  const named = namedPort(port, field(port, 'port'));
  return named && Object.freeze({ ...named, nodePort: count(field(port, 'nodePort')) ?? 0 });
}

const protocols: readonly NamedPort['protocol'][] = ['TCP', 'UDP', 'SCTP'];

/** undefined: it has no number. */
export function namedPort(
  port: Raw<{ name?: string; protocol?: string }>,
  value: Raw<unknown>,
): NamedPort | undefined {
  const number = count(value);
  const protocol = text(field(port, 'protocol'));
  if (number === undefined) return undefined;
  return {
    name: text(field(port, 'name')) ?? '',
    number,
    protocol: protocols.find((each) => each === protocol) ?? 'TCP',
  };
}

/** `clusterIPs`, or `clusterIP` where an old server has no other; `None` is the word of headless Services. */
function clusterAddresses(service: Raw<V1Service>): readonly Raw<unknown>[] {
  const spec = field(service, 'spec');
  const several: readonly Raw<unknown>[] = items(field(spec, 'clusterIPs'));
  const found = several.length > 0 ? several : [field(spec, 'clusterIP')];
  return found.filter((each) => text(each) !== undefined && text(each) !== 'None');
}

export function decodeEndpointSlice(value: unknown, context: DecodeContext): EndpointSliceRecord | undefined {
  const object = raw<V1EndpointSlice>(value);
  const base = identified(object, context);
  if (base === undefined) return undefined;
  const service = base.labels['kubernetes.io/service-name'];
  const named = text(field(object, 'addressType')) === 'FQDN';
  const endpoints = named ? [] : items(field(object, 'endpoints'));
  return Object.freeze({
    kind: 'EndpointSlice',
    ...base,
    service: service === undefined ? undefined : objectPath(base.namespace, service),
    ports: context.interner.ports(
      items(field(object, 'ports')).flatMap((each) => namedPort(each, field(each, 'port')) ?? []),
    ),
    endpoints: Object.freeze(endpoints.map((each) => decodeEndpoint(each, base, context))),
  });
}

function decodeEndpoint(
  endpoint: Raw<V1Endpoint>,
  { namespace }: Identified,
  context: DecodeContext,
): EndpointSliceRecord['endpoints'][number] {
  const conditions = field(endpoint, 'conditions');
  const isFalse = (value: Raw<unknown>): boolean => (value as unknown) === false;
  // A condition that is not said counts as true, except terminating.
  const ready = !isFalse(field(conditions, 'ready'));
  const serving = isPresent(field(conditions, 'serving')) ? !isFalse(field(conditions, 'serving')) : ready;
  const node = text(field(endpoint, 'nodeName'));
  const target = field(endpoint, 'targetRef');
  const kind = text(field(target, 'kind'));
  const name = text(field(target, 'name'));
  const uid = text(field(target, 'uid'));
  return Object.freeze({
    addresses: addresses(items(field(endpoint, 'addresses')), context),
    ready,
    serving,
    terminating: isTrue(field(conditions, 'terminating')),
    node: node === undefined ? undefined : context.interner.text(node),
    target:
      kind === undefined || name === undefined || uid === undefined
        ? undefined
        : Object.freeze({
            kind: context.interner.text(kind),
            path: objectPath(text(field(target, 'namespace')) ?? namespace, name),
            uid,
          }),
  });
}
