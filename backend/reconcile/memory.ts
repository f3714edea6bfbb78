/**
 * What the loop remembers between rounds without storing it: back-off per change, who fights us, what probes found.
 * All of it may be lost at a restart without harm.
 */
import { backOffMs } from '../model/back-off.ts';
import { keyText, type KeyText } from '../model/identity.ts';
import type { ChangeOutcome } from '../model/outcome.ts';
import { changeId, removedBy, type Change, type Explanation, type Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ItemId } from '../model/target-object.ts';

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

export class Memory {
  private readonly failures = new Map<string, Failure>();
  private readonly held = new Set<string>();
  private readonly putBack = new Map<string, number[]>();
  /** What we wrote last under an id, so that the same again means that someone undid it. */
  private readonly written = new Map<string, string>();
  private readonly unknown = new Map<KeyText, number>();
  private readonly probes = new Map<string, Explanation>();
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  /**
   * After the replies. Returns when changes that failed may be tried again: milliseconds since the epoch. `each`: every change had a
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
    if (change.type === 'removeItem') return this.forget(id);
    if (change.type === 'deleteObject') return this.forgetObject(id);
    const content = contentOf(change);
    if (this.written.get(id) === content) {
      const recent = (this.putBack.get(id) ?? []).filter((at) => now - at < fightWindowMs);
      this.putBack.set(id, [...recent, now]);
    }
    this.written.set(id, content);
  }

  private forget(id: string): void {
    for (const known of [this.written, this.putBack, this.held]) known.delete(id);
  }

  /** With everything in it: an object that is made again later starts afresh. */
  private forgetObject(key: string): void {
    for (const known of [this.written, this.putBack, this.held])
      for (const id of known.keys()) if (id === key || id.startsWith(`${key} `)) known.delete(id);
  }

  /** The system itself lost or may have lost what was written: nobody undid it. What is fought over stays so. */
  systemForgot(): void {
    this.written.clear();
    this.putBack.clear();
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
   * Once held for fighting, held for the life of the process. A failure or a probe answers for one change: when that is
   * no longer planned, and its key could be planned, what is known of it says nothing about the next one.
   */
  planned(plan: Plan): void {
    const ids = new Set<string>();
    const removals = new Set<string>();
    for (const change of plan.changes) {
      const id = changeId(change);
      ids.add(id);
      if (removedBy(change) !== undefined) removals.add(id);
      if (!change.verdict.apply && change.verdict.hold === 'fighting') this.held.add(id);
    }
    const inDoubt = (id: string): boolean => plan.unknown.has((id.split(' ')[0] ?? '') as KeyText);
    for (const id of this.failures.keys()) if (!ids.has(id) && !inDoubt(id)) this.failures.delete(id);
    for (const id of this.probes.keys()) if (!removals.has(id) && !inDoubt(id)) this.probes.delete(id);
  }

  isFoughtOver(key: KeyText, item: ItemId | undefined, now: number): boolean {
    const id = item === undefined ? key : `${key} ${item}`;
    if (this.held.has(id)) return true;
    return (this.putBack.get(id) ?? []).filter((at) => now - at < fightWindowMs).length >= putBackAtMost;
  }

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

/** What a change would leave on the system, as text. */
function contentOf(change: Exclude<Change, { type: 'removeItem' | 'deleteObject' }>): string {
  const { attributes, mark } = 'item' in change ? change.item : change;
  return JSON.stringify([attributes, mark]);
}
