/**
 * What runs: the sources, one loop per system, one desired state between them. It turns the notices of sources and
 * the drift of systems into dirty keys, and starts and stops everything together.
 */
import type { Write } from '../apply/decorators.ts';
import type { System } from '../apply/ports.ts';
import type { Clock } from '../model/clock.ts';
import {
  parseKeyText,
  type SourceName,
  type KeyText,
  type MappingName,
  type SystemName,
} from '../model/identity.ts';
import type { Document, Target } from '../model/mapping.ts';
import type { Plan } from '../model/plan.ts';
import { problemOf, type Problem } from '../model/problems.ts';
import type { RunReport } from '../model/run-report.ts';
import type { Probe, Source } from '../observe/ports.ts';
import type { PlanInput } from '../plan/ports.ts';
import { createInquiry } from './inquiry.ts';
import { Memory } from './memory.ts';
import { createPace } from './pace.ts';
import type { DesiredState, Ledger } from './ports.ts';
import { DirtyKeys, type Dirty } from './queue.ts';
import { inspect } from './reconcile.ts';
import { createStages } from './round.ts';
import { oneRound, runLoop, type LoopContext } from './system-loop.ts';

export interface FleetOptions {
  readonly document: Document;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly createSystems: () => readonly System[];
  /** Clusters, and fabrics whose learned endpoints are followed. */
  readonly createSources: () => readonly (Source & Probe)[];
  /** Wraps the system's write with the choke point's decorators. */
  readonly guardWrite: (system: System) => Write;
  readonly createDesired: (views: (cluster: SourceName) => Source['view'] | undefined) => DesiredState;
  /** One planner per system: it remembers what did not change. */
  readonly createPlanner: () => { plan(input: PlanInput): Plan };
  readonly report: (run: RunReport) => void;
  /** Freshness, identity or problem of a source or system changed. */
  readonly changed: () => void;
  /** Something of ours failed where no report can carry it. */
  readonly failed: (problem: Problem) => void;
}

/** How long rounds wait for slow sources at the start; what is not there by then is unknown, and held. */
const settleMs = 15_000;
const everything: Dirty = { keys: 'all', causedAt: undefined };
/** How often it is looked whether the command line wrote to the ledger. */
const ledgerPollMs = 500;

export class Fleet {
  readonly sources: ReadonlyMap<SourceName, Source & Probe>;
  readonly systems: ReadonlyMap<SystemName, System>;
  readonly desired: DesiredState;
  private readonly loops = new Map<SystemName, LoopContext>();
  private readonly options: FleetOptions;
  private readonly signal: AbortSignal;
  private readonly ranBefore: ReadonlySet<MappingName>;
  private runs = 0;
  private hasSettled = false;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(options: FleetOptions, signal: AbortSignal) {
    const { document, ledger } = options;
    this.options = options;
    this.signal = signal;
    this.ranBefore = new Set(document.mappings.map(({ name }) => name).filter((name) => ledger.hasRun(name)));
    // A fabric is both: its source lives on the system's connection.
    this.systems = new Map(options.createSystems().map((each) => [each.name, each]));
    this.sources = new Map(options.createSources().map((each) => [each.name, each]));
    this.desired = options.createDesired((cluster) => this.sources.get(cluster)?.view);
    for (const system of this.systems.values()) this.loops.set(system.name, this.createLoop(system));
    this.wire();
  }

  /** Starts following and reading; rounds begin with `run`. */
  start(): void {
    for (const system of this.systems.values()) {
      system.watchFor(this.targetsOn(system.name));
      system.start(this.signal);
    }
    for (const source of this.sources.values()) source.start(this.signal);
  }

  /** Resolves when everything has been read once, or failed to, or the time for it is up. */
  async settled(): Promise<void> {
    const limit = new AbortController();
    const signal = AbortSignal.any([this.signal, limit.signal]);
    const everything = Promise.all(
      [...this.sources.values(), ...this.systems.values()].map((each) => each.settled(signal)),
    );
    const outOfTime = this.options.clock.sleep(settleMs, signal);
    await Promise.race([everything, outOfTime]).finally(() => {
      limit.abort();
      everything.catch(() => undefined);
      outOfTime.catch(() => undefined);
    });
    this.hasSettled = true;
  }

  /** Everything has been read once, or has had its time to be. */
  get isSettled(): boolean {
    return this.hasSettled;
  }

