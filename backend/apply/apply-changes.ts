/**
 * Makes it so: sends the changes of a plan in bounded batches, one request at a time, and says what became of each.
 *
 * - A batch that is clearly refused is split until the culprit stands alone, with the system's own text on it.
 * - A refusal of rights (403) is believed only after the keys were read again. It is of the place: the batch is split by place first,
 *   and once one atom alone was refused so, nothing else is tried there.
 * - After an unknown outcome nothing more is sent: the keys must be read again first. What was not sent has no outcome.
 * - What was planned from a document that is no longer in force is not sent, in the midst of splitting neither.
 * - Between requests it yields to what is more urgent: the next round begins with that. It has come to an outcome before.
 * - What needs a refused change (the items of an object that cannot be created, addresses without their contract) is not tried.
 */
import { keyText } from '../model/identity.ts';
import type { ChangeOutcome, Outcome } from '../model/outcome.ts';
import type { AtomId, Change } from '../model/plan.ts';
import { atomsOf, batchesOf, type Atom } from './batches.ts';
import type { Problem } from '../model/problems.ts';
import type { System } from './ports.ts';

/** What `applyChanges` needs of a system; `write` is the decorated choke point. */
export type Target = Pick<System, 'batchObjects' | 'batchBytes' | 'cost' | 'refresh' | 'write'> & {
  /** The changes were planned from a document that is no longer in force: asked before each request, of which it allows none. */
  readonly isOfThePast?: () => boolean;
  /** Something more urgent has come: asked between requests. What was not sent is planned again with it. */
  readonly yields?: () => boolean;
};

export interface Applied {
  readonly outcomes: readonly ChangeOutcome[];
  readonly requests: number;
  /** false: it stopped early, after an unknown outcome. */
  readonly complete: boolean;
}

/** Requests of one change each that get lost in a row before it is given up for now. */
const mostLost = 3;

export async function applyChanges(
  changes: readonly Change[],
  target: Target,
  signal: AbortSignal,
): Promise<Applied> {
  const run = new Application(target, signal);
  for (const batch of batchesOf(atomsOf(changes), target)) {
    if (run.ends()) break;
    await run.send(batch);
  }
  return { outcomes: run.outcomes, requests: run.requests, complete: !run.stopped };
}

class Application {
  readonly outcomes: ChangeOutcome[] = [];
  requests = 0;
  stopped = false;
  private lostInARow = 0;
  private readonly refused = new Map<AtomId, Outcome>();
  /** By place: where we have no right. */
  private readonly forbidden = new Map<string, Outcome>();
  private readonly target: Target;
  private readonly signal: AbortSignal;

  constructor(target: Target, signal: AbortSignal) {
    this.target = target;
    this.signal = signal;
  }

  /** Nothing more is sent, be it of this batch or of others. */
  ends(): boolean {
    if (this.stopped || this.target.isOfThePast?.() === true) return true;
    // Trap: without an outcome the next round would send the same batch, have it refused and yield again, for ever.
    return this.outcomes.length > 0 && this.target.yields?.() === true;
  }

  async send(batch: readonly Atom[]): Promise<void> {
    const atoms = this.withoutHopeless(batch);
    if (atoms.length === 0) return;
    const changes = changesOf(atoms);
    this.requests += 1;
    const outcome = await this.target.write({ changes }, this.signal);
    if (outcome.result === 'refused' && atoms.length > 1) return this.split(atoms, outcome);
    this.record(atoms, outcome);
    if (outcome.result !== 'unknown') this.lostInARow = 0;
    if (outcome.result === 'refused' && isOfRights(outcome.problem))
      for (const atom of atoms) this.forbidden.set(placeOf(atom), outcome);
    if (outcome.result === 'unknown') await this.lost(changes);
  }

  /**
   * Where each change is a request of its own, the next one may fare better: its object is read again, and the change waits. Many in
   * a row mean that nothing gets through.
   */
  private async lost(changes: readonly Change[]): Promise<void> {
    this.lostInARow += 1;
    this.stopped = this.target.batchObjects > 1 || this.lostInARow >= mostLost;
    if (this.stopped) return;
    const keys = new Map(changes.map((change) => [keyText(change.key), change.key]));
    await this.target.refresh([...keys.values()], this.signal);
  }

  private async split(
    atoms: readonly Atom[],
    { problem }: Extract<Outcome, { result: 'refused' }>,
  ): Promise<void> {
    const parts = isOfRights(problem) ? await this.byPlace(atoms) : [atoms];
    for (const part of parts.length > 1 ? parts : halvesOf(atoms)) {
      if (this.ends()) return;
      await this.send(part);
    }
  }

  private async byPlace(atoms: readonly Atom[]): Promise<readonly (readonly Atom[])[]> {
    const keys = new Map(changesOf(atoms).map((change) => [keyText(change.key), change.key]));
    await this.target.refresh([...keys.values()], this.signal);
    return [...Map.groupBy(atoms, placeOf).values()];
  }

  /** What needs a refused atom, or is where we have no right, shares the outcome; trying it would only hide the reason, or do harm. */
  private withoutHopeless(batch: readonly Atom[]): Atom[] {
    return batch.filter((atom) => {
      const need = [...atom.needs].find((each) => this.refused.has(each));
      const refused = need === undefined ? this.forbidden.get(placeOf(atom)) : this.refused.get(need);
      if (refused !== undefined) this.record([atom], refused);
      return refused === undefined;
    });
  }

  private record(atoms: readonly Atom[], outcome: Outcome): void {
    for (const { id, changes } of atoms) {
      for (const change of changes) this.outcomes.push({ change, outcome });
      if (outcome.result === 'refused') this.refused.set(id, outcome);
    }
  }
}

/** A refusal of rights is of the place, not of the change. */
function isOfRights({ code }: Problem): boolean {
  return code === 'fabric.forbidden' || code === 'loadBalancer.forbidden';
}

function changesOf(atoms: readonly Atom[]): Change[] {
  return atoms.flatMap(({ changes }) => changes);
}

function halvesOf(atoms: readonly Atom[]): readonly (readonly Atom[])[] {
  const middle = Math.ceil(atoms.length / 2);
  return [atoms.slice(0, middle), atoms.slice(middle)];
}

/** Where all of it lies: the containers of its keys (`tenant/l3out`), mostly one; the whole system where names have none. */
function placeOf({ changes }: Atom): string {
  const containers = changes.map(({ key: { name } }) => name.slice(0, Math.max(0, name.lastIndexOf('/'))));
  return [...new Set(containers)].sort().join(' ');
}
