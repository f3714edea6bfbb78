/**
 * Figures for Prometheus, fed like the status. Its own registry; labels that are known beforehand begin at zero, so that
 * a rate over the first event is right.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { SourceView } from '../model/source-view.ts';
import type { ObservedKind } from '../model/cluster-records.ts';
import type { Freshness } from '../model/freshness.ts';
import type { SourceName, KeyText, MappingName, SystemName } from '../model/identity.ts';
import { approvable } from '../model/plan.ts';
import type { Change, Explanation, HoldReason } from '../model/plan.ts';
import type { ChangeOutcome } from '../model/outcome.ts';
import type { RunReport } from '../model/run-report.ts';
import { holdTexts } from '../model/hold-texts.ts';
import { explanationTexts } from '../model/plan-texts.ts';
import type { Feed, PresentView, ReportedDocument } from './ports.ts';
import { everyKind, sourceKind } from './source-models.ts';
import type { KindsOf } from './source-models.ts';

export interface Metrics extends Feed {
  /** A system said that something changed behind our back. */
  drift(system: SystemName, keys: readonly KeyText[] | 'all'): void;
  /** What a scrape gets. */
  render(): Promise<{ readonly type: string; readonly body: string }>;
}

interface MetricsOptions {
  readonly version: string;
  readonly paused: () => boolean;
  /** Kinds that are followed of a source; all unless said. */
  readonly kinds?: KindsOf;
}

const freshnesses: readonly Freshness[] = ['synced', 'stale', 'unknown'];
const results = ['accepted', 'refused', 'unknown'] as const;
const types: readonly Change['type'][] = [
  'createObject',
  'updateObject',
  'deleteObject',
  'addItem',
  'updateItem',
  'removeItem',
];
const explanations = Object.keys(explanationTexts) as Explanation[];
const holds = Object.keys(holdTexts) as HoldReason[];
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

function instruments(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `kubesync_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `kubesync_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name: `kubesync_${name}`, help, labelNames: ['system'], buckets: seconds, registers });
  return {
    build: gauge('build_info', 'Constant 1, labelled with the version', ['version']),
    paused: gauge('paused', '1 while writing is paused'),
    rounds: counter('rounds_total', 'Rounds, by how they ended', ['system', 'result']),
    roundSeconds: histogram('round_duration_seconds', 'How long a round took'),
    reactionSeconds: histogram(
      'reaction_seconds',
      'From the notification that caused a round to the end of its writes',
    ),
    requests: counter('requests_total', 'Write requests sent', ['system']),
    changes: counter('changes_total', 'Changes sent, by what became of them', ['system', 'type', 'result']),
    removals: counter('removals_total', 'Addresses removed, by what explained them', [
      'mapping',
      'explanation',
    ]),
    drift: counter('drift_total', 'Target objects reported as changed by others', ['system']),
    planned: gauge('plan_changes', 'Changes in the newest plan, by verdict', [
      'system',
      'mapping',
      'verdict',
    ]),
    held: gauge('held_changes', 'Changes held, by reason', ['system', 'mapping', 'reason']),
    waiting: gauge('waiting_for_approval', 'Held changes that wait for a person', ['system', 'mapping']),
    guard: gauge('guard_held', 'Removals that the guard holds', ['system', 'mapping']),
    addresses: gauge('addresses', 'Addresses after the last round', ['system', 'mapping', 'which']),
    freshness: gauge('source_freshness', '1 for the freshness that a kind has now', [
      'source',
      'kind',
      'freshness',
    ]),
    objects: gauge('source_objects', 'Objects known of a kind', ['source', 'kind']),
    contact: gauge('source_last_contact_seconds', 'When a kind was last in live contact, Unix time', [
      'source',
      'kind',
    ]),
    systemUp: gauge('system_up', '1 when the system can be read', ['system']),
  };
}

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const all = instruments(registry);
  const sources = new Map<SourceName, SourceView>();
  const systems = new Map<SystemName, PresentView>();
  let declared: ReportedDocument | undefined;
  const kindsOf = (name: SourceName): readonly ObservedKind[] =>
    options.kinds?.(name) ?? everyKind(declared === undefined ? 'cluster' : sourceKind(name, declared));
  all.build.set({ version: options.version }, 1);

  return {
    document(document) {
      declared = document;
      // What is declared no more leaves no figures behind; the next round of each system tells those of the rest.
      for (const gauge of [all.planned, all.held, all.waiting, all.guard, all.addresses]) gauge.reset();
      initialiseMappings(all, document);
    },
    only(running) {
      for (const name of sources.keys()) if (!running.sources.has(name)) sources.delete(name);
      for (const name of systems.keys()) if (!running.systems.has(name)) systems.delete(name);
    },
    source: (view) => void sources.set(view.name, view),
    system(name, view) {
      if (!systems.has(name)) initialiseSystem(all, name);
      systems.set(name, view);
    },
    report(run) {
      countRun(all, run);
      countPlan(all, run);
    },
    // After a gap nobody knows what changed: a full read is no drift.
    drift: (system, keys) => all.drift.inc({ system }, keys === 'all' ? 0 : keys.length),
    async render() {
      // Read at the scrape: feeding stays cheap, and a scrape never sees what is long past.
      all.paused.set(options.paused() ? 1 : 0);
      for (const gauge of [all.freshness, all.objects, all.contact, all.systemUp]) gauge.reset();
      for (const view of sources.values()) for (const kind of kindsOf(view.name)) readKind(all, view, kind);
      for (const [system, view] of systems) all.systemUp.set({ system }, view.problem === undefined ? 1 : 0);
      return { type: registry.contentType, body: await registry.metrics() };
    },
  };
}

