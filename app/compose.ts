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
import type { SystemName } from '../backend/model/identity.ts';
import type { Document } from '../backend/model/mapping.ts';
import type { RunReport } from '../backend/model/run-report.ts';
import { createPlanner } from '../backend/plan/make-plan.ts';
import { Fleet } from '../backend/reconcile/fleet.ts';
import type { Ledger } from '../backend/reconcile/ports.ts';
import { createMetrics, type Metrics } from '../backend/report/metrics.ts';
import { createStatus, type Status, type StatusOptions } from '../backend/report/status.ts';
import { openLedger } from '../backend/store/ledger/ledger.ts';
import type { Secrets } from './config/secrets.ts';
import { createOutside, observedKinds } from './outside.ts';
import type { Logger } from './logging.ts';
import { logRun } from './log-run.ts';
import { version } from './version.ts';

export interface ComposeOptions {
  readonly document: Document;
  readonly secrets: Secrets;
  readonly dataDir: string;
  readonly logger: Logger;
  readonly clockRate?: number;
  /** The configuration's path, for the commands that people are told. */
  readonly configPath: string;
  /** The caller holds the directory's lock: a ledger that another instance left there may be taken over. */
  readonly ownsDirectory?: boolean;
  /** Look only: the choke point lets nothing through, and nothing is confirmed. */
  readonly dryRun?: boolean;
}

export interface Product {
  readonly document: Document;
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly status: Status;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** The last run of each system. */
  readonly runs: ReadonlyMap<SystemName, RunReport>;
  /** Called after each round. */
  onRun(listener: (run: RunReport) => void): void;
}

/** What people are told to type, with this program called as it was. */
function approveCommand({
  configPath,
  dataDir,
}: ComposeOptions): NonNullable<StatusOptions['approveCommand']> {
  const program = import.meta.filename.endsWith('.ts') ? 'npm run -s cli --' : 'aci-kube-sync';
  const where = `--config ${configPath} --data-dir ${dataDir}`;
  return (mapping, fingerprint) =>
    [program, 'approve', mapping, fingerprint, where].filter(Boolean).join(' ');
}

export function compose(options: ComposeOptions, signal: AbortSignal): Product {
  const { document, logger, dataDir } = options;
  const clock = systemClock(options.clockRate ?? 1);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const ledger = openLedger(join(dataDir, 'ledger.db'), {
    instance: document.instance,
    adopt: options.ownsDirectory === true,
  });
  const paused = (): boolean => ledger.paused || options.dryRun === true;
  const reporting = { version, paused, kinds: observedKinds(document) };
  const metrics = createMetrics(reporting);
  const runs = new Map<SystemName, RunReport>();
  const runListeners: ((run: RunReport) => void)[] = [];
  const outside = createOutside({ ...options, clock, ledger, paused });
  const fleet: Fleet = new Fleet(
    {
      document,
      ledger,
      clock,
      random: Math.random,
      createSystems: () => outside.systems,
      createSources: () => outside.sources,
      guardWrite: (system) => guardedWrite(system, { clock, logger, paused }),
      createDesired: (views) => createDesiredState({ document, views, instance: document.instance }),
      createPlanner,
      report: (run) => {
        runs.set(run.system, run);
        for (const feed of [status, metrics]) feed.report(run);
        logRun(logger, run);
        for (const listener of runListeners) listener(run);
      },
      changed: () => feedViews(fleet, [status, metrics]),
      failed: ({ code, detail }) => logger.error({ code, detail }, 'a round failed'),
    },
    signal,
  );
  const status = createStatus({
    ...reporting,
    clock,
    document,
    wanted: fleet.desired,
    drainingSince: (item) => ledger.drainingSince(item),
    approveCommand: approveCommand(options),
  });
  for (const feed of [status, metrics]) feed.document(document);
  feedViews(fleet, [status, metrics]);
  for (const system of fleet.systems.values()) system.onDrift((keys) => metrics.drift(system.name, keys));
  return {
    document,
    fleet,
    ledger,
    status,
    metrics,
    clock,
    runs,
    onRun: (listener) => void runListeners.push(listener),
  };
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

function feedViews(fleet: Fleet, feeds: readonly Pick<Status, 'source' | 'system'>[]): void {
  for (const feed of feeds) {
    for (const source of fleet.sources.values()) feed.source(source.view);
    for (const system of fleet.systems.values()) feed.system(system.name, system.view);
  }
}
