/**
 * What runs: the sources, one loop per system, one desired state between them. It turns the notices of sources and
 * the drift of systems into dirty keys, starts and stops everything together, and takes another document while it runs: only
 * what is declared otherwise is stopped and made anew.
 */
import type { System } from '../apply/ports.ts';
import {
  parseKeyText,
  type SourceName,
  type KeyText,
  type MappingName,
  type SystemName,
} from '../model/identity.ts';
import type { Document, Target } from '../model/mapping.ts';
import type { Plan } from '../model/plan.ts';
import { problemOf } from '../model/problems.ts';
import type { Probe, Source } from '../observe/ports.ts';
import type { Declaration } from './declared.ts';
import type { FleetOptions } from './options.ts';
import { placesOf } from './places.ts';
import type { DesiredState } from './ports.ts';
import type { Dirty } from './queue.ts';
import { inspect } from './reconcile.ts';
import { restrain } from './restrain.ts';
import { Roster } from './roster.ts';
import { oneRound, runLoop, type LoopContext } from './system-loop.ts';
import { createStoredTime, type StoredTime } from './stored-time.ts';
import { createLoop } from './system-unit.ts';
import { forgetWholePlans, unseenSystems } from './whole-plans.ts';

/** How long rounds wait for slow sources at the start; what is not there by then is unknown, and held. */
const settleMs = 15_000;
const everything: Dirty = { keys: 'all', causedAt: undefined };
/** How often it is looked whether the command line wrote to the ledger. */
const ledgerPollMs = 500;
/** How often it is looked whether a secret that is referred to is another now, or can be read again. */
const secretsPollMs = 30_000;
/** Of what previews look at. */
const lookedAtMost = 20;
/** How long what is declared otherwise may take to let go of everything outside. Longer than a log-out and a last request. */
const letGoMs = 45_000;

interface Names {
  readonly systems: readonly SystemName[];
  readonly sources: readonly SourceName[];
}

export class Fleet {
  readonly desired: DesiredState;
  private document: Document;
  private readonly sourceRoster: Roster<SourceName, Source & Probe>;
  private readonly systemRoster: Roster<SystemName, System>;
  private readonly loops = new Map<SystemName, LoopContext>();
  private readonly options: FleetOptions;
  private readonly signal: AbortSignal;
  /** Mappings that had a recorded run before this process. */
  private readonly ranBefore: Set<MappingName>;
  private readonly storedTime: StoredTime;
  private runs = 0;
  private hasStarted = false;
  private hasSettled = false;
  private isRunning = false;
  /** Loops by system, while they run. */
  private readonly underWay = new Map<SystemName, Promise<unknown>>();
  private changing: Promise<unknown> = Promise.resolve();
  /** Documents that wait for their turn. */
  private readonly coming: Document[] = [];
  /** Where previews look beside the document's mappings; until the next document. */
  private lookedAt: readonly Target[] = [];

  constructor(options: FleetOptions, signal: AbortSignal) {
    const { document, ledger, looksOnly } = options;
    if (!looksOnly) ledger.settleMappings(placesOf(document));
    this.options = options;
    this.document = document;
    this.signal = signal;
    this.sourceRoster = new Roster(signal);
    this.systemRoster = new Roster(signal);
    this.storedTime = looksOnly ? () => options.clock.now() : createStoredTime(options.clock, ledger);
    this.ranBefore = new Set(document.mappings.map(({ name }) => name).filter((name) => ledger.hasRun(name)));
    this.addUnits(options.declare(document));
    this.desired = options.createDesired((source) => this.sources.get(source)?.view);
    this.wire(this.all());
  }

  get sources(): ReadonlyMap<SourceName, Source & Probe> {
    return this.sourceRoster.units;
  }

  get systems(): ReadonlyMap<SystemName, System> {
    return this.systemRoster.units;
  }

  /** Starts following and reading; rounds begin with `run`. */
  start(): void {
    this.hasStarted = true;
    this.watchForTargets();
    this.startUnits(this.all());
  }

  /** Resolves when everything has been read once, or failed to, or the time for it is up. */
  async settled(): Promise<void> {
    await this.untilSettled([...this.sources.values(), ...this.systems.values()], this.signal);
    this.hasSettled = true;
  }

  /** Everything has been read once, or has had its time to be. */
  get isSettled(): boolean {
    return this.hasSettled;
  }

  /** Resolves when what was under way at the abort has ended: sources and systems have let go of their connections. */
  async stopped(): Promise<void> {
    await Promise.allSettled([this.changing, ...this.underWay.values()]);
    await Promise.allSettled([this.sourceRoster.stopped(), this.systemRoster.stopped()]);
  }

  /** Runs the loops until the signal is aborted. */
  async run(): Promise<void> {
    this.isRunning = true;
    for (const name of this.loops.keys()) this.runLoopOf(name);
    await this.followLedger().catch(() => undefined);
    await Promise.allSettled(this.underWay.values());
  }

