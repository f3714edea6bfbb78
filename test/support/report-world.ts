/**
 * A small world that reporting can be fed with: sources, systems, target objects and plans, all typed as the real ones.
 */
import type { ObservedKind, RecordOf, SourceRecord } from '../../backend/model/cluster-records.ts';
import type { SourceView, KindView } from '../../backend/model/source-view.ts';
import { shortId } from '../../backend/model/digest.ts';
import type { Freshness } from '../../backend/model/freshness.ts';
import { worst } from '../../backend/model/freshness.ts';
import type {
  SourceName,
  InstanceId,
  KeyText,
  MappingName,
  ObjectPath,
  SystemName,
  TargetKey,
} from '../../backend/model/identity.ts';
import { keyText } from '../../backend/model/identity.ts';
import { hostPrefix, parseAddress } from '../../backend/model/ip.ts';
import type { IpAddress } from '../../backend/model/ip.ts';
import type { Mapping, Mode } from '../../backend/model/mapping.ts';
import type { ChangeOutcome } from '../../backend/model/outcome.ts';
import type { OwnershipMark } from '../../backend/model/ownership-mark.ts';
import { approvable } from '../../backend/model/plan.ts';
import type {
  AtomId,
  Change,
  Explanation,
  Fingerprint,
  HoldReason,
  Plan,
  Verdict,
} from '../../backend/model/plan.ts';
import type { Problem } from '../../backend/model/problems.ts';
import type { RunReport } from '../../backend/model/run-report.ts';
import { itemId } from '../../backend/model/target-object.ts';
import type {
  ActualItem,
  ActualObject,
  DesiredItem,
  DesiredObject,
} from '../../backend/model/target-object.ts';
import type { PresentView, ReportedDocument, WantedView } from '../../backend/report/ports.ts';

export const dc1 = 'dc1' as SystemName;
export const f5 = 'f5-edge' as SystemName;
export const lb1 = 'lb1' as SystemName;
export const instance = '7f3a' as InstanceId;

