/**
 * How many event streams are open at once, in all and of each person; more would only wait for each other, and one person is not to
 * take those of all.
 */
import { ProblemError } from '../model/problems.ts';

const mostInAll = 200;
const mostOfOne = 20;

export class OpenStreams {
  readonly #open = new Map<string, number>();

  /** Counts one more, until what it answers is called. Throws `request.too-many`. */
  enter(who: string): () => void {
    if (this.#of(who) >= mostOfOne) throw tooMany(`${mostOfOne} streams of yours are open`);
    if (this.#inAll() >= mostInAll) throw tooMany(`${mostInAll} streams are open`);
    this.#count(who, 1);
    return () => this.#count(who, -1);
  }

  #of(who: string): number {
    return this.#open.get(who) ?? 0;
  }

  #inAll(): number {
    return [...this.#open.values()].reduce((sum, count) => sum + count, 0);
  }

  #count(who: string, by: 1 | -1): void {
    const count = this.#of(who) + by;
    if (count === 0) this.#open.delete(who);
    else this.#open.set(who, count);
  }
}

function tooMany(detail: string): ProblemError {
  return new ProblemError('request.too-many', `${detail}; ask without a stream`);
}
