/** Which rounds are worth a line: those that did something, and a failure once, not each time that it is met again. */
import type { RunReport } from '../../model/run-report.ts';

/** A failure that lasts has a line so often. */
const againAfterMs = 3_600_000;

export class Failures {
  readonly #last = new Map<string, { readonly text: string; readonly at: number }>();

  isWorthALine({ system, outcomes, problem, finishedAt }: RunReport): boolean {
    const last = this.#last.get(system);
    if (problem === undefined) {
      this.#last.delete(system);
      return outcomes.length > 0;
    }
    const text = `${problem.code} ${problem.detail}`;
    const isOld = last?.text === text && finishedAt - last.at < againAfterMs;
    if (!isOld) this.#last.set(system, { text, at: finishedAt });
    return outcomes.length > 0 || !isOld;
  }
}
