/**
 * Makes it so: sends the changes of a plan in bounded batches, one request at a time, and says what became of each.
 *
 * - A batch that is clearly refused is split until the culprit stands alone, with the system's own text on it.
 * - A refusal of rights (403) is believed only after the keys were read again.
 * - After an unknown outcome nothing more is sent: the keys must be read again first. What was not sent has no outcome.
 * - When an object cannot be created, its items are not tried.
 */
import { keyText, type KeyText } from '../model/identity.ts';
import type { ChangeOutcome, Outcome } from '../model/outcome.ts';
import type { Change } from '../model/plan.ts';
import { atomsOf, batchesOf, type Atom } from './batches.ts';
import type { System } from './ports.ts';

/** What `applyChanges` needs of a system; `write` is the decorated choke point. */
export type Target = Pick<System, 'batchObjects' | 'batchBytes' | 'cost' | 'refresh' | 'write'>;

export interface Applied {
  readonly outcomes: readonly ChangeOutcome[];
  readonly requests: number;
  /** false: it stopped early, after an unknown outcome. */
  readonly complete: boolean;
}

export async function applyChanges(
  changes: readonly Change[],
  target: Target,
  signal: AbortSignal,
): Promise<Applied> {
  const run = new Application(target, signal);
  for (const batch of batchesOf(atomsOf(changes), target)) {
    await run.send(batch);
    if (run.stopped) break;
  }
  return { outcomes: run.outcomes, requests: run.requests, complete: !run.stopped };
}

class Application {
  readonly outcomes: ChangeOutcome[] = [];
  requests = 0;
  stopped = false;
  private readonly uncreated = new Map<KeyText, Outcome>();
  private readonly target: Target;
  private readonly signal: AbortSignal;

  constructor(target: Target, signal: AbortSignal) {
    this.target = target;
    this.signal = signal;
  }

  async send(batch: readonly Atom[]): Promise<void> {
    const atoms = this.withoutHopeless(batch);
    if (atoms.length === 0) return;
    const changes = atoms.flat();
    this.requests += 1;
    const outcome = await this.target.write({ changes }, this.signal);
    if (outcome.result === 'refused' && atoms.length > 1) return this.split(atoms, outcome);
    this.record(changes, outcome);
    if (outcome.result === 'unknown') this.stopped = true;
  }

  private async split(
    atoms: readonly Atom[],
    { problem }: Extract<Outcome, { result: 'refused' }>,
  ): Promise<void> {
    if (problem.code === 'fabric.forbidden') {
      const keys = new Map(atoms.flat().map((change) => [keyText(change.key), change.key]));
      await this.target.refresh([...keys.values()], this.signal);
    }
    const middle = Math.ceil(atoms.length / 2);
    for (const half of [atoms.slice(0, middle), atoms.slice(middle)]) {
      if (this.stopped) return;
      await this.send(half);
    }
  }

  /** Items of an object whose creation was refused share its outcome; trying them would only hide the reason. */
  private withoutHopeless(batch: readonly Atom[]): Atom[] {
    return batch.filter((atom) => {
      const refused = atom
        .map((change) => this.uncreated.get(keyText(change.key)))
        .find((each) => each !== undefined);
      if (refused === undefined) return true;
      this.record(atom, refused);
      return false;
    });
  }

  private record(changes: readonly Change[], outcome: Outcome): void {
    for (const change of changes) {
      this.outcomes.push({ change, outcome });
      if (outcome.result === 'refused' && change.type === 'createObject')
        this.uncreated.set(keyText(change.key), outcome);
    }
  }
}