  /** Resolves when what was under way at the abort has ended: sources and systems have let go of their connections. */
  async stopped(): Promise<void> {
    await Promise.allSettled([
      ...this.underWay,
      ...[...this.sources.values(), ...this.systems.values()].map((each) => each.stopped()),
    ]);
  }

  /** Runs the loops until the signal is aborted. */
  async run(): Promise<void> {
    for (const { queue } of this.loops.values()) queue.add('all');
    const loops = [...this.loops.values()].map((loop) => runLoop(loop, this.signal));
    const running = Promise.allSettled([...loops, this.followLedger()]);
    this.underWay.add(running);
    await running;
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

  private createLoop(system: System): LoopContext {
    const { clock, createPlanner, document, ledger, random } = this.options;
    const planner = createPlanner();
    const queue = new DirtyKeys(clock, this.signal);
    const memory = new Memory(random);
    const probe = (cluster: SourceName): Probe | undefined => this.sources.get(cluster);
    const answered = (keys: readonly KeyText[]): void => queue.add(keys);
    // A load balancer that is reloaded forgets all that was added: that is nobody who fights us.
    system.onDrift((keys) => {
      if (keys === 'all') memory.systemForgot();
    });
    let startedAt = clock.now();
    const stages = createStages({
      system,
      write: this.options.guardWrite(system),
      desired: this.desired,
      ledger,
      memory,
      queue,
      clock,
      document: () => document,
      makePlan: (input) => planner.plan(input),
      hasRun: (mapping) => this.ranBefore.has(mapping) || ledger.firstPlanConfirmed(mapping),
      inquire: createInquiry({ probe, ledger, memory, clock, signal: this.signal, answered }),
      report: (run) => {
        this.runs += 1;
        this.options.report({
          ...run,
          run: this.runs,
          system: system.name,
          startedAt,
          finishedAt: clock.now(),
        });
      },
    });
    const observe = stages.observe.bind(stages);
    const timed = {
      ...stages,
      remember: (plan: Plan) => {
        stages.remember(plan);
        this.recordRuns(plan);
      },
      observe: (...request: Parameters<typeof observe>) => {
        startedAt = clock.now();
        return observe(...request);
      },
    };
    return { queue, pace: createPace(clock), random, stages: timed, failed: this.options.failed };
  }

  /** A first plan counts only when it was made from sources that were all there. */
  private recordRuns(plan: Plan): void {
    const { clock, document, ledger } = this.options;
    for (const { mapping } of plan.mappings) {
      if (ledger.hasRun(mapping)) continue;
      const declared = document.mappings.find(({ name }) => name === mapping);
      if (declared !== undefined && this.desired.freshness(mapping, '-') === 'synced')
        ledger.recordRun(mapping, clock.now());
    }
  }

  private wire(): void {
    for (const source of this.sources.values()) {
      source.onNotices((notices) => {
        const at = notices.reduce((earliest, notice) => Math.min(earliest, notice.at), Infinity);
        this.markDirty(this.desired.apply(notices), at);
      });
      source.onFreshness(() => this.everythingDirty());
    }
    for (const [name, { queue }] of this.loops) {
      const system = this.systems.get(name);
      system?.onDrift((keys, at) => queue.add(keys, at));
      system?.onFreshness(() => this.everythingDirty());
    }
  }

  private everythingDirty(): void {
    for (const { queue } of this.loops.values()) queue.add('all');
    this.options.changed();
  }

  private markDirty(keys: Iterable<KeyText>, at: number): void {
    for (const key of keys) this.loops.get(parseKeyText(key).system)?.queue.add([key], at);
  }

  private targetsOn(system: SystemName): Target[] {
    const targets = this.options.document.mappings.flatMap(({ to }) => to);
    return targets.filter((target) => target.system === system);
  }

  private async followLedger(): Promise<void> {
    const { clock, failed } = this.options;
    let seen: number | undefined;
    while (!this.signal.aborted) {
      try {
        seen = this.lookAtLedger(seen);
      } catch (thrown) {
        failed(problemOf(thrown));
      }
      await clock.sleep(ledgerPollMs, this.signal);
    }
  }

  private lookAtLedger(seen: number | undefined): number {
    const version = this.options.ledger.version();
    if (seen !== undefined && version !== seen) this.everythingDirty();
    return version;
  }
}
