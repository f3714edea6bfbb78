/**
 * The only place that changes a fabric. In: a batch of changes. Out: its outcome, and on `accepted` a mirror that shows it.
 *
 *     what happens                                        outcome
 *     200                                                 accepted
 *     a JSON error                                        refused, with the APIC's own code and text (103: it is there already)
 *     403, also after a new login                         refused (fabric.forbidden)
 *     5xx, HTML, time-out, connection lost                unknown: it may have been applied
 *     200, and a mirror that cannot show it               unknown
 *     something to remove is not ours any more            nothing is sent: refused, so that the batch is split until that
 *                                                         change stands alone and the rest goes through
 *     something to remove is gone already                 left out; the rest is sent
 */
import type { Batch, Outcome } from '../../model/outcome.ts';
import type { Change } from '../../model/plan.ts';
import { describeProblem, problem, type Problem } from '../../model/problems.ts';
import { isClearNo, problemOfFailure } from './apic-error.ts';
import type { Codec } from './codec/codec.ts';
import type { Counters } from './counters.ts';
import type { Mirror } from './mirror.ts';
import { checkOwnership } from './ownership-check.ts';
import type { Query } from './query.ts';
import type { Session } from './session.ts';
import { afterWrite, byName, requestOf, type Resolves } from './write-tree.ts';

export interface WriterOptions {
  readonly session: Pick<Session, 'request'>;
  readonly query: Pick<Query, 'read'>;
  readonly mirror: Mirror;
  readonly codec: Codec;
  readonly counters: Counters;
  readonly timeoutMs: number;
  readonly resolves: (name: string, itemKind: string, itemName: string) => boolean;
}

export interface Written {
  readonly outcome: Outcome;
  /** Names of others that may now do what they could not. */
  readonly freed: readonly string[];
}

function outcomeOf(thrown: unknown): Outcome {
  const said = problemOfFailure(thrown);
  if (isClearNo(thrown)) return { result: 'refused', problem: said };
  return { result: 'unknown', problem: problem('fabric.unknown-outcome', describeProblem(said)) };
}

function refusal(why: Problem): Written {
  return { outcome: { result: 'refused', problem: why }, freed: [] };
}

export class Writer {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async write({ changes }: Batch, signal: AbortSignal): Promise<Written> {
    const spelled = changes.map((change) => this.#asSpelled(change));
    try {
      const { gone, lost } = await checkOwnership(this.#options, spelled, signal);
      const [first] = lost;
      if (first !== undefined) return refusal(first.problem);
      const used = this.#usedElsewhere(changes);
      if (used !== undefined) return refusal(used);
      const rest = spelled.filter((change) => !gone.has(change));
      if (rest.length > 0) await this.#send(rest, signal);
      return { outcome: { result: 'accepted' }, freed: this.#show(changes) };
    } catch (thrown) {
      return { outcome: outcomeOf(thrown), freed: [] };
    }
  }

  /** With the name that the item has on the fabric, which is not always the canonical one. */
  #asSpelled(change: Change): Change {
    if (change.type !== 'removeItem' && change.type !== 'updateItem') return change;
    const id = change.type === 'removeItem' ? change.item : change.item.id;
    const name = this.#options.mirror.get(change.key.name)?.items.get(id)?.spelling;
    if (name === undefined) return change;
    if (change.type === 'removeItem') return { ...change, itemName: name };
    return { ...change, item: { ...change.item, name } };
  }

  /** An object that another one inherits from is not deleted under it. */
  #usedElsewhere(changes: readonly Change[]): Problem | undefined {
    const { codec, mirror } = this.#options;
    const leaving = new Set(
      changes.filter((each) => each.type === 'deleteObject').map((each) => each.key.name),
    );
    for (const name of leaving) {
      const heir = mirror.heirs(codec.dnOf(name) ?? '').find((other) => !leaving.has(other));
      if (heir === undefined) continue;
      return problem('object.in-use', `${heir} inherits contracts from it`);
    }
    return undefined;
  }

  async #send(changes: readonly Change[], signal: AbortSignal): Promise<void> {
    const { session, codec, counters, timeoutMs } = this.#options;
    const { path, body } = requestOf(codec, changes);
    counters.writes += 1;
    await session.request({ method: 'POST', path, body, timeoutMs }, signal);
  }

  /** The mirror as the APIC has it now; we know how it reads back what we sent. */
  #show(changes: readonly Change[]): readonly string[] {
    const { codec, mirror } = this.#options;
    const groups = byName(changes);
    const freed: string[] = [];
    for (const [name, own] of groups) {
      const resolves: Resolves = (kind, item) => this.#options.resolves(name, kind, item);
      freed.push(...mirror.write(name, afterWrite(codec, mirror.get(name), own, resolves)));
    }
    return freed.filter((name) => !groups.has(name));
  }
}
