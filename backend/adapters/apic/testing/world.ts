/** A simulated fabric with a System on it, and changes to write: what tests of this adapter begin with. */
import { eventually } from '../../../../test/support/eventually.ts';
import { startFabric, type Fabric, type FabricOptions } from '../../../../lab/fabric/fabric.ts';
import { baseFabric } from '../../../../lab/fabric/seed.ts';
import { systemClock } from '../../../model/clock.ts';
import { shortId } from '../../../model/digest.ts';
import type { InstanceId, KeyText, MappingName, SystemName, TargetKey } from '../../../model/identity.ts';
import { hostPrefix, parseAddress } from '../../../model/ip.ts';
import type { Target } from '../../../model/mapping.ts';
import type { Outcome } from '../../../model/outcome.ts';
import type { OwnershipMark } from '../../../model/ownership-mark.ts';
import type { AtomId, Change } from '../../../model/plan.ts';
import { itemId, type ActualObject, type DesiredItem } from '../../../model/target-object.ts';
import { dnOf as dnOfKey } from '../place.ts';
import { createApicSystem, type ApicSystem } from '../create-apic-system.ts';
import type { ApicOptions } from '../options.ts';
import { labAuthority } from './lab-authority.ts';

export const instance = '7f3a' as InstanceId;
export const mapping = 'shop' as MappingName;
export const mark: OwnershipMark = { instance, mapping: shortId('shop'), source: shortId('prod-a') };
export const fabricName = 'dc1' as SystemName;

export interface World {
  readonly fabric: Fabric;
  readonly system: ApicSystem;
  /** Names of keys that drifted since the last call; `all` for everything. */
  readonly drifted: () => string[];
  /** Names that were seen drifting until `name` was among them. */
  awaitDrift(name: string): Promise<void>;
  write(...changes: readonly Change[]): Promise<Outcome>;
  object(name: string): ActualObject;
  /** Items of the fabric itself, by relative name, under `t/o/name`. */
  onFabric(name: string): string[];
  /** Stops the System only. */
  letGo(): Promise<void>;
  stop(): Promise<void>;
}

export function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  return eventually(what, holds, 8000);
}

export interface WorldOptions {
  readonly fabric?: Partial<FabricOptions>;
  readonly system?: Partial<ApicOptions>;
  readonly seed?: (fabric: Fabric) => void;
  /** Where mappings look: an L3Out (`tenant/l3out`), or what a tenant has for services (`tenant`). */
  readonly containers?: readonly string[];
  /** Do not wait until everything has been read. */
  readonly impatient?: boolean;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const fabric = await startFabric({
    authority: await labAuthority(),
    notificationDelayMs: 2,
    leafDelayMs: 4,
    ...options.fabric,
  });
  fabric.seed(baseFabric());
  options.seed?.(fabric);
  return follow(fabric, options);
}

/** A System of its own on a fabric that is there. */
export async function follow(fabric: Fabric, options: WorldOptions = {}): Promise<World> {
  const stopping = new AbortController();
  const system = createApicSystem({
    name: fabricName,
    controllers: [fabric.url],
    trust: { caPem: fabric.caPem },
    credentials: { username: fabric.username, password: fabric.password },
    instance,
    batchObjects: 1000,
    batchBytes: 1_048_576,
    resyncMs: 600_000,
    clock: systemClock(),
    random: Math.random,
    log: () => undefined,
    expectedIdentity: () => undefined,
    onIdentity: () => undefined,
    ...options.system,
  });
  const letGo = async (): Promise<void> => {
    stopping.abort();
    await system.stopped();
  };
  const seen: string[] = [];
  const nameOf = (key: KeyText): string => key.split('|')[2] ?? '';
  system.onDrift((keys) => seen.push(...(keys === 'all' ? ['all'] : keys.map(nameOf))));
  system.watchFor((options.containers ?? ['k8s/calico', 'k8s']).map(target));
  system.start(stopping.signal);
  if (options.impatient !== true) {
    await system.settled(stopping.signal);
    await until(() => system.view.problem === undefined, 'a fabric without a problem');
    seen.length = 0;
  }
  return {
    fabric,
    system,
    drifted: () => seen.splice(0),
    awaitDrift: (name) => until(() => seen.includes(name), `drift of ${name}, seen was ${seen.join()}`),
    write: (...changes) => system.write({ changes }, stopping.signal),
    object(name) {
      const answer = system.view.get(key(name));
      if ('code' in answer) throw new Error(`${name}: ${answer.code} ${answer.detail}`);
      return answer;
    },
    onFabric: (name) =>
      fabric
        .subtree(dnOf(name))
        .filter((mo) => itemClasses.has(mo.className))
        .map((mo) => mo.dn.slice(dnOf(name).length + 1))
        .sort(),
    letGo,
    async stop() {
      await letGo();
      await fabric.close().catch(() => undefined);
    },
  };
}

