/** Backends whose record is not certain. A reason: nothing can be said of it until it has been read. */
import type { Problem } from '../../model/problems.ts';

export class Doubts {
  readonly #names = new Map<string, Problem | undefined>();

  /** What was last known stands until it is read again. */
  uncertain(name: string): void {
    if (!this.#names.has(name)) this.#names.set(name, undefined);
  }

  unknown(name: string, reason: Problem): void {
    this.#names.set(name, reason);
  }

  /** It was read. */
  settle(name: string): void {
    this.#names.delete(name);
  }

  clear(): void {
    this.#names.clear();
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  problem(name: string): Problem | undefined {
    return this.#names.get(name);
  }
}
