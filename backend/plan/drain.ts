/**
 * The drain ladder: what is alive and shall go may finish what it has begun. Its stages are stored, not timed, so that they survive
 * a restart.
 *
 *     in service ──► draining ──► its connections have ended, or the deadline is over (`then`: leave them, or cut them) ──► removed
 *         ▲             │
 *         └─────────────┘ wanted again
 *
 * What is dead skips it, and so does everything where the mapping gives no time. A system without a state for it (a redirect policy)
 * keeps it as it is until the deadline.
 */
import type { DrainId } from '../model/plan.ts';
import { changeId, type Change } from '../model/plan.ts';
import type { ActualItem, Attributes, DesiredItem, TrafficRules } from '../model/target-object.ts';
import type { Hold } from './hold.ts';
import type { Draft, KeyDiff } from './key-diff.ts';
import { trafficOf } from '../model/life.ts';
import type { MappingIndex } from './ownership.ts';
import type { Departure, PlanInput } from './ports.ts';

type Removal = Extract<Draft, { type: 'removeItem' }>;

/** A removal, as far as the ladder lets it go now. */
export interface Step {
  readonly draft: Draft;
  readonly hold?: Hold;
  /** It is on the ladder: its time runs, until it is gone. */
  readonly drain?: DrainId;
  /** It has been out of service since an earlier step, which was judged as the removal that it began. */
  readonly drained?: boolean;
  /** Connections that are left end with the removal. */
  readonly cut?: boolean;
}

export function onLadder(draft: Draft, diff: KeyDiff, input: PlanInput, index: MappingIndex): Step {
  if (draft.type !== 'removeItem' || draft.address === undefined) return { draft };
  const rules = diff.desired?.traffic ?? trafficOf(diff.key, index.byName.get(draft.mapping));
  const there = diff.actual.items.get(draft.item);
  if (rules === undefined || there === undefined) return { draft };
  if (isDead(input.desired.departure(diff.text, draft.item))) return { draft, cut: true };
  if (rules.drainMs === 0) return { draft, cut: rules.then === 'cut' };
  return climb(draft, there, rules, input);
}

/** Of what is merely missing, or left before this process started, nothing is known: it may be alive. */
function isDead(departure: Departure | undefined): boolean {
  return departure?.alive === false && departure.explanation !== 'unexplained';
}

function climb(draft: Removal, there: ActualItem, rules: TrafficRules, { ledger, now }: PlanInput): Step {
  const drain = changeId(draft as Change) as DrainId; // the id reads none of what a draft lacks
  const { draining } = rules;
  const since = ledger.drainingSince(drain);
  const drained = draining !== undefined && since !== undefined;
  const isOut = draining !== undefined && takesNothingNew(there, draining);
  // Also where a person put it there: it is not judged yet, and its time has not begun.
  if (draining !== undefined && (!drained || !isOut))
    return { draft: enter(draft, there, isOut ? pick(there.attributes, draining) : draining), drain };
  const left = (since ?? now) + rules.drainMs - now;
  if (there.connections === 0) return { draft, drain, drained };
  if (left <= 0) return { draft, drain, drained, cut: rules.then === 'cut' };
  const open = there.connections === undefined ? '' : `, ${connectionsText(there.connections)} open`;
  const detail = `${Math.ceil(left / 1000)} s left${open}`;
  return { draft, drain, hold: { hold: 'draining', detail } };
}

function connectionsText(count: number): string {
  return count === 1 ? '1 connection' : `${count} connections`;
}

function enter({ key, mapping, mark }: Removal, there: ActualItem, draining: Attributes): Draft {
  const { id, kind, name, address } = there;
  const item: DesiredItem = {
    id,
    kind,
    name,
    address,
    mark,
    attributes: draining,
    reasons: [],
    leaving: true,
  };
  const before = pick(there.attributes, draining);
  return { type: 'updateItem', key, mapping, item, before };
}

/** What systems show beyond the drain: where a removal that failed, or a person, left it. Going back would let sessions in. */
const beyond: ReadonlySet<string> = new Set(['maint', 'offline']);

function takesNothingNew({ attributes }: ActualItem, draining: Attributes): boolean {
  const isThere = Object.entries(draining).every(([name, value]) => attributes[name] === value);
  return isThere || beyond.has(attributes['state'] ?? '');
}

/** Of `attributes`, those that `wanted` names. */
function pick(attributes: Attributes, wanted: Attributes): Attributes {
  return Object.fromEntries(Object.keys(wanted).map((each) => [each, attributes[each] ?? '']));
}