const itemClasses: ReadonlySet<string> = new Set([
  'l3extSubnet',
  'fvRsProv',
  'fvRsCons',
  'fvRsSecInherited',
  'vnsRedirectDest',
  'vnsRsRedirectHealthGroup',
  'vnsRsIPSLAMonitoringPol',
]);

/** As far as the adapter looks at it. */
function target(container: string): Target {
  const [tenant = '', l3out] = container.split('/');
  const found =
    l3out === undefined ? { kind: 'redirectPolicy', tenant } : { kind: 'externalEpg', tenant, l3out };
  return found as Target;
}

/** Of an external EPG (`tenant/l3out/name`) or a redirect policy (`tenant/name`). */
export function key(name: string): TargetKey {
  const kind = name.split('/').length === 2 ? 'redirectPolicy' : 'externalEpg';
  return { system: fabricName, kind, name };
}

export function groupKey(name: string): TargetKey {
  return { system: fabricName, kind: 'redirectHealthGroup', name };
}

export function dnOf(name: string): string {
  return dnOfKey(key(name)) ?? '';
}

function base(name: string) {
  return { key: key(name), mapping, verdict: { apply: true } as const, atom: name as AtomId };
}

export function subnet(address: string, scope = 'import-security'): DesiredItem {
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new TypeError(`${address} is no address`);
  const name = hostPrefix(parsed);
  return {
    id: itemId('subnet', name),
    kind: 'subnet',
    name,
    attributes: { scope },
    mark,
    address: parsed,
    reasons: [],
    leaving: false,
  };
}

export function relation(kind: 'provides' | 'consumes' | 'inherits', name: string): DesiredItem {
  return {
    id: itemId(kind, name),
    kind,
    name,
    attributes: {},
    mark,
    address: undefined,
    reasons: [],
    leaving: false,
  };
}

export function destination(
  address: string,
  attributes: Readonly<Record<string, string>> = { healthGroup: `b-${address.replaceAll(':', '.')}` },
): DesiredItem {
  const name = parseAddress(address);
  if (name === undefined) throw new TypeError(`${address} is no address`);
  const values = { weight: '1', mac: '00:50:56:AA:BB:01', ...attributes };
  const id = itemId('destination', name);
  const from = { mark, address: name, reasons: [], leaving: false };
  return { id, kind: 'destination', name, attributes: values, ...from };
}

export function ipSla(name: string): DesiredItem {
  const id = itemId('ipSla', name);
  return { id, kind: 'ipSla', name, attributes: {}, mark, address: undefined, reasons: [], leaving: false };
}

export function create(name: string, attributes: Readonly<Record<string, string>> = {}): Change {
  return { ...base(name), type: 'createObject', attributes, mark };
}

export function erase(name: string): Change {
  return { ...base(name), type: 'deleteObject', mark };
}

export function add(name: string, item: DesiredItem): Change {
  return { ...base(name), type: 'addItem', item };
}

export function update(name: string, item: DesiredItem): Change {
  return { ...base(name), type: 'updateItem', item, before: {} };
}

export function remove(name: string, item: DesiredItem): Change {
  return {
    ...base(name),
    type: 'removeItem',
    item: item.id,
    itemKind: item.kind,
    itemName: item.name,
    mark,
    address: item.address,
    explanation: 'deleted',
    cut: false,
  };
}