  /** One round of every system, for `apply --once`. true: each of them was complete. */
  async once(): Promise<boolean> {
    const rounds = [...this.loops.values()].map((loop) => oneRound(loop, everything, this.signal));
    return (await Promise.all(rounds)).every((complete) => complete);
  }

  /** The plan of every system, for `plan` and `explain`: nothing is written, and nothing is remembered. */
  async inspect(): Promise<void> {
    const rounds = [...this.loops.values()].map(({ stages }) => inspect(everything, stages, this.signal));
    await Promise.all(rounds);
  }

  /** Reads it again now. false: nothing of that name runs. */
  resync(name: string): boolean {
    const source = this.sources.get(name as SourceName);
    const queue = this.loops.get(name as SystemName)?.queue;
    source?.resync();
    queue?.add('all');
    return source !== undefined || queue !== undefined;
  }

  /**
   * Takes another document. What it stops is stopped at once. Resolves when all of it is in force: what is declared otherwise has
   * been stopped, its requests aborted, and its successor starts when it has let go of everything outside, or after 45 s at most.
   * What an aborted request still does out there, the successor finds when it reads. One document at a time.
   */
  setDocument(document: Document): Promise<void> {
    this.coming.push(document);
    this.putInForce(restrain(this.document, document));
    return this.change(() => this.coming.shift() ?? document);
  }

  /** Reads where these would write, for a preview; a few of them, until there is another document. */
  lookAt(targets: readonly Target[]): void {
    this.lookedAt = [...this.lookedAt, ...targets].slice(-lookedAtMost);
    this.watchForTargets();
  }

  /** Everything must be looked at again, and faces told. */
  everythingDirty(): void {
    for (const { queue } of this.loops.values()) queue.add('all');
    this.options.changed();
  }

  private all(): Names {
    return { systems: [...this.systems.keys()], sources: [...this.sources.keys()] };
  }

  private change(to: () => Document): Promise<void> {
    const change = this.changing.then(() => this.changeTo(to()));
    this.changing = change.catch(() => undefined);
    return change;
  }

  /** Rounds that were planned from the one before end, and begin anew. */
  private putInForce(document: Document): void {
    if (document === this.document) return;
    this.document = document;
    this.everythingDirty();
  }

  private async changeTo(document: Document): Promise<void> {
    const declared = this.options.declare(document);
    const systems = this.systemRoster.outdated(declared.systems);
    const sources = this.sourceRoster.outdated(declared.sources);
    await this.stopUnits({ systems, sources });
    this.signal.throwIfAborted();
    // From here on nothing is awaited: what the change does not stop is seen by no round in part.
    this.settleMappings(document);
    this.document = this.coming.reduce(restrain, document);
    this.lookedAt = [];
    // With the sources as they are, so that what leaves by the edit is put down to the edit, and to nothing else.
    this.desired.setDocument(document);
    const added = this.replaceUnits(declared, { systems, sources });
    // Of sources that are others now nothing is known yet.
    if (sources.length + added.sources.length > 0) this.desired.rebuild();
    this.wire(added);
    this.watchForTargets();
    if (this.hasStarted) this.startUnits(added);
    this.everythingDirty();
  }

  /** Systems first: a source that is stopped hears nothing more, and rounds of others go on meanwhile. */
  private async stopUnits({ systems, sources }: Names): Promise<void> {
    const inTime = new AbortController();
    const deadline = this.options.clock
      .sleep(letGoMs, AbortSignal.any([this.signal, inTime.signal]))
      .catch(() => undefined);
    const rounds = systems.flatMap((name) => this.underWay.get(name) ?? []);
    await Promise.all([
      this.systemRoster.stop(systems, deadline),
      Promise.race([Promise.allSettled(rounds), deadline]),
    ]);
    await this.sourceRoster.stop(sources, deadline);
    inTime.abort();
  }

  /** Names of what is new. */
  private replaceUnits(declared: Declaration, outdated: Names): Names {
    for (const name of outdated.systems) {
      this.loops.delete(name);
      this.underWay.delete(name);
    }
    this.systemRoster.drop(outdated.systems);
    this.sourceRoster.drop(outdated.sources);
    const systems = declared.systems.filter(({ name }) => !this.systems.has(name));
    const sources = declared.sources.filter(({ name }) => !this.sources.has(name));
    this.addUnits({ systems, sources });
    return { systems: systems.map(({ name }) => name), sources: sources.map(({ name }) => name) };
  }

  private addUnits({ systems, sources }: Declaration): void {
    for (const each of systems) this.systemRoster.add(each, each.create());
    for (const each of sources) this.sourceRoster.add(each, each.create(this.systems));
  }

  private wire({ systems, sources }: Names): void {
    for (const name of systems) this.wireSystem(this.systems.get(name));
    for (const name of sources) this.wireSource(this.sources.get(name));
  }

  private startUnits({ systems, sources }: Names): void {
    // A fabric is both: its source lives on the system's connection.
    for (const name of systems) this.systemRoster.start(name);
    for (const name of sources) this.sourceRoster.start(name);
    if (this.isRunning) for (const name of systems) this.runLoopOf(name);
  }

