/**
 * What should be: from cluster views and the document to desired target objects, each address with its reasons.
 *
 * In: the document, live views of clusters, notices that say what in them changed. Out: desired objects by key, how
 * addresses left them, and problems. A notice recomputes only the records that depend on it; `rebuild` recomputes all, with
 * the same result. It knows nothing of systems, of what is there now, or of time.
 *
 *     record ─► contributions ─► group ─► key (one group has the name) ─► desired object, built when asked for
 *
 * A group whose workload or Service is there stays desired, with or without addresses. A group that is gone is not desired
 * any more; what the mapping does about an object that is empty is the plan's affair.
 */
import type { ObjectRef } from '../model/cluster-records.ts';
import type { SourceNotice } from '../model/source-view.ts';
import type { ExposedAddress, DesiredObject, ItemId } from '../model/target-object.ts';
import type { Freshness } from '../model/freshness.ts';
import type { SourceName, InstanceId, KeyText, MappingName, ShortId, SystemName } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import type { Document } from '../model/mapping.ts';
import { shortId } from '../model/digest.ts';
import { problem } from '../model/problems.ts';
import type { Problem } from '../model/problems.ts';
import type { Departure, DesiredView } from '../plan/ports.ts';
import { causeOf, Sightings, type Seen } from './cause.ts';
import { Departures, namespaceOf } from './departures.ts';
import type { Judge, Origin } from './departures.ts';
import { buildObject, collision, groupOwner } from './desired-object.ts';
import { recordDifference, type Edit } from './difference.ts';
import { hasName } from './groups.ts';
import type { GroupEntry } from './groups.ts';
import { freshnessOf } from './rule-freshness.ts';
import { loadedSnapshot, Snapshot } from './snapshot.ts';
import type { Lender, Views } from './snapshot.ts';
import { addressOf } from './targets/registry.ts';
import { Turn } from './turn.ts';
import type { Explain } from './turn.ts';
import type { Workload } from './workload.ts';

export interface AddressExplanation {
  /** Every record that has the address and is selected. */
  readonly reasons: readonly ExposedAddress[];
  readonly wantedIn: readonly KeyText[];
  /** Why it was refused, or is doubtful. */
  readonly problems: readonly Problem[];
}

export interface DesiredState extends DesiredView {
  /** Takes in what changed; returns the keys whose plan may change. */
  apply(notices: readonly SourceNotice[]): ReadonlySet<KeyText>;
  /** Recomputes everything from the views; returns every key that was or is desired. */
  rebuild(): ReadonlySet<KeyText>;
  /** As `rebuild`, for another document: what leaves by that is explained as `mapping-edited`, where all has been read that decides it. */
  setDocument(document: Document): ReadonlySet<KeyText>;
  explain(address: IpAddress): AddressExplanation;
  /** Called when the items are gone from the system. */
  forgetDepartures(key: KeyText, items: Iterable<ItemId>): void;
}

export interface DesiredStateOptions {
  readonly document: Document;
  /** The views of the clusters that are followed now; undefined for others. */
  readonly views: Views;
  readonly instance: InstanceId;
}

export function createDesiredState(options: DesiredStateOptions): DesiredState {
  return new IncrementalDesiredState(options, loadedSnapshot(options.document, options.views));
}

/**
 * The same, in steps. What changes meanwhile may be seen as it was or as it is, so it is for looking at and never for acting on.
 * `beside`: one of the same sources, which has indexed them already.
 */
export function* desiredStateInSteps(
  options: DesiredStateOptions,
  beside?: DesiredView,
): Generator<void, DesiredView> {
  const lender = beside instanceof IncrementalDesiredState ? beside.lender : undefined;
  const snapshot = new Snapshot(options.document, options.views, lender);
  yield* snapshot.loading();
  return new IncrementalDesiredState(options, snapshot);
}

class IncrementalDesiredState implements DesiredState, Judge {
  readonly #views: Views;
  #instance: InstanceId;
  readonly #departures = new Departures();
  #document: Document;
  #snapshot: Snapshot;

  constructor({ document, views, instance }: DesiredStateOptions, snapshot: Snapshot) {
    this.#views = views;
    this.#instance = instance;
    this.#document = document;
    this.#snapshot = snapshot;
  }

  get lender(): Lender {
    return this.#snapshot;
  }

