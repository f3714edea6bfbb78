/**
 * What the loop remembers between rounds without storing it: back-off per change, who fights us, what probes found.
 * All of it may be lost at a restart without harm.
 */
import { backOffMs } from '../model/back-off.ts';
import { keyText, type KeyText } from '../model/identity.ts';
import type { ChangeOutcome } from '../model/outcome.ts';
import { changeId, type Change, type Explanation, type Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ItemId } from '../model/target-object.ts';

const fightWindowMs = 600_000;
/** This many times we put it back; the next time it is gone it is left alone. */
const putBackAtMost = 2;
const retry = { firstMs: 2000, maxMs: 300_000 };

interface Failure {
  readonly attempts: number;
  readonly until: number;
  readonly problem: Problem;
}

export class Memory {
  private readonly failures = new Map<string, Failure>();
  private readonly held = new Set<string>();
  private readonly putBack = new Map<string, number[]>();
  private readonly ours = new Set<string>();
  private readonly probes = new Map<string, Explanation>();
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  /** Before sending: what we did before and must do again was undone by someone. */
  sending(changes: readonly Change[], now: number): void {
    for (const change of changes) {
      if (!isUpkeep(change)) continue;
      const id = changeId(change);
      if (!this.ours.has(id)) continue;
      const recent = (this.putBack.get(id) ?? []).filter((at) => now - at < fightWindowMs);
      this.putBack.set(id, [...recent, now]);
    }
  }

  /** After the replies. Returns when refused changes may be tried again: milliseconds since the epoch. */
  learn(outcomes: readonly ChangeOutcome[], now: number): ReadonlyMap<KeyText, number> {
    const retries = new Map<KeyText, number>();
    for (const { change, outcome } of outcomes) {
      const id = changeId(change);
      if (outcome.result === 'accepted') this.succeeded(change, id);
      if (outcome.result !== 'refused') continue;
      const attempts = (this.failures.get(id)?.attempts ?? 0) + 1;
      const until = now + backOffMs(attempts, retry, this.random());
      this.failures.set(id, { attempts, until, problem: outcome.problem });
      const key = keyText(change.key);
      retries.set(key, Math.min(retries.get(key) ?? until, until));
    }
    return retries;
  }

  private succeeded(change: Change, id: string): void {
    this.failures.delete(id);
    if (isUpkeep(change)) this.ours.add(id);
    else this.forget(id);
  }

  private forget(id: string): void {
    this.ours.delete(id);
    this.putBack.delete(id);
    this.held.delete(id);
  }

  /**
   * Once held for fighting, held until the document changes. A failure or a probe answers for one change: when that is
   * no longer planned, what is known of it says nothing about the next one.
   */
  planned(plan: Plan): void {
    const ids = new Set<string>();
    const removals = new Set<string>();
    for (const change of plan.changes) {
      const id = changeId(change);
      ids.add(id);
      if (change.type === 'removeItem') removals.add(id);
      if (!change.verdict.apply && change.verdict.hold === 'fighting') this.held.add(id);
    }
    for (const id of this.failures.keys()) if (!ids.has(id)) this.failures.delete(id);
    for (const id of this.probes.keys()) if (!removals.has(id)) this.probes.delete(id);
  }

  documentChanged(): void {
    this.held.clear();
    this.putBack.clear();
    this.failures.clear();
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

function isUpkeep(change: Change): boolean {
  return change.type !== 'removeItem' && change.type !== 'deleteObject';
}