export function address(text: string): IpAddress {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

/** The nth address of 10.244.0.0/16. */
export function podAddress(n: number): IpAddress {
  return address(`10.${244 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`);
}

export function eepg(name: string, l3out = 'calico'): TargetKey {
  return { system: dc1, kind: 'externalEpg', name: `k8s/${l3out}/${name}` };
}

/** dc1 is a fabric, f5-edge a BIG-IP, lb1 a HAProxy. */
export function documentOf(mappings: readonly Mapping[]): ReportedDocument {
  return {
    instance,
    mappings,
    fabrics: [{ name: dc1 }],
    loadBalancers: [
      { name: f5, kind: 'bigip' },
      { name: lb1, kind: 'haproxy' },
    ],
  };
}

export function mark(mapping: string): OwnershipMark {
  return { instance, mapping: shortId(mapping), source: '-' };
}

export function mapping(name: string, mode: Mode = 'full'): Mapping {
  return {
    name: name as MappingName,
    mode,
    firstContact: 'report',
    from: {
      kind: 'workload',
      sources: ['prod-a' as SourceName],
      epgs: [],
      absentForMs: 600_000,
      workloads: ['Deployment'],
      namespaces: { names: ['shop'], labels: undefined },
      labels: undefined,
      podLabels: undefined,
      groupBy: 'workload',
      hostNetwork: false,
    },
    to: [
      {
        kind: 'externalEpg',
        system: dc1,
        tenant: 'k8s',
        l3out: 'calico',
        name: '{cluster}_{namespace}_{workload}',
        addresses: ['pod'],
        families: ['ipv4', 'ipv6'],
        create: true,
        scope: ['import-security'],
        contracts: { provide: [], consume: [], master: undefined },
        whenEmpty: 'keep',
        emptyForMs: 600_000,
        allowIsolated: false,
      },
    ],
  };
}

export function desiredItem(of: string, at: IpAddress): DesiredItem {
  const name = hostPrefix(at);
  return {
    id: itemId('subnet', name),
    kind: 'subnet',
    name,
    attributes: { scope: 'import-security' },
    mark: mark(of),
    address: at,
    reasons: [
      {
        address: at,
        addressKind: 'pod',
        cluster: 'prod-a' as SourceName,
        origin: { kind: 'Pod', path: `shop/pod-${at}` as ObjectPath, uid: at },
        owner: { kind: 'Deployment', path: 'shop/web' as ObjectPath, uid: 'd1' },
        node: 'node-1',
        state: 'ready',
        inService: true,
      },
    ],
    leaving: false,
  };
}

/** A cluster whose kinds can be made stale. */
export class FakeCluster implements SourceView {
  readonly name: SourceName;
  identity: string | undefined = 'c1c1c1c1-0000-4000-8000-000000000001';
  problem: Problem | undefined;
  readonly kinds = new Map<ObservedKind, KindView>();
  readonly records: SourceRecord[] = [];

  constructor(name: string) {
    this.name = name as SourceName;
  }

  freshness(kinds: Iterable<ObservedKind>): Freshness {
    return worst(Array.from(kinds, (kind) => this.kind(kind).freshness));
  }

  kind(kind: ObservedKind): KindView {
    return this.kinds.get(kind) ?? { freshness: 'synced', count: 0, lastContact: 0, problem: undefined };
  }

  set(kind: ObservedKind, view: Partial<KindView>): void {
    this.kinds.set(kind, { ...this.kind(kind), ...view });
  }

  get(): undefined {
    return undefined;
  }

  all<Kind extends ObservedKind>(kind: Kind): Iterable<RecordOf<Kind>> {
    return this.records.filter((record): record is RecordOf<Kind> => record.kind === kind);
  }
}

/** What is wanted on several systems. */
export function wantedOf(systems: readonly FakeFabric[]): WantedView {
  return {
    keys: (name) => systems.find((each) => each.name === name)?.keys(name) ?? [],
    get: (key) => systems.map((each) => each.get(key)).find((object) => object !== undefined),
  };
}

/** Target objects on one system, wanted and present. */
export class FakeFabric implements WantedView, PresentView {
  readonly name: SystemName;
  problem: Problem | undefined;
  identity: string | undefined = 'fabric-1';
  conflictsFullyChecked = true;
  readonly #wanted = new Map<KeyText, DesiredObject>();
  readonly #present = new Map<KeyText, ActualObject>();
  #run = 0;

  constructor(name: SystemName = dc1) {
    this.name = name;
    if (name !== dc1) this.identity = `${name}-1`;
  }

  keys(system: SystemName): Iterable<KeyText> {
    return system === this.name ? this.#wanted.keys() : [];
  }

  get(key: KeyText): DesiredObject | undefined;
  get(key: TargetKey): ActualObject | Problem;
  get(key: KeyText | TargetKey): DesiredObject | ActualObject | Problem | undefined {
    if (typeof key === 'string') return this.#wanted.get(key);
    return this.#present.get(keyText(key)) ?? emptyObject(key);
  }

  owned(): Iterable<ActualObject> {
    return this.#present.values();
  }

  holders(): [] {
    return [];
  }

  want(key: TargetKey, of: string, addresses: readonly IpAddress[], problems: readonly Problem[] = []): void {
    this.wantItems(
      key,
      of,
      addresses.map((at) => desiredItem(of, at)),
      problems,
    );
  }

  wantItems(
    key: TargetKey,
    of: string,
    items: readonly DesiredItem[],
    problems: readonly Problem[] = [],
  ): void {
    this.#wanted.set(keyText(key), {
      key,
      mapping: of as MappingName,
      group: key.name.split('/').at(-1)?.replaceAll('_', '/') ?? '',
      owner: undefined,
      mark: mark(of),
      create: true,
      attributes: {},
      items: new Map(items.map((item) => [item.id, item])),
      createEmpty: true,
      traffic: undefined,
      whenEmpty: 'keep',
      emptyForMs: 0,
      allowIsolated: false,
      problems,
    });
  }

  unwant(key: TargetKey): void {
    this.#wanted.delete(keyText(key));
  }

  hold(
    key: TargetKey,
    of: string,
    addresses: readonly IpAddress[],
    foreign: readonly IpAddress[] = [],
  ): void {
    const item = (at: IpAddress, ours: boolean): ActualItem => {
      const { id, kind, name, attributes } = desiredItem(of, at);
      return { id, kind, name, attributes, address: at, mark: ours ? mark(of) : undefined };
    };
    this.holdItems(key, of, [
      ...addresses.map((at) => item(at, true)),
      ...foreign.map((at) => item(at, false)),
    ]);
  }

  holdItems(key: TargetKey, of: string, items: readonly ActualItem[]): void {
    this.#present.set(keyText(key), {
      ...emptyObject(key),
      exists: true,
      mark: mark(of),
      items: new Map(items.map((one) => [one.id, one])),
    });
  }

  drop(key: TargetKey): void {
    this.#present.delete(keyText(key));
  }

  /** A run whose plan has these changes, and no outcome unless given. */
  run(parts: Partial<RunReport> & { changes?: readonly Change[]; mappings?: readonly Mapping[] }): RunReport {
    this.#run += 1;
    const { changes = [], mappings = [], ...rest } = parts;
    return {
      run: this.#run,
      system: this.name,
      startedAt: 1_000,
      finishedAt: 1_040,
      keys: [...this.#wanted.keys(), ...this.#present.keys()],
      causedAt: undefined,
      plan: planOf(changes, mappings),
      outcomes: [],
      requests: 0,
      problem: undefined,
      ...rest,
    };
  }
}

