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
 *     paused meanwhile, or another fabric answers         nothing is sent: unknown, by the gate of the session
 */
import type { Batch, Outcome } from '../../model/outcome.ts';
import type { Change } from '../../model/plan.ts';
import { describeProblem, problem, type Problem } from '../../model/problems.ts';
import { Held } from '../system/gate.ts';
import { isClearNo, problemOfFailure } from './apic-error.ts';
import { compose, type Composition, type Resolves } from './composition.ts';
import type { Counters } from './counters.ts';
import type { Dn } from './dn.ts';
import type { Mirror } from './mirror.ts';
import { checkOwnership, type Verdicts } from './ownership-check.ts';
import type { Patch } from './patch.ts';
import { knownDn } from './place.ts';
import type { Query } from './query.ts';
import type { Session } from './session.ts';
import { requestOf } from './write-tree.ts';

export interface WriterOptions {
  readonly session: Pick<Session, 'request'>;
  readonly query: Pick<Query, 'read'>;
  readonly mirror: Mirror;
  readonly instance: string;
  readonly counters: Counters;
  readonly timeoutMs: number;
  readonly resolves: Resolves;
  /** These are about to be written: what is notified of them may be the echo. */
  readonly onSending: (dns: ReadonlySet<Dn>) => void;
}

export interface Written {
  readonly outcome: Outcome;
  /** Nothing was sent, for a reason that is not of the batch. */
  readonly isHeld: boolean;
  /** Every object that the batch is about, companions included. */
  readonly touched: ReadonlySet<Dn>;
  /** Others that may now be what they could not. */
  readonly freed: readonly Dn[];
}

function outcomeOf(thrown: unknown): Outcome {
  const said = problemOfFailure(thrown);
  if (thrown instanceof Held) return { result: 'unknown', problem: said };
  if (isClearNo(thrown)) return { result: 'refused', problem: said };
  return { result: 'unknown', problem: problem('fabric.unknown-outcome', describeProblem(said)) };
}

export class Writer {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async write({ changes }: Batch, signal: AbortSignal): Promise<Written> {
    const touched = new Set<Dn>();
    const freed: Dn[] = [];
    let isHeld = false;
    const outcome = await this.#write(changes, { signal, touched, freed }).catch((thrown: unknown) => {
      isHeld = thrown instanceof Held;
      return outcomeOf(thrown);
    });
    return { outcome, isHeld, touched, freed };
  }

  async #write(changes: readonly Change[], run: Run): Promise<Outcome> {
    const { mirror, query, instance, resolves, onSending } = this.#options;
    const surroundings = { instance, get: mirror.get.bind(mirror), referrers: mirror.referrers.bind(mirror) };
    const composition = compose(changes, surroundings, resolves);
    for (const dn of composition.after.keys()) run.touched.add(dn);
    const verdicts = await checkOwnership(query, instance, composition, run.signal);
    const refused = verdicts.lost[0]?.problem ?? this.#usedElsewhere(composition);
    if (refused !== undefined) return { result: 'refused', problem: refused };
    onSending(run.touched);
    await this.#send(patchesToSend(composition, verdicts), run.signal);
    run.freed.push(...this.#show(composition, verdicts));
    return { result: 'accepted' };
  }

  /** An object that another one refers to is not deleted under it. */
  #usedElsewhere({ patches, after }: Composition): Problem | undefined {
    const { mirror } = this.#options;
    for (const { type, key } of patches.keys()) {
      if (type !== 'deleteObject') continue;
      const dn = knownDn(key);
      const user = mirror.referrers(dn).find((other) => {
        const record = after.has(other) ? after.get(other) : mirror.get(other);
        return record?.references.has(dn) === true;
      });
      if (user !== undefined) return problem('object.in-use', `${user} refers to it`);
    }
    return undefined;
  }

  async #send(patches: readonly Patch[], signal: AbortSignal): Promise<void> {
    const { session, counters, timeoutMs } = this.#options;
    if (patches.length === 0) return;
    counters.writes += 1;
    await session.request({ method: 'POST', ...requestOf(patches), timeoutMs }, signal);
  }

  /** The mirror as the APIC has it now; we know how it reads back what we sent. */
  #show({ after, departing }: Composition, verdicts: Verdicts): readonly Dn[] {
    const { mirror } = this.#options;
    const staying = new Set(departing.map(({ dn }) => dn));
    for (const { dn } of verdicts.departing) staying.delete(dn);
    const freed: Dn[] = [];
    for (const [dn, record] of after) if (!staying.has(dn)) freed.push(...mirror.write(dn, record));
    return freed.filter((dn) => !after.has(dn));
  }
}

interface Run {
  readonly signal: AbortSignal;
  readonly touched: Set<Dn>;
  readonly freed: Dn[];
}

function patchesToSend({ patches, arriving }: Composition, { gone, departing }: Verdicts): readonly Patch[] {
  const left = [...patches].filter(([change]) => !gone.has(change)).flatMap(([, own]) => own);
  return [...left, ...arriving, ...departing];
}
