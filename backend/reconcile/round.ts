/**
 * The five stages of a round, for one system, over its collaborators. `reconcile.ts` calls them in order.
 *
 * Everything that decides what a next round looks like is here: which keys `all` means, what the ledger is told and when,
 * what is asked of a source when a removal is unexplained, when a key comes back.
 */
import { applyChanges } from '../apply/apply-changes.ts';
import type { System } from '../apply/ports.ts';
import { countsOf, firstOf, firstPlanName, waitingFor } from '../model/approvals.ts';
import {
  keyText,
  parseKeyText,
  type KeyText,
  type MappingName,
  type SystemName,
  type TargetKey,
} from '../model/identity.ts';
import { keyOfChange, type DrainId, type Fingerprint, type Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { DesiredObject } from '../model/target-object.ts';
import type { LedgerView, PlanInput } from '../plan/ports.ts';
import type { RoundContext } from './context.ts';
import { groupOwnersRecorder } from './group-owners.ts';
import { learn } from './learn.ts';
import type { Ledger } from './ports.ts';
import type { Dirty } from './queue.ts';
import type { Stages } from './reconcile.ts';
import { recordWholePlans, wholePlans } from './whole-plans.ts';

/** Where each change is a request of its own, so many are sent before another round may begin: rounds come at a pace. */
const undisturbedMs = 200;

export function createStages(context: RoundContext): Stages {
  const { system, ledger, memory, clock, queue } = context;
  const planInput = planInputs(context);
  const recordPending = pendingRecorder(context);
  const recordOwners = groupOwnersRecorder(context);
  let planned = context.document();
  return {
    async observe(dirty, signal): Promise<Problem | undefined> {
      if (system.view.problem !== undefined) return system.view.problem;
      await system.refresh(targetKeys(context, dirty), signal);
      return system.view.problem;
    },
    desire: (dirty) => coveredKeys(context, dirty),
    plan() {
      planned = context.document();
      return context.makePlan(planInput());
    },
    remember(plan): void {
      const now = context.storedTime();
      const applied = plan.changes.filter((change) => change.verdict.apply);
      recordOwners(plan);
      recordPending(plan);
      ledger.recordEmpty(system.name, emptyKeys(ledger, plan), now);
      ledger.recordDrains(system.name, drainsUnderWay(ledger, system.name, plan), now);
      if (applied.length > 0) ledger.recordAct(applied, presentCounts(plan), now);
      memory.planned(plan, clock.monotonic());
    },
    apply(changes, signal) {
      const until = clock.monotonic() + (system.batchObjects === 1 ? undisturbedMs : 0);
      const isOfThePast = (): boolean => context.document() !== planned;
      const yields = (): boolean => isUrgent(queue) && clock.monotonic() >= until;
      const target = { ...boundsOf(system), write: context.write, isOfThePast, yields };
      return applyChanges(changes, target, signal);
    },
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
  storedTime,
}: RoundContext): () => PlanInput {
  const canonical = new WeakMap<DesiredObject, DesiredObject>();
  const canonicalise = (object: DesiredObject): DesiredObject => {
    const known = canonical.get(object);
    if (known !== undefined) return known;
    const made = system.canonicalise(object);
    canonical.set(object, made);
    return made;
  };
  return () => {
    const now = storedTime();
    const elapsed = clock.monotonic();
    const { mappings, settings } = document();
    const ledgerView: LedgerView = {
      instance: ledger.instance,
      paused: ledger.paused,
      hasRun,
      approvals: (mapping) => ledger.approvals(mapping),
      guardWindow: (mapping, name) => ledger.guardWindow(mapping, name, now - settings.guard.windowMs),
      emptySince: (key) => ledger.emptySince(key),
      drainingSince: (item) => ledger.drainingSince(item),
      probed: (key, item) => memory.probed(key, item),
      isFoughtOver: (id, leaves) => memory.isFoughtOver(id, leaves, elapsed),
      backOff(id) {
        const waiting = memory.backOff(id);
        return waiting && { ...waiting, until: now + waiting.until - elapsed };
      },
    };
    const desiredView = {
      keys: desired.keys.bind(desired),
      departure: desired.departure.bind(desired),
      wantedElsewhere: desired.wantedElsewhere.bind(desired),
      freshness: desired.freshness.bind(desired),
      problems: desired.problems.bind(desired),
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

/** Tells the ledger what waits for a person, when it is not what the last plan said. */
function pendingRecorder({ system: { name: system }, ledger, desired }: RoundContext): (plan: Plan) => void {
  const known = new Map<MappingName, Fingerprint | undefined>();
  return (plan) => {
    const tell = (name: MappingName, fingerprint: Fingerprint | undefined, changes: () => string[]): void => {
      if (known.has(name) && known.get(name) === fingerprint) return;
      known.set(name, fingerprint);
      ledger.setPending(system, name, fingerprint && { fingerprint, changes: changes() });
    };
    for (const { mapping, fingerprint, firstPlan } of plan.mappings) {
      tell(mapping, fingerprint, () => waitingFor(mapping, plan));
      tell(firstPlanName(mapping), firstPlan, () => countsOf(firstOf(mapping, plan)));
    }
    const whole = wholePlans(plan, desired);
    recordWholePlans(ledger, system, whole);
    const planned = new Set(plan.mappings.flatMap(({ mapping }) => [mapping, firstPlanName(mapping)]));
    for (const name of whole) planned.add(name);
    for (const name of known.keys()) if (!planned.has(name)) known.delete(name);
    for (const name of ledger.pendingNames(system))
      if (!planned.has(name)) ledger.setPending(system, name, undefined);
  };
}

/** Objects that wait to be deleted; the time of one that cannot be seen now runs on. */
function emptyKeys(ledger: Ledger, { changes, unknown }: Plan): ReadonlySet<KeyText> {
  const deletions = changes.filter(({ type }) => type === 'deleteObject').map(({ key }) => keyText(key));
  return new Set([
    ...deletions,
    ...[...unknown.keys()].filter((key) => ledger.emptySince(key) !== undefined),
  ]);
}

/** What is on its way out; the time of what cannot be seen now runs on. */
function drainsUnderWay(ledger: Ledger, system: SystemName, { drains, unknown }: Plan): ReadonlySet<DrainId> {
  const unseen = unknown.size === 0 ? [] : ledger.drains(system);
  const isUnseen = (item: DrainId): boolean => unknown.has(keyOfChange(item));
  return new Set([...drains, ...unseen.filter(isUnseen)]);
}

/** Something that carries traffic changed: what is being sent may wait for it. */
function isUrgent(queue: RoundContext['queue']): boolean {
  return queue.has((key) => parseKeyText(key).kind !== 'externalEpg');
}

function presentCounts(plan: Plan): ReadonlyMap<MappingName, number> {
  return new Map(plan.mappings.map(({ mapping, present }) => [mapping, present]));
}
