/**
 * The only place that changes a device. In: a batch, which is one change, or a few that belong together, one after the other. Out: its
 * outcome, and a mirror that shows what was accepted.
 *
 *     what happens                                     outcome
 *     200                                              accepted
 *     JSON with a clear no (400, 403, 404, 406, 409)   refused, with the device's own text
 *     JSON 503: another task is at work                tried again a few times; then refused
 *     401, also after a new login                      refused
 *     404 for what is known to be there                unknown: a device that restarted says so of everything
 *     500, HTML, time-out, connection lost             unknown: it may have been applied
 *     what is to be removed is not ours any more       nothing is sent: refused
 *     what is to be removed is gone                    accepted
 *     the device as a whole is not known               nothing is sent: unknown, by the System
 *     paused meanwhile, or another device answers      nothing is sent: unknown, by the gate of the session
 */
import type { Batch, Outcome } from '../../model/outcome.ts';
import type { Change } from '../../model/plan.ts';
import { describeProblem, problem, ProblemError, type Problem } from '../../model/problems.ts';
import { Held } from '../system/gate.ts';
import { isAbsence, isClearNo, isTaskActive, problemOfFailure } from './bigip-error.ts';
import type { BigIpRequest } from './exchange.ts';
import { MemberWrites } from './member-writes.ts';
import { PoolWrites } from './pool-writes.ts';
import type { Parts, WriterOptions } from './write-parts.ts';

/** Between tries while another task is at work. */
const pausesMs = [1000, 3000, 6000];

export class Writer {
  readonly #options: WriterOptions;
  readonly #members: MemberWrites;
  readonly #pools: PoolWrites;

  constructor(options: WriterOptions) {
    this.#options = options;
    const parts: Parts = { ...options, send: (request, signal) => this.#send(request, signal) };
    this.#members = new MemberWrites(parts);
    this.#pools = new PoolWrites(parts);
  }

  async write({ changes }: Batch, signal: AbortSignal): Promise<Outcome> {
    const { mirror } = this.#options;
    for (const change of changes) {
      const { name } = change.key;
      mirror.touch(name);
      try {
        await this.#one(change, signal);
      } catch (thrown) {
        return this.#failed(name, thrown);
      } finally {
        mirror.touch(name);
      }
    }
    return { result: 'accepted' };
  }

  #one(change: Change, signal: AbortSignal): Promise<void> {
    switch (change.type) {
      case 'createObject':
        return this.#pools.create(change, signal);
      case 'updateObject':
        return this.#pools.update(change, signal);
      case 'deleteObject':
        return this.#pools.delete(change, signal);
      case 'addItem':
        return this.#members.add(change, signal);
      case 'updateItem':
        return this.#members.update(change, signal);
      case 'removeItem':
        return this.#members.remove(change, signal);
    }
  }

  #failed(name: string, thrown: unknown): Outcome {
    const { mirror } = this.#options;
    const said = problemOfFailure(thrown);
    if (thrown instanceof Held) return { result: 'unknown', problem: said };
    if (isRefusal(thrown)) {
      // A clear no may mean that the mirror is behind.
      mirror.suspect(name);
      return { result: 'refused', problem: said };
    }
    const why = unknownOutcome(said);
    mirror.unknown(name, why);
    return { result: 'unknown', problem: why };
  }

  /** While another task is at work nothing is done, so it is tried again. */
  async #send(request: BigIpRequest, signal: AbortSignal): Promise<void> {
    for (const pauseMs of pausesMs) {
      try {
        await this.#sendOnce(request, signal);
        return;
      } catch (thrown) {
        if (!isTaskActive(thrown)) throw thrown;
      }
      await this.#options.clock.sleep(pauseMs, signal);
    }
    await this.#sendOnce(request, signal);
  }

  async #sendOnce(request: BigIpRequest, signal: AbortSignal): Promise<void> {
    const { session, counters, onWritten } = this.#options;
    counters.writes += 1;
    try {
      await session.request(request, signal);
      onWritten();
    } catch (thrown) {
      // It may have been applied: then it is to be saved, too.
      if (!isClearNo(thrown)) onWritten();
      throw thrown;
    }
  }
}

/** Said by us before anything was sent, or clearly by the device. */
function isRefusal(thrown: unknown): boolean {
  if (thrown instanceof ProblemError) return refusals.has(thrown.problem.code);
  return isClearNo(thrown) && !isAbsence(thrown);
}

const refusals: ReadonlySet<string> = new Set([
  'mark.lost',
  'object.foreign',
  'object.in-use',
  'pool.refused',
  'pool.address-elsewhere',
  'loadBalancer.unauthorized',
  'loadBalancer.too-many-tokens',
]);

function unknownOutcome(said: Problem): Problem {
  if (said.code === 'loadBalancer.unknown-outcome') return said;
  return problem('loadBalancer.unknown-outcome', describeProblem(said));
}
