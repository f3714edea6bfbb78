/**
 * The five stages of a round, for one system, over its collaborators. `reconcile.ts` calls them in order.
 *
 * Everything that decides what a next round looks like is here: which keys `all` means, what the ledger is told and when,
 * what is asked of a source when a removal is unexplained, when a key comes back.
 */
import { applyChanges, type Applied } from '../apply/apply-changes.ts';
import type { Write } from '../apply/decorators.ts';
import type { System } from '../apply/ports.ts';
import type { Clock } from '../model/clock.ts';
import { keyText, parseKeyText, type KeyText, type MappingName, type TargetKey } from '../model/identity.ts';
import type { Document } from '../model/mapping.ts';
import { approvalId, changeId, type Change, type Fingerprint, type Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { RunReport } from '../model/run-report.ts';
import type { ActualObject, DesiredObject, ItemId } from '../model/target-object.ts';
import { waitingFor } from '../model/approvals.ts';
import type { LedgerView, PlanInput } from '../plan/ports.ts';
import type { Memory } from './memory.ts';
import type { DesiredState, GroupOwner, Ledger } from './ports.ts';
import type { Dirty, DirtyKeys } from './queue.ts';
import type { Stages } from './reconcile.ts';
import type { UnexplainedRemoval } from './inquiry.ts';

export interface RoundContext {
  readonly system: System;
  /** The decorated choke point. */
  readonly write: Write;
  readonly desired: DesiredState;
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly queue: DirtyKeys;
  readonly clock: Clock;
  readonly document: () => Document;
  readonly makePlan: (input: PlanInput) => Plan;
  /** Mappings that had a recorded run before this process, or whose first plan a person approved. */
  readonly hasRun: (mapping: MappingName) => boolean;
  /** Asks about removals that nothing explains; comes back through the queue. */
  readonly inquire: (removals: readonly UnexplainedRemoval[]) => void;
  readonly report: (run: Omit<RunReport, 'run' | 'system' | 'startedAt' | 'finishedAt'>) => void;
}

export function createStages(context: RoundContext): Stages {
  const { system, desired, ledger, memory, clock } = context;
  const planInput = planInputs(context);
  const recordPending = pendingRecorder(ledger);
  return {
    async observe(dirty, signal): Promise<Problem | undefined> {
      if (system.view.problem !== undefined) return system.view.problem;
      await system.refresh(targetKeys(context, dirty), signal);
      return system.view.problem;
    },
    desire: (dirty) => coveredKeys(context, dirty),
    plan: () => context.makePlan(planInput()),
    remember(plan): void {
      const now = clock.now();
      const applied = plan.changes.filter((change) => change.verdict.apply);
      ledger.setGroupOwners(ownersOf(desired, applied));
      recordPending(plan);
      ledger.recordEmpty(system.name, keysToDelete(plan), now);
      if (applied.length > 0) ledger.recordAct(applied, presentCounts(plan), now);
      memory.planned(plan);
      memory.sending(applied, now);
    },
    apply: (changes, signal) => applyChanges(changes, { ...boundsOf(system), write: context.write }, signal),
    learn: (plan, applied) => learn(context, plan, applied),
    report: context.report,
  };
}

function boundsOf(system: System): Pick<System, 'batchObjects' | 'batchBytes' | 'cost' | 'refresh'> {
  return {
    batchObjects: system.batchObjects,
    batchBytes: system.batchBytes,
    cost: (change) => system.cost(change),
    refresh: (keys, signal) => system.refresh(keys, signal),
  };
}

function coveredKeys({ desired, system }: RoundContext, dirty: Dirty['keys']): readonly KeyText[] {
  if (dirty !== 'all') return [...dirty];
  const keys = new Set(desired.keys(system.name));
  for (const object of system.view.owned()) keys.add(keyText(object.key));
  return [...keys];
}

function targetKeys(context: RoundContext, dirty: Dirty['keys']): TargetKey[] {
  return coveredKeys(context, dirty).map(parseKeyText);
}

/** The plan reads desired objects as the system would read them back, and the ledger together with the memory. */
function planInputs({
  system,
  desired,
  ledger,
  memory,
  clock,
  document,
  hasRun,
}: RoundContext): () => PlanInput {
  const canonical = new WeakMap<DesiredObject, DesiredObject>();
  const canonicalise = (object: DesiredObject): DesiredObject => {
    const known = canonical.get(object) ?? system.canonicalise(object);
    canonical.set(object, known);
    return known;
  };
  return () => {
    const now = clock.now();
    const { mappings, settings } = document();
    const ledgerView: LedgerView = {
      instance: ledger.instance,
      paused: ledger.paused,
      hasRun,
      approvals: (mapping) => ledger.approvals(mapping),
      guardWindow: (mapping) => ledger.guardWindow(mapping, now, settings.guard.windowMs),
      emptySince: (key) => ledger.emptySince(key),
      probed: (key, item) => memory.probed(key, item),
      isFoughtOver: (key, item) => memory.isFoughtOver(key, item, now),
      backOff: (id) => memory.backOff(id),
    };
    const desiredView = {
      keys: desired.keys.bind(desired),
      departure: desired.departure.bind(desired),
      wantedElsewhere: desired.wantedElsewhere.bind(desired),
      freshness: desired.freshness.bind(desired),
      get: (key: KeyText) => {
        const object = desired.get(key);
        return object && canonicalise(object);
      },
    };
    return {
      system: system.name,
      mappings,
      guard: settings.guard,
      desired: desiredView,
      actual: system.view,
      ledger: ledgerView,
      now,
    };
  };
}

/** The groups behind what is about to be written. */
function ownersOf(desired: DesiredState, changes: readonly Change[]): ReadonlyMap<KeyText, GroupOwner> {
  const owners = new Map<KeyText, GroupOwner>();
  for (const { key } of changes) {
    const text = keyText(key);
    const owner = owners.has(text) ? undefined : desired.get(text)?.owner;
    if (owner !== undefined) owners.set(text, owner);
  }
  return owners;
}

/** Tells the ledger what waits for a person, when it is not what the last plan said. */
function pendingRecorder(ledger: Ledger): (plan: Plan) => void {
  const known = new Map<MappingName, Fingerprint | undefined>();
  return (plan) => {
    for (const { mapping, fingerprint } of plan.mappings) {
      if (known.has(mapping) && known.get(mapping) === fingerprint) continue;
      known.set(mapping, fingerprint);
      ledger.setPending(mapping, fingerprint && { fingerprint, changes: waitingFor(mapping, plan) });
    }
  };
}

function keysToDelete(plan: Plan): ReadonlySet<KeyText> {
  return new Set(
    plan.changes.filter((change) => change.type === 'deleteObject').map((change) => keyText(change.key)),
  );
}

function presentCounts(plan: Plan): ReadonlyMap<MappingName, number> {
  return new Map(plan.mappings.map(({ mapping, present }) => [mapping, present]));
}

function learn(context: RoundContext, plan: Plan, applied: Applied): void {
  const { outcomes } = applied;
  const { clock, desired, ledger, memory, queue } = context;
  const now = clock.now();
  for (const [key, until] of memory.learn(outcomes, now)) queue.addAfter([key], until - now);
  const gone = new Map<KeyText, ItemId[]>();
  for (const { change, outcome } of outcomes) {
    if (outcome.result !== 'accepted' || change.type !== 'removeItem') continue;
    const key = keyText(change.key);
    gone.set(key, [...(gone.get(key) ?? []), change.item]);
  }
  for (const [key, items] of gone) desired.forgetDepartures(key, items);
  const pending = new Set(plan.changes.map(approvalId));
  // Those of the plan only: what is approved for another system, or for a mapping that is gone, is its own plan's matter.
  for (const { mapping } of plan.mappings)
    if (ledger.approvals(mapping).length > 0) ledger.forgetApprovals(mapping, pending);
  for (const change of plan.changes) comeBack(context, change, now);
  lookAgain(context, plan, applied);
  context.inquire(unexplained(plan, desired));
}

/** A held change whose hold ends by itself comes back when it does. */
function comeBack({ document, ledger, memory, queue }: RoundContext, change: Change, now: number): void {
  if (change.verdict.apply) return;
  const key = keyText(change.key);
  if (change.verdict.hold === 'not-empty-long-enough') {
    const mapping = document().mappings.find((each) => each.name === change.mapping);
    const wait = mapping?.to.externalEpg.emptyForMs ?? 0;
    const since = ledger.emptySince(key) ?? now;
    queue.addAfter([key], Math.max(1, since + wait - now));
  }
  const failure = memory.backOff(changeId(change));
  if (change.verdict.hold === 'back-off' && failure !== undefined)
    queue.addAfter([key], Math.max(1, failure.until - now));
}

/** What a removal makes possible: taking the address elsewhere, and deleting what is now empty. */
function lookAgain({ queue, system }: RoundContext, plan: Plan, { outcomes }: Applied): void {
  const freed = outcomes.filter(
    ({ change, outcome }) => outcome.result === 'accepted' && change.type === 'removeItem',
  );
  if (freed.length === 0) return;
  queue.add(
    freed
      .map(({ change }) => change.key)
      .filter((key) => isEmpty(system.view.get(key)))
      .map(keyText),
  );
  const waiting = plan.changes.filter(({ verdict }) => !verdict.apply && verdict.hold === 'conflict');
  queue.add(waiting.map(({ key }) => keyText(key)));
}

function isEmpty(object: ActualObject | Problem): boolean {
  return 'items' in object && ![...object.items.values()].some((item) => item.address !== undefined);
}

function unexplained(plan: Plan, desired: DesiredState): UnexplainedRemoval[] {
  return plan.changes.flatMap((change) => {
    if (change.type !== 'removeItem' || change.explanation !== 'unexplained') return [];
    const key = keyText(change.key);
    return [{ key, item: change.item, owner: desired.departure(key, change.item)?.owner }];
  });
}
