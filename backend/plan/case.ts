/**
 * A change while it is being judged. Each judging step may put a hold on a case that has none, and never lifts one.
 */
import type { KeyText, MappingName } from '../model/identity.ts';
import type { ItemId } from '../model/target-object.ts';
import type { Approval, AtomId, DrainId, Explanation, Finding, HoldReason } from '../model/plan.ts';
import { approvalId, changeId, type Change } from '../model/plan.ts';
import type { Draft, KeyDiff } from './key-diff.ts';
import { onLadder } from './drain.ts';
import type { Hold } from './hold.ts';
import { keepingSource } from './mark-source.ts';
import type { MappingIndex } from './ownership.ts';
import type { PlanInput } from './ports.ts';

export interface Case {
  readonly draft: Draft;
  readonly diff: KeyDiff;
  readonly orphan: boolean;
  /** As `changeId` and `approvalId` name it. */
  readonly id: string;
  readonly approved: boolean;
  /** It is on its way out, and its time runs. */
  readonly drain: DrainId | undefined;
  /** Its removal was judged when it began to drain. */
  readonly drained: boolean;
  readonly cut: boolean;
  hold: Hold | undefined;
  explanation: Explanation;
  atom: AtomId;
  /** As in `Change`. */
  dependsOn: AtomId | undefined;
}

/** Everything the judging steps share in one round. */
export interface Round {
  readonly input: PlanInput;
  readonly index: MappingIndex;
  readonly diffs: ReadonlyMap<KeyText, KeyDiff>;
  readonly cases: readonly Case[];
  readonly byKey: ReadonlyMap<KeyText, readonly Case[]>;
  readonly findings: Finding[];
}

/** Reasons that say nothing of the change itself: a preview still tells what else would stand in its way. */
const inert: ReadonlySet<HoldReason> = new Set(['report-mode', 'first-contact', 'paused']);

export function isDue(each: Case): boolean {
  return each.hold === undefined;
}

export function isPreviewed(each: Case): boolean {
  return each.hold === undefined || inert.has(each.hold.hold);
}

/** Holds a case that has no hold yet. */
export function hold(each: Case, reason: HoldReason, detail: string): void {
  each.hold ??= { hold: reason, detail };
}

export function isCountedAdd(each: Case): boolean {
  return each.draft.type === 'addItem' && each.draft.item.address !== undefined;
}

/** Also the first step of a removal that takes its time. */
export function isCountedRemoval({ draft }: Case): boolean {
  if (draft.type === 'removeItem') return draft.address !== undefined;
  return draft.type === 'updateItem' && draft.item.leaving;
}

/** Of what `isCountedRemoval`. */
export function removedItem({ draft }: Case): ItemId | undefined {
  if (draft.type === 'removeItem') return draft.item;
  return draft.type === 'updateItem' && draft.item.leaving ? draft.item.id : undefined;
}

export function openCases(input: PlanInput, diffs: Iterable<KeyDiff>, index: MappingIndex): Case[] {
  const approved = approvedIds(input);
  const cases: Case[] = [];
  for (const diff of diffs)
    for (const { draft: wanted, orphan } of diff.entries) {
      const step = onLadder(keepingSource(wanted, diff, input.desired), diff, input, index);
      const { draft } = step;
      const asChange = draft as Change; // the ids read none of what a draft lacks
      const id = changeId(asChange);
      const approvals = approved(draft.mapping);
      cases.push({
        draft,
        diff,
        orphan,
        id,
        approved: approvals.size > 0 && approvals.has(approvalId(asChange)),
        drain: step.drain,
        drained: step.drained ?? false,
        cut: step.cut ?? false,
        hold: step.hold,
        explanation: 'unexplained',
        atom: id as AtomId,
        dependsOn: undefined,
      });
    }
  return cases;
}

/** Approvals are looked up once per mapping and round. */
function approvedIds({ ledger }: PlanInput): (mapping: MappingName) => ReadonlySet<string> {
  const known = new Map<MappingName, ReadonlySet<string>>();
  return (mapping) => {
    const found = known.get(mapping) ?? union(ledger.approvals(mapping));
    known.set(mapping, found);
    return found;
  };
}

function union(approvals: readonly Approval[]): ReadonlySet<string> {
  return new Set(approvals.flatMap(({ changes }) => [...changes]));
}