  apply(notices: readonly SourceNotice[]): ReadonlySet<KeyText> {
    const seen = this.#seen(notices, this.#snapshot);
    const turn = new Turn((member, carried) => causeOf(member, carried, seen));
    this.#snapshot.apply(notices, turn);
    const affected = turn.settle(this.#departures);
    for (const notice of notices) for (const key of this.#explainedBy(notice)) affected.add(key);
    return affected;
  }

  rebuild(): ReadonlySet<KeyText> {
    const next = loadedSnapshot(this.#document, this.#views);
    const seen = this.#seen([], next);
    return this.#replace(next, (member, carried) => causeOf(member, carried, seen));
  }

  setDocument(document: Document): ReadonlySet<KeyText> {
    // First what the clusters did, so that nothing of it is put down to the edit.
    this.rebuild();
    this.#document = document;
    this.#instance = document.instance;
    const next = loadedSnapshot(document, this.#views, this.#snapshot);
    // A kind that nobody needed before is not followed yet: what it decides is unknown, and not decided against.
    const isRead = (mapping: MappingName, source: SourceName): boolean =>
      freshnessOf(next.rules.get(mapping) ?? [], shortId(source), this.#views) !== 'unknown';
    return this.#replace(next, { isRead });
  }

  *keys(system: SystemName): Generator<KeyText> {
    for (const { key, text } of this.#snapshot.groups.keys()) if (key.system === system) yield text;
  }

  get(key: KeyText): DesiredObject | undefined {
    const entry = this.#snapshot.groups.key(key);
    const [holder] = entry?.groups ?? [];
    if (entry === undefined || holder === undefined) return undefined;
    entry.built ??= buildObject(holder, this.#snapshot.groups, this.#instance);
    return entry.built;
  }

  departure(key: KeyText, item: ItemId): Departure | undefined {
    const wanted = this.get(key)?.items.get(item);
    if (wanted?.leaving === true) return outOfService;
    if (wanted !== undefined) return undefined;
    return this.#departures.get(key, item, this) ?? this.#departureBeforeStart(key, item);
  }

  wantedElsewhere(key: KeyText, item: ItemId): readonly KeyText[] {
    const address = addressOf(key, item);
    const { groups } = this.#snapshot;
    const system = systemOf(key);
    // Only objects that hold an address one at a time give it away to each other.
    if (address === undefined) return [];
    return groups
      .wanting(address, system)
      .flatMap((entry) => (entry.key.text === key ? [] : [entry.key.text]));
  }

  freshness(mapping: MappingName, source: ShortId | '-'): Freshness {
    return freshnessOf(this.#snapshot.rules.get(mapping) ?? [], source, this.#views);
  }

  explain(address: IpAddress): AddressExplanation {
    const holding = [...this.#snapshot.groups.holding(address)];
    return {
      reasons: uniqueReasons(holding.flatMap((entry) => reasonsFor(entry, address))),
      wantedIn: holding.filter(hasName).map(({ key }) => key.text),
      problems: this.#problemsOf(address),
    };
  }

  problems(mapping: MappingName): readonly Problem[] {
    const rules = this.#snapshot.rules.get(mapping) ?? [];
    const [rule] = rules;
    if (rule === undefined) return [];
    const sources = [...rule.sources.keys()];
    if (sources.length === 0) return [problem('mapping.empty', `mapping ${mapping} names no source`)];
    // Asked at every plan: groups of other mappings are not gathered first.
    const entries: GroupEntry[] = [];
    for (const entry of this.#snapshot.groups.all())
      if (entry.group.rule.mapping === rule.mapping) entries.push(entry);
    const isCertain = freshnessOf(rules, '-', this.#views) === 'synced';
    if (entries.length === 0 && isCertain)
      return [problem('mapping.empty', `mapping ${mapping} selects nothing in ${sources.join(', ')}`)];
    return entries.filter((entry) => !hasName(entry)).map(collisionOf);
  }

  forgetDepartures(key: KeyText, items: Iterable<ItemId>): void {
    this.#departures.forget(key, items);
  }

  isTerminating(cluster: SourceName, namespace: string): boolean {
    return this.#snapshot.index(cluster)?.namespace(namespace)?.terminating ?? false;
  }

  hasAllItsPods(cluster: SourceName, { kind, path }: Pick<Workload, 'kind' | 'path'>): boolean {
    const view = this.#views(cluster);
    const index = this.#snapshot.index(cluster);
    if (view === undefined || index === undefined || kind === 'Pod') return false;
    const read = kind === 'Deployment' ? (['ReplicaSet', 'Pod'] as const) : (['Pod'] as const);
    if (view.freshness([kind, ...read]) !== 'synced') return false;
    const replicas = view.get(kind, path)?.replicas;
    return replicas !== undefined && [...index.livePods({ kind, path })].length >= replicas;
  }

  isAlive({ cluster, ref }: Origin): boolean {
    const view = this.#views(cluster);
    switch (ref.kind) {
      case 'Pod': {
        const pod = view?.get('Pod', ref.path);
        return pod?.uid === ref.uid && !pod.finished;
      }
      case 'Node':
        return view?.get('Node', ref.path)?.uid === ref.uid;
      case 'LearnedEndpoint':
        return false;
      default:
        // Kept by hand, or of a kind that nobody follows: taken off the list, not known to be dead.
        return true;
    }
  }

  isUnlisted(cluster: SourceName, pod: ObjectRef, service: ObjectRef): boolean {
    return this.#snapshot.index(cluster)?.isUnlisted(pod, service) ?? true;
  }

  #seen(notices: readonly SourceNotice[], snapshot: Snapshot): Seen {
    return {
      sightings: new Sightings(notices),
      views: this.#views,
      isUnlisted: (cluster, pod, service) => snapshot.index(cluster)?.isUnlisted(pod, service) ?? true,
    };
  }

  #replace(next: Snapshot, explain: Edit | Explain): ReadonlySet<KeyText> {
    const before = this.#snapshot;
    this.#snapshot = next;
    recordDifference({ before, next, explain, departures: this.#departures });
    this.#departures.forgetWhere((key, item) => this.get(key)?.items.has(item) === true);
    return new Set([...before.groups.keys(), ...next.groups.keys()].map(({ text }) => text));
  }

  /** Keys with something missing that this notice may explain. */
  #explainedBy({ cluster, kind, path, sighting }: SourceNotice): readonly KeyText[] {
    const namespace = kind === 'Namespace' ? path : namespaceOf(path);
    const keys = this.#departures.awaiting(cluster, namespace);
    if (sighting === 'deleted' && keys.length > 0)
      this.#departures.explainDeleted(cluster, namespace, { kind, path });
    return keys;
  }

  /**
   * An item from before this process started. All that can be said: the group's workload has all its pods, and none of them
   * has this address. One that has it was taken out, by an edit or by its labels, while nobody looked.
   */
  #departureBeforeStart(key: KeyText, item: ItemId): Departure | undefined {
    const [entry] = this.#snapshot.groups.key(key)?.groups ?? [];
    const address = addressOf(key, item);
    if (entry === undefined || address === undefined) return undefined;
    const { rule, cluster, workload } = entry.group;
    if (cluster === undefined || workload === undefined) return undefined;
    const isPodAddress = rule.sources.get(cluster)?.inRange('pod', address) === true;
    if (!isPodAddress || !this.hasAllItsPods(cluster, workload)) return undefined;
    if (this.#isOnLivePod(cluster, workload, address)) return undefined;
    return { explanation: 'replicas-lowered', owner: groupOwner(entry), alive: false };
  }

  #isOnLivePod(cluster: SourceName, workload: Pick<Workload, 'kind' | 'path'>, address: IpAddress): boolean {
    const pods = this.#snapshot.index(cluster)?.livePods(workload) ?? [];
    return [...pods].some(({ addresses }) => addresses.includes(address));
  }

  #problemsOf(address: IpAddress): readonly Problem[] {
    const { groups } = this.#snapshot;
    const refused = [...groups.all()]
      .flatMap(({ members }) => [...members.values()])
      .flatMap(({ contribution }) => contribution.refusals)
      .filter((refusal) => refusal.address === address)
      .map((refusal) => refusal.problem);
    const nameless = [...groups.holding(address)].filter((entry) => !hasName(entry)).map(collisionOf);
    return [...new Map([...refused, ...nameless].map((found) => [found.detail, found])).values()];
  }
}

function collisionOf(entry: GroupEntry): Problem {
  const [holder = entry] = entry.key.groups;
  return collision(holder.group, entry.group, entry.name.name);
}

/** Alive, and out of service: positively seen. */
const outOfService: Departure = { explanation: 'no-longer-qualifies', owner: undefined, alive: true };

function reasonsFor(entry: GroupEntry, address: IpAddress): readonly ExposedAddress[] {
  const slots = [...entry.slots.values()].filter((slot) => slot.address === address);
  return slots.flatMap(({ reasons }) => [...reasons.values()].flat());
}

function systemOf(key: KeyText): SystemName {
  return key.slice(0, key.indexOf('|')) as SystemName;
}

function uniqueReasons(reasons: readonly ExposedAddress[]): readonly ExposedAddress[] {
  const unique = new Map(
    reasons.map((reason) => [`${reason.cluster}|${reason.origin.kind}|${reason.origin.path}`, reason]),
  );
  return [...unique.values()];
}
