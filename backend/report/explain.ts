/**
 * Why an address is where it is, or is not: from the pod that has it to the target object that holds it.
 */
import type { SourceView } from '../model/source-view.ts';
import type { PodRecord, ServiceRecord } from '../model/cluster-records.ts';
import { hostPrefix } from '../model/ip.ts';
import type { IpAddress } from '../model/ip.ts';
import { keyText } from '../model/identity.ts';
import type { InstanceId, SystemName, TargetKey } from '../model/identity.ts';
import type { AddressKind } from '../model/mapping.ts';
import type { AddressChain, Change } from '../model/plan.ts';
import type { ActualObject, DesiredObject, ExposedAddress } from '../model/target-object.ts';
import type { Pending } from './pending.ts';
import type { PresentView, WantedView } from './ports.ts';
import { isOurs } from './target-rows.ts';

interface ExplainInput {
  readonly instance: InstanceId;
  readonly wanted: WantedView;
  readonly clusters: readonly SourceView[];
  readonly systems: ReadonlyMap<SystemName, PresentView>;
  readonly pending: readonly Pending[];
}

export function explainAddress(address: IpAddress, input: ExplainInput): AddressChain {
  const wanted = wantedIn(address, input);
  const reasons = wanted.flatMap(({ reasons: found }) => found);
  const objects = wanted.map(({ object }) => object);
  return {
    address,
    // Not wanted anywhere: show who has it, so that the mapping's selection can be compared with it.
    reasons: reasons.length > 0 ? reasons : input.clusters.flatMap((view) => exposures(view, address)),
    wantedIn: objects.map(({ key, mapping, group }) => ({ key, mapping, group })),
    presentIn: presentIn(address, objects, input),
    changes: changesOf(address, input.pending),
    problems: [
      ...[...input.systems.values()].map(({ problem }) => problem),
      ...objects.flatMap(({ problems }) => problems.filter(({ detail }) => detail.includes(address))),
    ].filter((found) => found !== undefined),
  };
}

function wantedIn(
  address: IpAddress,
  { systems, wanted }: ExplainInput,
): { object: DesiredObject; reasons: readonly ExposedAddress[] }[] {
  const objects = [...systems.keys()].flatMap((system) =>
    [...wanted.keys(system)].map((key) => wanted.get(key)).filter((object) => object !== undefined),
  );
  return objects.flatMap((object) => {
    const items = [...object.items.values()].filter((item) => item.address === address);
    return items.map(({ reasons }) => ({ object, reasons }));
  });
}

function presentIn(
  address: IpAddress,
  wanted: readonly DesiredObject[],
  { systems, instance }: ExplainInput,
): AddressChain['presentIn'] {
  const found = new Map<string, { key: TargetKey; ours: boolean }>();
  const add = (key: TargetKey, ours: boolean): void => void found.set(keyText(key), { key, ours });
  for (const view of systems.values())
    for (const object of view.owned()) addHolder(object, { address, instance, add });
  for (const { key } of wanted) {
    const view = systems.get(key.system);
    const here = view?.get(key);
    if (here !== undefined && 'exists' in here) addHolder(here, { address, instance, add });
    for (const holder of view?.holders(key, hostPrefix(address)) ?? []) add(holder.key, holder.ours);
  }
  return [...found.values()];
}

function addHolder(
  object: ActualObject,
  to: { address: IpAddress; instance: InstanceId; add: (key: TargetKey, ours: boolean) => void },
): void {
  for (const item of object.items.values())
    if (item.address === to.address) to.add(object.key, isOurs(item, to.instance));
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

/** Pods and Services of the cluster that have the address, selected by a mapping or not. */
function exposures(view: SourceView, address: IpAddress): ExposedAddress[] {
  const pods = [...view.all('Pod')].filter((pod) => pod.addresses.includes(address));
  const services = [...view.all('Service')];
  return [
    ...pods.map((pod) => ({
      ...originOf(view, pod, address),
      addressKind: 'pod' as const,
      owner: pod.owner,
      node: pod.node,
      state: podState(pod),
      inService: false,
    })),
    ...services.flatMap((service) => {
      const addressKind = serviceAddressKind(service, address);
      if (addressKind === undefined) return [];
      const state = service.terminating ? ('terminating' as const) : ('ready' as const);
      const traits = { owner: undefined, node: undefined, state, inService: false };
      return [{ ...originOf(view, service, address), addressKind, ...traits }];
    }),
  ];
}

function originOf(
  view: SourceView,
  { kind, path, uid }: PodRecord | ServiceRecord,
  address: IpAddress,
): Pick<ExposedAddress, 'address' | 'cluster' | 'origin'> {
  return { address, cluster: view.name, origin: { kind, path, uid } };
}

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