function emptyObject(key: TargetKey): ActualObject {
  return {
    key,
    exists: false,
    mark: undefined,
    attributes: {},
    items: new Map(),
    foreignChildren: 0,
    reachability: 'contract',
    problems: [],
  };
}

export function planOf(changes: readonly Change[], mappings: readonly Mapping[]): Plan {
  const waits = (name: MappingName): boolean =>
    changes.some(
      (change) => change.mapping === name && !change.verdict.apply && approvable.has(change.verdict.hold),
    );
  return {
    changes,
    findings: [],
    mappings: mappings.map(({ name, mode }) => ({
      mapping: name,
      mode,
      firstContact: false,
      wanted: 0,
      present: 0,
      fingerprint: waits(name) ? ('c0ffee12' as Fingerprint) : undefined,
    })),
    drains: [],
    unknown: new Map(),
  };
}

export function verdict(hold?: HoldReason, detail = ''): Verdict {
  return hold === undefined ? { apply: true } : { apply: false, hold, detail };
}

export function add(key: TargetKey, of: string, at: IpAddress, hold?: HoldReason): Change {
  return {
    type: 'addItem',
    key,
    mapping: of as MappingName,
    verdict: verdict(hold),
    atom: `${key.name} ${at}` as AtomId,
    item: desiredItem(of, at),
  };
}

export function remove(
  key: TargetKey,
  at: IpAddress,
  why: {
    readonly of: string;
    readonly explanation?: Explanation;
    readonly hold?: HoldReason;
    readonly detail?: string;
  },
): Change {
  const { id, kind, name } = desiredItem(why.of, at);
  return {
    type: 'removeItem',
    key,
    mapping: why.of as MappingName,
    verdict: verdict(why.hold, why.detail),
    atom: `${key.name} ${at}` as AtomId,
    item: id,
    itemKind: kind,
    itemName: name,
    mark: mark(why.of),
    address: at,
    explanation: why.explanation ?? 'deleted',
    cut: false,
  };
}

export function accepted(changes: readonly Change[]): ChangeOutcome[] {
  return changes.map((change) => ({ change, outcome: { result: 'accepted' } }));
}

export function refused(change: Change, detail: string): ChangeOutcome {
  return { change, outcome: { result: 'refused', problem: { code: 'fabric.refused', detail } } };
}
