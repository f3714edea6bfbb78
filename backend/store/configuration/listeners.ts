/** Who is told of another document, and of another list of problems. */
import type { Document } from '../../model/mapping.ts';
import type { ConfigurationLog } from './live-configuration.ts';
import { problemOf, type Problem } from '../../model/problems.ts';

export class Listeners {
  readonly #ofChanges: ((document: Document) => Promise<void>)[] = [];
  readonly #ofProblems: (() => void)[] = [];
  #lastProblems = '[]';

  onChange(listener: (document: Document) => Promise<void>): void {
    this.#ofChanges.push(listener);
  }

  onProblem(listener: () => void): void {
    this.#ofProblems.push(listener);
  }

  /** One after another; each is told although one before it failed. Resolves to why the first failed. */
  async changed(document: Document): Promise<Problem | undefined> {
    let failure: Problem | undefined;
    for (const listener of this.#ofChanges) {
      try {
        await listener(document);
      } catch (error) {
        failure ??= problemOf(error);
      }
    }
    return failure;
  }

  /** Nobody is told of the list that is known already. Told from timers, too: what a listener throws ends nothing, and is logged. */
  problems(now: readonly Problem[], log: Pick<ConfigurationLog, 'error'>): void {
    const text = JSON.stringify(now);
    if (text === this.#lastProblems) return;
    this.#lastProblems = text;
    for (const listener of this.#ofProblems) {
      try {
        listener();
      } catch (error) {
        const { code, detail } = problemOf(error);
        log.error({ code, detail }, 'what is wrong with the configuration could not be told');
      }
    }
  }
}