type Instruments = ReturnType<typeof instruments>;

function initialiseSystem(all: Instruments, system: SystemName): void {
  for (const result of ['done', 'stopped']) all.rounds.inc({ system, result }, 0);
  all.requests.inc({ system }, 0);
  all.drift.inc({ system }, 0);
  for (const type of types) for (const result of results) all.changes.inc({ system, type, result }, 0);
}

function initialiseMappings(all: Instruments, { mappings }: ReportedDocument): void {
  for (const { name: mapping, to } of mappings) {
    for (const explanation of explanations) all.removals.inc({ mapping, explanation }, 0);
    for (const system of new Set(to.map((target) => target.system))) {
      for (const reason of holds) all.held.set({ system, mapping, reason }, 0);
      for (const verdict of ['apply', 'hold']) all.planned.set({ system, mapping, verdict }, 0);
      all.guard.set({ system, mapping }, 0);
      all.waiting.set({ system, mapping }, 0);
    }
  }
}

function countRun(all: Instruments, run: RunReport): void {
  const { system, outcomes, causedAt, finishedAt } = run;
  all.rounds.inc({ system, result: run.problem === undefined ? 'done' : 'stopped' });
  all.roundSeconds.observe({ system }, (finishedAt - run.startedAt) / 1000);
  all.requests.inc({ system }, run.requests);
  for (const { change, outcome } of outcomes) {
    all.changes.inc({ system, type: change.type, result: outcome.result });
    if (change.type === 'removeItem' && outcome.result === 'accepted')
      all.removals.inc({ mapping: change.mapping, explanation: change.explanation });
  }
  const wrote = outcomes.some(({ outcome }) => outcome.result === 'accepted');
  if (causedAt !== undefined && wrote)
    all.reactionSeconds.observe({ system }, Math.max(0, finishedAt - causedAt) / 1000);
}

function countPlan(all: Instruments, { system, plan, problem, outcomes }: RunReport): void {
  // A round that stopped before planning says nothing about what is held.
  if (problem !== undefined && plan.mappings.length === 0) return;
  const byMapping = Map.groupBy(plan.changes, (change) => change.mapping);
  for (const { mapping, wanted, present } of plan.mappings) {
    const of = { system, mapping };
    all.addresses.set({ ...of, which: 'wanted' }, wanted);
    all.addresses.set({ ...of, which: 'present' }, present + gained(mapping, outcomes));
    const byHold = Map.groupBy(byMapping.get(mapping) ?? [], ({ verdict }) =>
      verdict.apply ? 'apply' : verdict.hold,
    );
    const size = (reason: HoldReason | 'apply'): number => byHold.get(reason)?.length ?? 0;
    for (const reason of holds) all.held.set({ ...of, reason }, size(reason));
    all.planned.set({ ...of, verdict: 'apply' }, size('apply'));
    all.planned.set({ ...of, verdict: 'hold' }, (byMapping.get(mapping)?.length ?? 0) - size('apply'));
    all.guard.set(of, size('guard'));
    all.waiting.set(
      of,
      [...approvable].reduce((sum, reason) => sum + size(reason), 0),
    );
  }
}

/** Addresses that the round added, less those that it removed. */
function gained(mapping: MappingName, outcomes: readonly ChangeOutcome[]): number {
  let sum = 0;
  for (const { change, outcome } of outcomes) {
    if (change.mapping !== mapping || outcome.result !== 'accepted') continue;
    if (change.type === 'addItem' && change.item.address !== undefined) sum += 1;
    if (change.type === 'removeItem' && change.address !== undefined) sum -= 1;
  }
  return sum;
}

function readKind(all: Instruments, view: SourceView, kind: ObservedKind): void {
  const { freshness, count, lastContact } = view.kind(kind);
  const labels = { source: view.name, kind };
  for (const each of freshnesses)
    all.freshness.set({ ...labels, freshness: each }, each === freshness ? 1 : 0);
  all.objects.set(labels, count);
  all.contact.set(labels, lastContact / 1000);
}