  /** A mapping that comes back under its name, or goes elsewhere, is a new one: it reports first. */
  private settleMappings(document: Document): void {
    const { ledger } = this.options;
    if (ledger.instance !== document.instance) this.ranBefore.clear();
    ledger.takeOver(document.instance);
    const anew = ledger.settleMappings(placesOf(document));
    for (const name of anew) this.ranBefore.delete(name);
    for (const system of this.systems.keys()) forgetWholePlans(ledger, system, anew);
  }

  private wireSystem(system: System | undefined): void {
    if (system === undefined) return;
    if (!this.options.looksOnly) forgetWholePlans(this.options.ledger, system.name);
    const around = {
      options: this.options,
      desired: this.desired,
      document: () => this.document,
      probe: (cluster: SourceName) => this.sources.get(cluster),
      hasRun: (mapping: MappingName) =>
        this.ranBefore.has(mapping) || this.options.ledger.firstPlanConfirmed(mapping),
      recordRuns: (plan: Plan) => this.recordRuns(plan),
      storedTime: this.storedTime,
      nextRun: () => (this.runs += 1),
    };
    this.loops.set(system.name, createLoop(system, around, this.systemRoster.signalOf(system.name)));
    system.onFreshness(() => this.everythingDirty());
  }

  private wireSource(source: Source | undefined): void {
    if (source === undefined) return;
    source.onNotices((notices) => {
      if (this.sources.get(source.name) !== source) return;
      const at = notices.reduce((earliest, notice) => Math.min(earliest, notice.at), Infinity);
      this.markDirty(this.desired.apply(notices), at);
    });
    source.onFreshness(() => this.everythingDirty());
  }

  /** Its first round waits until the system was read once. */
  private runLoopOf(name: SystemName): void {
    const loop = this.loops.get(name);
    const system = this.systems.get(name);
    if (loop === undefined || system === undefined) return;
    const signal = this.systemRoster.signalOf(name);
    loop.queue.add('all');
    const running = this.untilSettled([system], signal).then(() => runLoop(loop, signal));
    this.underWay.set(
      name,
      running.catch(() => undefined),
    );
  }

  private async untilSettled(units: readonly Pick<System, 'settled'>[], until: AbortSignal): Promise<void> {
    const limit = new AbortController();
    const signal = AbortSignal.any([until, limit.signal]);
    const all = Promise.all(units.map((each) => each.settled(signal)));
    const outOfTime = this.options.clock.sleep(settleMs, signal);
    await Promise.race([all, outOfTime]).finally(() => {
      limit.abort();
      all.catch(() => undefined);
      outOfTime.catch(() => undefined);
    });
  }

  /** A first plan counts only when it was made from sources that were all there, and for all systems. */
  private recordRuns(plan: Plan): void {
    const { clock, ledger } = this.options;
    for (const { mapping } of plan.mappings) {
      if (ledger.hasRun(mapping)) continue;
      const declared = this.document.mappings.find(({ name }) => name === mapping);
      if (declared === undefined || unseenSystems(ledger, declared).length > 0) continue;
      if (this.desired.freshness(mapping, '-') === 'synced') ledger.recordRun(mapping, clock.now());
    }
  }

  private markDirty(keys: Iterable<KeyText>, at: number): void {
    for (const key of keys) this.loops.get(parseKeyText(key).system)?.queue.add([key], at);
  }

  private watchForTargets(): void {
    for (const system of this.systems.values()) system.watchFor(this.targetsOn(system.name));
  }

  private targetsOn(system: SystemName): Target[] {
    const targets = [...this.document.mappings.flatMap(({ to }) => to), ...this.lookedAt];
    return targets.filter((target) => target.system === system);
  }

  private async followLedger(): Promise<void> {
    const { clock, failed } = this.options;
    let seen: number | undefined;
    let lookedAt = clock.monotonic();
    while (!this.signal.aborted) {
      try {
        this.storedTime();
        seen = this.lookAtLedger(seen);
        if (clock.monotonic() - lookedAt >= secretsPollMs) {
          lookedAt = clock.monotonic();
          await this.lookAtSecrets();
        }
      } catch (thrown) {
        failed(problemOf(thrown));
      }
      await clock.sleep(ledgerPollMs, this.signal);
    }
  }

  /** A file that is referred to was replaced, or is there again. */
  private async lookAtSecrets(): Promise<void> {
    const { systems, sources } = this.options.declare(this.document);
    const outdated = [...this.systemRoster.outdated(systems), ...this.sourceRoster.outdated(sources)];
    // Of the one that is in force when it is its turn: another may be on its way.
    if (outdated.length > 0) await this.change(() => this.document);
  }

  private lookAtLedger(seen: number | undefined): number {
    const version = this.options.ledger.version();
    if (seen !== undefined && version !== seen) this.everythingDirty();
    return version;
  }
}
