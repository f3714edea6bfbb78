/**
 * Why an address is where it is, or is not: from the pod, node, Service or endpoint that has it to the target objects that hold it.
 */
import type { SourceView } from '../model/source-view.ts';
import type { PodRecord, ServiceRecord, SourceRecord } from '../model/cluster-records.ts';
import { hostPrefix } from '../model/ip.ts';
import type { IpAddress } from '../model/ip.ts';
import { keyText } from '../model/identity.ts';
import type { InstanceId, SystemName, TargetKey } from '../model/identity.ts';
import type { AddressKind } from '../model/mapping.ts';
import type { AddressChain, Change } from '../model/plan.ts';
import type { ActualObject, DesiredItem, DesiredObject, ExposedAddress } from '../model/target-object.ts';
import type { Pending } from './pending.ts';
import type { PresentView, WantedView } from './ports.ts';
import { isOurs } from './target-rows.ts';

interface ExplainInput {
  readonly instance: InstanceId;
  readonly wanted: WantedView;
  readonly sources: readonly SourceView[];
  readonly systems: ReadonlyMap<SystemName, PresentView>;
  readonly pending: readonly Pending[];
}

export function explainAddress(address: IpAddress, input: ExplainInput): AddressChain {
  const wanted = wantedIn(address, input);
  const reasons = wanted.flatMap(({ items }) => items.flatMap((item) => item.reasons));
  const objects = wanted.map(({ object }) => object);
  return {
    address,
    // Not wanted anywhere: show who has it, so that the mapping's selection can be compared with it.
    reasons:
      reasons.length > 0 ? eachOnce(reasons) : input.sources.flatMap((view) => exposures(view, address)),
    wantedIn: wanted.map(({ object: { key, mapping, group }, items }) => ({
      key,
      mapping,
      group,
      items: items.map(({ name }) => name),
    })),
    presentIn: presentIn(address, objects, input),
    changes: changesOf(address, input.pending),
    problems: [
      ...[...input.systems.values()].map(({ problem }) => problem),
      ...objects.flatMap(({ problems }) => problems.filter(({ detail }) => detail.includes(address))),
    ].filter((found) => found !== undefined),
  };
}

/** Several targets want it for the same reason. */
function eachOnce(reasons: readonly ExposedAddress[]): ExposedAddress[] {
  const found = new Map<string, ExposedAddress>();
  for (const reason of reasons) {
    const { cluster, origin, addressKind } = reason;
    const id = [cluster, origin.kind, origin.path, origin.uid, addressKind].join(' ');
    if (!found.has(id)) found.set(id, reason);
  }
  return [...found.values()];
}

function wantedIn(
  address: IpAddress,
  { systems, wanted }: ExplainInput,
): { object: DesiredObject; items: readonly DesiredItem[] }[] {
  const objects = [...systems.keys()].flatMap((system) =>
    [...wanted.keys(system)].map((key) => wanted.get(key)).filter((object) => object !== undefined),
  );
  return objects.flatMap((object) => {
    if (!mayHold(object, address)) return [];
    const items = [...object.items.values()].filter((item) => item.address === address);
    return items.length === 0 ? [] : [{ object, items }];
  });
}

/** By object, which is made anew when anything of it changes: so that a question looks into few of many. */
const addressesOf = new WeakMap<DesiredObject | ActualObject, ReadonlySet<IpAddress | undefined>>();

function mayHold(object: DesiredObject | ActualObject, address: IpAddress): boolean {
  const known = addressesOf.get(object) ?? new Set([...object.items.values()].map((item) => item.address));
  addressesOf.set(object, known);
  return known.has(address);
}

interface Holder {
  readonly key: TargetKey;
  ours: boolean;
  readonly items: Set<string>;
}

function presentIn(
  address: IpAddress,
  wanted: readonly DesiredObject[],
  { systems, instance }: ExplainInput,
): AddressChain['presentIn'] {
  const found = new Map<string, Holder>();
  const add = (key: TargetKey, ours: boolean, item: string): void => {
    const holder = found.get(keyText(key)) ?? { key, ours, items: new Set() };
    found.set(keyText(key), holder);
    holder.ours ||= ours;
    holder.items.add(item);
  };
  const addItems = (object: ActualObject): void => {
    if (!mayHold(object, address)) return;
    const { key, items } = object;
    for (const item of items.values())
      if (item.address === address) add(key, isOurs(item, instance), item.name);
  };
  for (const view of systems.values()) for (const object of view.owned()) addItems(object);
  for (const { key } of wanted) {
    const view = systems.get(key.system);
    const here = view?.get(key);
    if (here !== undefined && 'exists' in here) addItems(here);
    const prefix = hostPrefix(address);
    for (const holder of view?.holders(key, prefix) ?? []) add(holder.key, holder.ours, prefix);
  }
  return [...found.values()].map(({ key, ours, items }) => ({ key, ours, items: [...items] }));
}

function changesOf(address: IpAddress, pending: readonly Pending[]): Change[] {
  const addressOf = (change: Change): IpAddress | undefined => {
    if (change.type === 'removeItem') return change.address;
    return change.type === 'addItem' || change.type === 'updateItem' ? change.item.address : undefined;
  };
  return pending
    .flatMap(({ changes }) => changes.map(({ change }) => change))
    .filter((change) => addressOf(change) === address);
}

/** What the source knows to have the address, selected by a mapping or not. */
function exposures(view: SourceView, address: IpAddress): ExposedAddress[] {
  const exposure = (record: SourceRecord, traits: Traits): ExposedAddress => ({
    ...nothingKnown,
    ...traits,
    address,
    cluster: view.name,
    origin: { kind: record.kind, path: record.path, uid: record.uid },
  });
  const pods = [...view.all('Pod')].filter((pod) => pod.addresses.includes(address));
  const nodes = [...view.all('Node')].filter((node) => node.addresses.includes(address));
  const learned = [...view.all('LearnedEndpoint')].filter((endpoint) => endpoint.address === address);
  return [
    ...pods.map((pod) =>
      exposure(pod, { addressKind: 'pod', owner: pod.owner, node: pod.node, state: podState(pod) }),
    ),
    ...[...view.all('Service')].flatMap((service) => {
      const addressKind = serviceAddressKind(service, address);
      const state = service.terminating ? 'terminating' : 'ready';
      return addressKind === undefined ? [] : [exposure(service, { addressKind, state })];
    }),
    ...nodes.map((node) => exposure(node, { addressKind: 'node', state: node.ready ? 'ready' : 'notReady' })),
    ...learned.map((endpoint) =>
      exposure(endpoint, {
        addressKind: 'learned',
        mac: endpoint.mac,
        state: endpoint.absentSince === undefined ? 'learned' : 'absent',
      }),
    ),
  ];
}

type Traits = Pick<ExposedAddress, 'addressKind' | 'state'> &
  Partial<Pick<ExposedAddress, 'owner' | 'node' | 'mac'>>;

/** Nothing selects it, so nothing gives it traffic. */
const nothingKnown = { owner: undefined, node: undefined, inService: false };

function podState(pod: PodRecord): ExposedAddress['state'] {
  if (pod.terminating) return 'terminating';
  if (pod.ready) return 'ready';
  return pod.phase === 'Pending' ? 'starting' : 'notReady';
}

function serviceAddressKind(service: ServiceRecord, address: IpAddress): AddressKind | undefined {
  if (service.loadBalancerAddresses.includes(address)) return 'loadBalancer';
  if (service.externalAddresses.includes(address)) return 'external';
  return service.clusterAddresses.includes(address) ? 'cluster' : undefined;
}
