/**
 * A small world for tests of the plan: wanted and present objects as values, the answers of ledger and sources as fields,
 * and a pure model of what applying a plan does.
 */
import { shortId } from '../model/digest.ts';
import type { Freshness } from '../model/freshness.ts';
import type {
  SourceName,
  InstanceId,
  KeyText,
  MappingName,
  ObjectPath,
  ShortId,
  SystemName,
  TargetKey,
} from '../model/identity.ts';
import { keyText } from '../model/identity.ts';
import { hostPrefix, type IpAddress } from '../model/ip.ts';
import type { ExternalEpgTarget, Mapping } from '../model/mapping.ts';
import type { OwnershipMark } from '../model/ownership-mark.ts';
import type { Approval, Change, Explanation, Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import {
  itemId,
  type ActualItem,
  type ActualObject,
  type DesiredItem,
  type DesiredObject,
  type ItemId,
} from '../model/target-object.ts';
import { approvalId } from '../model/plan.ts';
import { makePlan } from './make-plan.ts';
import type { PlanInput } from './ports.ts';

export const system = 'dc1' as SystemName;
export const instance = '7f3a' as InstanceId;
export const cluster = 'prod-a' as SourceName;
export const source = shortId(cluster);

export function key(name: string, tenant = 'k8s'): TargetKey {
  return { system, kind: 'externalEpg', name: `${tenant}/calico/${name}` };
}

export function mark(mapping: string, from: ShortId | '-' = source): OwnershipMark {
  return { instance, mapping: shortId(mapping), source: from };
}

export const otherInstance: OwnershipMark = { ...mark('web'), instance: 'beef' as InstanceId };

export type MappingOptions = Partial<Omit<Mapping, 'name' | 'to'>> & Partial<ExternalEpgTarget>;

export function mapping(name: string, options: MappingOptions = {}): Mapping {
  const { mode = 'full', firstContact = 'report' } = options;
  const to = {
    kind: 'externalEpg',
    system,
    whenEmpty: 'keep',
    emptyForMs: 600_000,
    create: true,
    ...options,
  } as ExternalEpgTarget;
  return {
    name: name as MappingName,
    mode,
    firstContact,
    from: {} as Mapping['from'],
    to: [to],
  };
}

export function subnet(address: string): ItemId {
  return itemId('subnet', hostPrefix(address as IpAddress));
}

export function wantedAddress(
  address: string,
  of: string,
  clusters: readonly SourceName[] = [cluster],
): DesiredItem {
  const prefix = hostPrefix(address as IpAddress);
  const ref = { kind: 'Pod', path: 'shop/web-1' as ObjectPath, uid: 'u' };
  const reasons = clusters.map((name) => ({
    address: address as IpAddress,
    addressKind: 'pod' as const,
    cluster: name,
    origin: ref,
    owner: undefined,
    node: undefined,
    state: 'ready' as const,
    inService: true,
  }));
  const attributes = { scope: 'import-security' };
  return {
    id: subnet(address),
    kind: 'subnet',
    name: prefix,
    attributes,
    mark: mark(of),
    address: address as IpAddress,
    reasons,
    leaving: false,
  };
}

export function wantedContract(name: string, of: string): DesiredItem {
  const id = itemId('provides', name);
  const rest = { mark: mark(of), address: undefined, reasons: [], leaving: false };
  return { id, kind: 'provides', name, attributes: {}, ...rest };
}

export interface Wish extends Partial<Omit<DesiredObject, 'key' | 'mapping' | 'items'>> {
  readonly mapping?: string;
  readonly addresses?: readonly string[];
  readonly contracts?: readonly string[];
}

export function want(at: TargetKey, wish: Wish = {}): DesiredObject {
  const { mapping: of = 'web', addresses = [], contracts = [], ...rest } = wish;
  const items = [
    ...contracts.map((name) => wantedContract(name, of)),
    ...addresses.map((address) => wantedAddress(address, of)),
  ];
  return {
    group: at.name,
    owner: undefined,
    mark: mark(of),
    create: true,
    attributes: {},
    createEmpty: true,
    traffic: undefined,
    whenEmpty: 'keep',
    emptyForMs: 600_000,
    allowIsolated: false,
    problems: [],
    ...rest,
    key: at,
    mapping: of as MappingName,
    items: new Map(items.map((item) => [item.id, item])),
  };
}

export interface Presence extends Partial<Omit<ActualObject, 'key' | 'items'>> {
  /** Addresses with the mark of the object, unless given with their own. */
  readonly addresses?: readonly (string | readonly [string, OwnershipMark | undefined])[];
  readonly contracts?: readonly string[];
}

export function have(at: TargetKey, presence: Presence = {}): ActualObject {
  const { addresses = [], contracts = [], ...rest } = presence;
  const own = 'mark' in presence ? presence.mark : mark('web');
  const items: ActualItem[] = contracts.map((name) => ({
    ...wantedContract(name, 'web'),
    mark: own,
  }));
  for (const entry of addresses) {
    const [address, of] = typeof entry === 'string' ? [entry, own] : entry;
    items.push({ ...wantedAddress(address, 'web'), mark: of });
  }
  return {
    exists: true,
    attributes: {},
    foreignChildren: 0,
    reachability: 'contract',
    problems: [],
    ...rest,
    mark: own,
    key: at,
    items: new Map(items.map((item) => [item.id, item])),
  };
}

/** Everything a plan is made from. Tests spread and change it. */
export interface World {
  readonly mappings: readonly Mapping[];
  readonly wants: readonly DesiredObject[];
  readonly haves: readonly ActualObject[];
  readonly unknown?: ReadonlyMap<KeyText, Problem>;
  readonly departures?: Readonly<Record<string, Explanation>>;
  /** Items whose backend is still there. */
  readonly alive?: readonly ItemId[];
  readonly lacks?: PlanInput['actual']['lacks'];
  readonly problems?: Readonly<Record<string, readonly Problem[]>>;
  readonly freshness?: (mapping: MappingName, source: ShortId | '-') => Freshness;
  readonly vrfOf?: (key: TargetKey) => string;
  readonly existingContracts?: readonly string[];
  readonly reachability?: ActualObject['reachability'];
  readonly fullyChecked?: boolean;
  readonly hasRun?: boolean;
  readonly paused?: boolean;
  readonly approvals?: readonly Approval[];
  readonly window?: PlanInput['ledger']['guardWindow'];
  readonly emptySince?: number;
  readonly drainingSince?: PlanInput['ledger']['drainingSince'];
  readonly fought?: PlanInput['ledger']['isFoughtOver'];
  readonly backOff?: PlanInput['ledger']['backOff'];
  readonly now?: number;
}

export function planOf(world: World): Plan {
  return makePlan(inputOf(world));
}

export function inputOf(world: World): PlanInput {
  return {
    system,
    mappings: world.mappings,
    guard: { share: 0.2, atLeast: 10, atMost: 50, windowMs: 3_600_000 },
    desired: desiredOf(world),
    actual: actualOf(world),
    ledger: {
      instance,
      hasRun: () => world.hasRun ?? true,
      paused: world.paused ?? false,
      approvals: (of) => (world.approvals ?? []).filter((approval) => approval.mapping === of),
      guardWindow: world.window ?? (() => undefined),
      emptySince: () => world.emptySince,
      drainingSince: world.drainingSince ?? (() => undefined),
      probed: () => undefined,
      isFoughtOver: world.fought ?? (() => false),
      backOff: world.backOff ?? (() => undefined),
    },
    now: world.now ?? 0,
  };
}

function desiredOf(world: World): PlanInput['desired'] {
  const wants = new Map(world.wants.map((object) => [keyText(object.key), object]));
  return {
    keys: () => wants.keys(),
    get: (text) => wants.get(text),
    departure: (_, item) => {
      const explanation = world.departures?.[item];
      const alive = world.alive?.includes(item) ?? false;
      return explanation === undefined ? undefined : { explanation, owner: undefined, alive };
    },
    wantedElsewhere: (text, item) =>
      [...wants.keys()].filter((other) => other !== text && wants.get(other)?.items.has(item) === true),
    freshness: world.freshness ?? (() => 'synced'),
    problems: (of) => world.problems?.[of] ?? [],
  };
}

function actualOf(world: World): PlanInput['actual'] {
  const haves = new Map(world.haves.map((object) => [keyText(object.key), object]));
  const vrfOf = world.vrfOf ?? (() => 'vrf');
  const absent = new Map<KeyText, ActualObject>();
  const absentAt = (at: TargetKey): ActualObject => {
    const object = absent.get(keyText(at)) ?? missing(at, world.reachability ?? 'contract');
    absent.set(keyText(at), object);
    return object;
  };
  return {
    get: (at) => world.unknown?.get(keyText(at)) ?? haves.get(keyText(at)) ?? absentAt(at),
    owned: () => [...haves.values()].filter((object) => marksOf(object).some((each) => each !== undefined)),
    holders: (at, prefix) =>
      [...haves.values()]
        .filter((object) => object.items.has(itemId('subnet', prefix)) && vrfOf(object.key) === vrfOf(at))
        .map((object) => ({ key: object.key, ours: object.mark?.instance === instance })),
    collide: (one, other) => vrfOf(one) === vrfOf(other),
    lacks: world.lacks ?? (() => undefined),
    resolves: (_, kind, name) => kind === 'provides' && (world.existingContracts ?? []).includes(name),
    conflictsFullyChecked: world.fullyChecked ?? true,
  };
}

function marksOf(object: ActualObject): (OwnershipMark | undefined)[] {
  return [object.mark, ...[...object.items.values()].map((item) => item.mark)];
}

function missing(at: TargetKey, reachability: ActualObject['reachability']): ActualObject {
  return { ...have(at, { mark: undefined, reachability }), exists: false };
}

/** What the system would hold after the changes that are due were applied. */
export function applyPlan(plan: Plan, world: World): World {
  const haves = new Map(world.haves.map((object) => [keyText(object.key), object]));
  for (const change of plan.changes) {
    if (!change.verdict.apply) continue;
    const text = keyText(change.key);
    const before = haves.get(text) ?? missing(change.key, world.reachability ?? 'contract');
    const after = applied(change, before, world);
    if (after === undefined) haves.delete(text);
    else haves.set(text, after);
  }
  return { ...world, haves: [...haves.values()] };
}

function applied(change: Change, object: ActualObject, world: World): ActualObject | undefined {
  const items = new Map(object.items);
  switch (change.type) {
    case 'createObject':
      return { ...object, exists: true, mark: change.mark, attributes: change.attributes };
    case 'updateObject':
      return { ...object, mark: change.mark, attributes: { ...object.attributes, ...change.attributes } };
    case 'deleteObject':
      return undefined;
    case 'removeItem':
      items.delete(change.item);
      return { ...object, items };
    case 'updateItem':
      items.set(change.item.id, change.item);
      return { ...object, items };
    case 'addItem':
      items.set(change.item.id, change.item);
      return { ...object, items, reachability: reached(object, change.item, world) };
  }
}

function reached(
  { reachability }: ActualObject,
  item: DesiredItem,
  world: World,
): ActualObject['reachability'] {
  return (world.existingContracts ?? []).includes(item.name) ? 'contract' : reachability;
}

/** One line per change, for comparing: `type name item: verdict`. */
export function lines({ changes }: Plan): string[] {
  return changes.map((change) => {
    const [type, rest = ''] = approvalId(change).split(' '.concat(system, '|externalEpg|'));
    const verdict = change.verdict.apply ? 'apply' : change.verdict.hold;
    return `${type ?? ''} ${rest.replace('/calico/', '/')}: ${verdict}`;
  });
}

export function due({ changes }: Plan): Change[] {
  return changes.filter(({ verdict }) => verdict.apply);
}

export function codes({ findings }: Plan): string[] {
  return findings.map(({ problem }) => problem.code);
}
