/**
 * What the loop remembers between rounds without storing it: back-off per change, who fights us, what probes found.
 * All of it may be lost at a restart without harm. Its times are those of `Clock.monotonic()`: the wall clock may be set.
 *
 *     undone               we
 *     twice in a window    put it back
 *     once more            leave it alone until a window after we last put it back, then try once per window
 *     not while it is      begin afresh; so, too, when something else is wanted there
 *     left alone, nor for
 *     a window after a try
 */
import { backOffMs } from '../model/back-off.ts';
import { keyText, type KeyText } from '../model/identity.ts';
import type { ChangeOutcome } from '../model/outcome.ts';
import { changeId, keyOfChange, removedBy, type Change, type Explanation, type Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ItemId } from '../model/target-object.ts';
import type { Leaves } from '../plan/ports.ts';

const fightWindowMs = 600_000;
/** This many times we put it back; the next time it is gone it is left alone. */
const putBackAtMost = 2;
const retry = { firstMs: 2000, maxMs: 300_000 };
const unknownRetry = { firstMs: 500, maxMs: 60_000 };

interface Failure {
  readonly attempts: number;
  readonly until: number;
  readonly problem: Problem;
}

/** What we wrote last under an id: the same again means that someone undid it. */
interface Written {
  readonly content: string;
  /** When we put it back, within the window. */
  readonly putBack: readonly number[];
  /** Before: it was tried again since. */
  readonly leftAlone: 'never' | 'now' | 'before';
}

export class Memory {
  private readonly failures = new Map<string, Failure>();
  private readonly written = new Map<string, Written>();
  private readonly unknown = new Map<KeyText, number>();
  private readonly probes = new Map<string, Explanation>();
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  /**
   * After the replies. Returns when changes that failed may be tried again, in monotonic time. `each`: every change had a
   * request of its own, so one that got lost waits like one that was refused, and does not stand before the others for ever.
   */
  learn(outcomes: readonly ChangeOutcome[], now: number, each = false): ReadonlyMap<KeyText, number> {
    const retries = new Map<KeyText, number>();
    for (const { change, outcome } of outcomes) {
      const id = changeId(change);
      if (outcome.result === 'accepted') this.succeeded(change, id, now);
      if (outcome.result === 'accepted' || (outcome.result === 'unknown' && !each)) continue;
      const attempts = (this.failures.get(id)?.attempts ?? 0) + 1;
      const until = now + backOffMs(attempts, retry, this.random());
      this.failures.set(id, { attempts, until, problem: outcome.problem });
      const key = keyText(change.key);
      retries.set(key, Math.min(retries.get(key) ?? until, until));
    }
    return retries;
  }

  private succeeded(change: Change, id: string, now: number): void {
    this.failures.delete(id);
    if (change.type === 'removeItem') return void this.written.delete(id);
    if (change.type === 'deleteObject') return this.forgetObject(id);
    const content = contentOf('item' in change ? change.item : change);
    const known = this.written.get(id);
    if (known?.content !== content)
      return void this.written.set(id, { content, putBack: [], leftAlone: 'never' });
    const leftAlone = known.leftAlone === 'never' ? 'never' : 'before';
    this.written.set(id, { content, putBack: [...recent(known, now), now], leftAlone });
  }

  /** With everything in it: an object that is made again later starts afresh. */
  private forgetObject(key: string): void {
    for (const id of this.written.keys()) if (keyOfChange(id) === key) this.written.delete(id);
  }

  /** The system itself lost or may have lost what was written: nobody undid it. What is left alone now stays so. */
  systemForgot(): void {
    for (const [id, { leftAlone }] of this.written) if (leftAlone !== 'now') this.written.delete(id);
  }

  /** How long until the keys that could not be planned are looked at again: longer each time in a row. */
  retryUnknown(keys: Iterable<KeyText>): ReadonlyMap<KeyText, number> {
    const waits = new Map<KeyText, number>();
    const attempts = new Map<KeyText, number>();
    for (const key of keys) {
      const attempt = (this.unknown.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      waits.set(key, backOffMs(attempt, unknownRetry, this.random()));
    }
    this.unknown.clear();
    for (const [key, attempt] of attempts) this.unknown.set(key, attempt);
    return waits;
  }

  /**
   * A failure, a probe or a fight is about one change: when that is no longer planned, and its key could be planned, what is
   * known of it says nothing about the next one. What was put back is not planned either: its fight is over a window later.
   */
  planned(plan: Plan, now: number): void {
    const ids = new Set<string>();
    const removals = new Set<string>();
    for (const change of plan.changes) {
      const id = changeId(change);
      ids.add(id);
      if (removedBy(change) !== undefined) removals.add(id);
      if (!change.verdict.apply && change.verdict.hold === 'fighting') this.leaveAlone(id);
    }
    const inDoubt = (id: string): boolean => plan.unknown.has(keyOfChange(id));
    for (const id of this.failures.keys()) if (!ids.has(id) && !inDoubt(id)) this.failures.delete(id);
    for (const id of this.probes.keys()) if (!removals.has(id) && !inDoubt(id)) this.probes.delete(id);
    this.forgetFights((id) => !ids.has(id) && !inDoubt(id), now);
  }

  private leaveAlone(id: string): void {
    const known = this.written.get(id);
    if (known !== undefined) this.written.set(id, { ...known, leftAlone: 'now' });
  }

  private forgetFights(isSettled: (id: string) => boolean, now: number): void {
    for (const [id, known] of this.written) if (isOver(known, now) && isSettled(id)) this.written.delete(id);
  }

  /** Whether someone keeps undoing just that. */
  isFoughtOver(id: string, leaves: Leaves, now: number): boolean {
    const known = this.written.get(id);
    if (known?.content !== contentOf(leaves)) return false;
    return recent(known, now).length >= (known.leftAlone === 'never' ? putBackAtMost : 1);
  }

  /** Of what is left alone: when it is tried once more. */
  triedAgainAt(id: string): number | undefined {
    const last = this.written.get(id)?.putBack.at(-1);
    return last === undefined ? undefined : last + fightWindowMs;
  }

  /** `until` is monotonic time. */
  backOff(id: string): { readonly until: number; readonly problem: Problem } | undefined {
    return this.failures.get(id);
  }

  probed(key: KeyText, item: ItemId): Explanation | undefined {
    return this.probes.get(`${key} ${item}`);
  }

  recordProbe(key: KeyText, item: ItemId, explanation: Explanation): void {
    this.probes.set(`${key} ${item}`, explanation);
  }
}

function contentOf({ attributes, mark }: Leaves): string {
  return JSON.stringify([attributes, mark]);
}

function recent({ putBack }: Written, now: number): number[] {
  return putBack.filter((at) => now - at < fightWindowMs);
}

/** Of what is not planned any more. */
function isOver(known: Written, now: number): boolean {
  return known.leftAlone === 'now' || (known.leftAlone === 'before' && recent(known, now).length === 0);
}
