/**
 * Keeps costly work from piling up: so many at once, so many waiting, and whoever comes beyond is turned away.
 */
import { ProblemError, type ProblemCode } from '../model/problems.ts';

export interface GateOptions {
  readonly atOnce: number;
  readonly waiting: number;
  /** What is thrown at whoever is turned away. */
  readonly refusal: { readonly code: ProblemCode; readonly detail: string };
}

export class Gate {
  readonly #options: GateOptions;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  async through<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    const { atOnce, waiting, refusal } = this.#options;
    if (this.#running < atOnce) {
      this.#running += 1;
      return;
    }
    if (this.#queue.length >= waiting) throw new ProblemError(refusal.code, refusal.detail);
    await new Promise<void>((enter) => this.#queue.push(enter));
  }

  /** The place goes to who waits longest, without being free in between. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
