/**
 * The composition root: builds the product from a document and a data directory; starts nothing. With `outside.ts` the only place that
 * knows every collaborator.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withAudit, withPause } from '../backend/apply/decorators.ts';
import type { System } from '../backend/apply/ports.ts';
import { createDesiredState } from '../backend/desire/desired-state.ts';
import { systemClock, type Clock } from '../backend/model/clock.ts';
import { clusterKinds, type ObservedKind } from '../backend/model/cluster-records.ts';
import { keyText, type SourceName, type SystemName } from '../backend/model/identity.ts';
import type { Document } from '../backend/model/mapping.ts';
import type { RunReport } from '../backend/model/run-report.ts';
import { createPlanner } from '../backend/plan/make-plan.ts';
import type { Problem } from '../backend/model/problems.ts';
import type { Declaration } from '../backend/reconcile/declared.ts';
import { Fleet } from '../backend/reconcile/fleet.ts';
import type { FleetOptions } from '../backend/reconcile/options.ts';
import type { Ledger } from '../backend/reconcile/ports.ts';
import { unseenSystems } from '../backend/reconcile/whole-plans.ts';
import { createMetrics, type Metrics } from '../backend/report/metrics.ts';
import type { HistoryWriter } from '../backend/report/ports.ts';
import { seenItems } from '../backend/report/seen.ts';
import type { KindsOf } from '../backend/report/source-models.ts';
import { createStatus, type Status, type StatusOptions } from '../backend/report/status.ts';
import { openLedger } from '../backend/store/ledger/ledger.ts';
import type { HostFabricAccess } from './app-center/host.ts';
import type { Storage } from '../backend/store/thread/storage-thread.ts';
import type { Secrets } from './config/secrets.ts';
import { declare, observedKinds } from './outside.ts';
import type { Logger } from './logging.ts';
import { logRun } from './log-run.ts';
import { version } from './version.ts';

export interface ComposeOptions {
  readonly document: Document;
  readonly secrets: Secrets;
  /** Of the APIC on which we run. */
  readonly host?: HostFabricAccess | undefined;
  readonly dataDir: string;
  readonly logger: Logger;
  readonly clockRate?: number;
  /** The configuration's path, for the commands that people are told. */
  readonly configPath?: string | undefined;
  /** The caller holds the directory's lock: a ledger that another instance left there may be taken over. */
  readonly ownsDirectory?: boolean;
  /** Look only: the choke point lets nothing through, and nothing is confirmed. */
  readonly dryRun?: boolean;
  /** As `OutsideOptions.followAll`. */
  readonly followAll?: boolean;
  readonly history?: HistoryWriter;
  /** The thread that touches the data directory. Absent: the ledger has one of its own, where the directory is owned. */
  readonly storage?: Storage;
  /** Of the stores beside the ledger. */
  readonly problems?: () => readonly Problem[];
}

export interface Product {
  /** As it is in force now. */
  readonly document: Document;
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly status: Status;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** The last run of each system. */
  readonly runs: ReadonlyMap<SystemName, RunReport>;
  /** Takes another document; resolves when it is in force. What is not declared otherwise runs on. */
  setDocument(document: Document): Promise<void>;
  /** What was confirmed of each source and system that is declared, by its name. */
  identities(): ReadonlyMap<string, string>;
  /** Called after each round. */
  onRun(listener: (run: RunReport) => void): void;
}

/** What people are told to type, with this program called as it was. */
function approveCommand({
  configPath,
  dataDir,
}: ComposeOptions): NonNullable<StatusOptions['approveCommand']> {
  const program = import.meta.filename.endsWith('.ts') ? 'npm run -s cli --' : 'aci-kube-sync';
  const where = [configPath && `--config ${configPath}`, `--data-dir ${dataDir}`].filter(Boolean).join(' ');
  return (mapping, fingerprint) =>
    [program, 'approve', mapping, fingerprint, where].filter(Boolean).join(' ');
}

/** What is the same whatever the document says. */
function openParts(options: ComposeOptions) {
  const { dataDir, document: initial } = options;
  const clock = systemClock(options.clockRate ?? 1);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const ledger = openLedger(join(dataDir, 'ledger.db'), {
    instance: initial.instance,
    adopt: options.ownsDirectory === true,
    storage: options.storage,
    onWaiting: () =>
      options.logger.warn({ path: dataDir }, 'waiting for the ledger: the disk does not answer'),
  });
  const paused = (): boolean => ledger.paused || options.dryRun === true;
  const followed = options.followAll === true ? everyKindOf : observedKinds;
  const current = { document: initial };
  const kinds: KindsOf = (source) => followed(current.document)(source);
  const reporting = { version, paused, kinds };
  return { options, clock, ledger, paused, current, reporting, metrics: createMetrics(reporting) };
}

type Parts = ReturnType<typeof openParts>;

function createFleet(
  { options, clock, ledger, paused, current: { document }, metrics }: Parts,
  listener: Pick<FleetOptions, 'report' | 'changed'>,
  signal: AbortSignal,
): Fleet {
  const { logger } = options;
  const outside = { ...options, clock, ledger, paused };
  return new Fleet(
    {
      ...listener,
      document,
      looksOnly: options.ownsDirectory !== true,
      ledger,
      clock,
      random: Math.random,
      declare: (next) => withDriftFigures(declare(next, outside), metrics),
      guardWrite: (system) => guardedWrite(system, { clock, logger, paused }),
      createDesired: (views) => createDesiredState({ document, views, instance: document.instance }),
      createPlanner,
      failed: ({ code, detail }) => logger.error({ code, detail }, 'a round failed'),
    },
    signal,
  );
}

