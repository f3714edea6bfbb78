/**
 * The end of a round: what its outcomes teach, and when which key must be looked at again. Whatever is held and may end by itself,
 * by time or by what another change makes possible, comes back through the queue; nothing waits for luck.
 */
import type { Applied } from '../apply/apply-changes.ts';
import { keyOfApproval } from '../model/approvals.ts';
import { keyText, type KeyText } from '../model/identity.ts';
import { lifeOf } from '../model/life.ts';
import { approvalId, changeId, removedBy, type Change, type HoldReason, type Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ActualObject, ItemId } from '../model/target-object.ts';
import type { RoundContext } from './context.ts';
import type { UnexplainedRemoval } from './inquiry.ts';
import type { DesiredState } from './ports.ts';

/** Held by the guard: the window slides, and a source that did not answer may answer now. */
const lookAtGuardMs = 60_000;
/** How soon it is noticed that the last connection has ended, or the time is over. */
const lookAtDrainMs = 1000;

export function learn(context: RoundContext, plan: Plan, applied: Applied): void {
  const { clock, desired, ledger, memory, queue, storedTime, system } = context;
  const elapsed = clock.monotonic();
  const accepted = applied.outcomes
    .filter(({ outcome }) => outcome.result === 'accepted')
    .map(({ change }) => change);
  ledger.recordAccepted(accepted, storedTime());
  forgetDepartures(desired, accepted);
  for (const [key, until] of memory.learn(applied.outcomes, elapsed, system.batchObjects === 1))
    queue.addAfter([key], until - elapsed);
  for (const [key, wait] of memory.retryUnknown(plan.unknown.keys())) queue.addAfter([key], wait);
  const inPlan = new Set(plan.changes.map(approvalId));
  ledger.forgetApprovals(system.name, (id) => inPlan.has(id) || plan.unknown.has(keyOfApproval(id)));
  for (const change of plan.changes) comeBack(context, change);
  queue.addAfter(new Set(accepted.filter(beginsToLeave).map(({ key }) => keyText(key))), lookAtDrainMs);
  lookAgain(context, plan, accepted);
  context.inquire(unexplained(plan, desired));
}

function beginsToLeave(change: Change): boolean {
  return change.type === 'updateItem' && change.item.leaving;
}

function forgetDepartures(desired: DesiredState, accepted: readonly Change[]): void {
  const gone = new Map<KeyText, ItemId[]>();
  for (const change of accepted) {
    if (change.type !== 'removeItem') continue;
    const key = keyText(change.key);
    gone.set(key, [...(gone.get(key) ?? []), change.item]);
  }
  for (const [key, items] of gone) desired.forgetDepartures(key, items);
}

/** A held change whose hold ends by itself comes back when it does. */
function comeBack(context: RoundContext, change: Change): void {
  if (change.verdict.apply) return;
  const wait = waitOf(context, change, change.verdict.hold);
  if (wait !== undefined) context.queue.addAfter([keyText(change.key)], Math.max(1, wait));
}

function waitOf(context: RoundContext, change: Change, hold: HoldReason): number | undefined {
  const { clock, memory } = context;
  const elapsed = clock.monotonic();
  if (hold === 'guard' || hold === 'last-item') return lookAtGuardMs;
  if (hold === 'back-off') return (memory.backOff(changeId(change))?.until ?? elapsed) - elapsed;
  if (hold === 'fighting') return (memory.triedAgainAt(changeId(change)) ?? elapsed) - elapsed;
  if (hold === 'draining') return lookAtDrainMs;
  return hold === 'not-empty-long-enough' ? untilEmptyLongEnough(context, change) : undefined;
}

function untilEmptyLongEnough({ document, ledger, storedTime }: RoundContext, change: Change): number {
  const mapping = document().mappings.find(({ name }) => name === change.mapping);
  const emptyForMs = lifeOf(change.key, mapping)?.emptyForMs ?? 0;
  const now = storedTime();
  return (ledger.emptySince(keyText(change.key)) ?? now) + emptyForMs - now;
}

/** What a removal makes possible: taking the address elsewhere, and deleting what is now empty. */
function lookAgain({ queue, system }: RoundContext, plan: Plan, accepted: readonly Change[]): void {
  const freed = accepted.filter(({ type }) => type === 'removeItem');
  if (freed.length === 0) return;
  queue.add(
    freed
      .map(({ key }) => key)
      .filter((key) => isEmpty(system.view.get(key)))
      .map(keyText),
  );
  const waiting = plan.changes.filter(({ verdict }) => !verdict.apply && verdict.hold === 'conflict');
  queue.add(waiting.map(({ key }) => keyText(key)));
}

function isEmpty(object: ActualObject | Problem): boolean {
  return 'items' in object && ![...object.items.values()].some((item) => item.address !== undefined);
}

/** What a source is asked about; the first step of a removal that takes its time no less than one that goes at once. */
export function unexplained(plan: Plan, desired: Pick<DesiredState, 'departure'>): UnexplainedRemoval[] {
  return plan.changes.flatMap((change) => {
    const item = removedBy(change);
    if (item === undefined || !('explanation' in change) || change.explanation !== 'unexplained') return [];
    const key = keyText(change.key);
    return [{ key, item, owner: desired.departure(key, item)?.owner }];
  });
}