function createReporting({ options, clock, ledger, current, reporting }: Parts, fleet: Fleet): Status {
  return createStatus({
    ...reporting,
    clock,
    document: current.document,
    wanted: fleet.desired,
    drainingSince: (item) => ledger.drainingSince(item),
    unseen: (mapping) => unseenSystems(ledger, mapping),
    refusal: (mapping, fingerprint) => ledger.refusal(mapping, fingerprint),
    approveCommand: approveCommand(options),
    problems: () => options.problems?.() ?? [],
  });
}

export function compose(options: ComposeOptions, signal: AbortSignal): Product {
  const parts = openParts(options);
  const { current, metrics } = parts;
  const runs = new Map<SystemName, RunReport>();
  const runListeners: ((run: RunReport) => void)[] = [];
  const report = (run: RunReport): void => {
    tellWhatIsThere(run);
    runs.set(run.system, run);
    for (const feed of [status, metrics]) feed.report(run);
    options.history?.run(run);
    logRun(options.logger, run);
    for (const listener of runListeners) listener(run);
  };
  const fleet: Fleet = createFleet(
    parts,
    { report, changed: () => feedViews(fleet, [status, metrics]) },
    signal,
  );
  const status = createReporting(parts, fleet);
  const tellWhatIsThere = surveying(options, current, (name) => fleet.systems.get(name));
  const tellDocument = (document: Document): void => {
    current.document = document;
    for (const feed of [status, metrics]) feed.document(document);
    feedViews(fleet, [status, metrics]);
  };
  tellDocument(current.document);
  return {
    get document() {
      return current.document;
    },
    fleet,
    ledger: parts.ledger,
    status,
    metrics,
    clock: parts.clock,
    runs,
    async setDocument(next) {
      await fleet.setDocument(next);
      tellDocument(next);
    },
    identities: () => confirmedIdentities(current.document, parts.ledger),
    onRun: (listener) => void runListeners.push(listener),
  };
}

/** Known at first by looking; and again after a request of which nobody knows what it did. */
function surveying(
  { history }: ComposeOptions,
  current: Parts['current'],
  systemOf: (name: SystemName) => System | undefined,
): (run: RunReport) => void {
  const surveyed = new Map<SystemName, System>();
  return ({ system: name, outcomes, problem }) => {
    const system = systemOf(name);
    if (outcomes.some(({ outcome }) => outcome.result === 'unknown')) surveyed.delete(name);
    else if (system !== undefined && surveyed.get(name) !== system && problem === undefined) {
      surveyed.set(name, system);
      // What this run added itself is told by the run.
      const added = new Set(
        outcomes.flatMap(({ change }) =>
          change.type === 'addItem' ? [`${keyText(change.key)} ${change.item.name}`] : [],
        ),
      );
      const items = seenItems(system.view, current.document);
      history?.seen(
        name,
        items.filter(({ key, item }) => !added.has(`${key} ${item}`)),
      );
    }
  };
}

function confirmedIdentities(document: Document, ledger: Ledger): ReadonlyMap<string, string> {
  const declared = [...document.clusters, ...document.fabrics, ...document.loadBalancers];
  return new Map(
    declared.flatMap(({ name }): [string, string][] => {
      const identity = ledger.identity(name);
      return identity === undefined ? [] : [[name, identity]];
    }),
  );
}

/** Where a mapping may be previewed before it is there, everything is followed. */
function everyKindOf({ fabrics }: Document): (source: SourceName) => readonly ObservedKind[] {
  const learning: ReadonlySet<string> = new Set(fabrics.map(({ name }) => name));
  return (source) => (learning.has(source) ? ['LearnedEndpoint'] : clusterKinds);
}

function withDriftFigures(declaration: Declaration, metrics: Metrics): Declaration {
  const systems = declaration.systems.map((declared) => ({
    ...declared,
    create() {
      const system = declared.create();
      system.onDrift((keys) => metrics.drift(system.name, keys));
      return system;
    },
  }));
  return { ...declaration, systems };
}

interface WriteGuards {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paused: () => boolean;
}

/** The choke point: what is written passes here, is logged, and stops here while writing is paused. */
function guardedWrite(system: System, { clock, logger, paused }: WriteGuards): System['write'] {
  const audited = withAudit(
    system.write.bind(system),
    () => clock.monotonic(),
    (batch, outcome, ms) => {
      const { result } = outcome;
      logger.info(
        { system: system.name, changes: batch.changes.length, result, ms: Math.round(ms) },
        'write',
      );
    },
  );
  return withPause(audited, paused);
}

function feedViews(fleet: Fleet, feeds: readonly Pick<Status, 'only' | 'source' | 'system'>[]): void {
  for (const feed of feeds) {
    feed.only(fleet);
    for (const source of fleet.sources.values()) feed.source(source.view);
    for (const system of fleet.systems.values()) feed.system(system.name, system.view);
  }
}
