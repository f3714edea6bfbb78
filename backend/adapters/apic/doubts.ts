/** Names whose record is not certain: notified of a change, or not readable. And which containers were read in full. */
import { problem, type Problem } from '../../model/problems.ts';

const notRead = 'its L3Out has not been read yet';

export class Doubts {
  readonly #names = new Map<string, Problem | undefined>();
  readonly #containers = new Set<string>();

  /** Something changed: what was last known stands until it is read again. */
  notified(name: string): void {
    if (!this.#names.has(name)) this.#names.set(name, undefined);
  }

  /** Nothing can be said until it has been read. */
  unknown(name: string, reason: Problem): void {
    this.#names.set(name, reason);
  }

  /**
   * These were read; those that something happened to meanwhile are known, and still to be read again. Answers names of which
   * nothing could be said before: whoever asked meanwhile was given no answer.
   */
  read(covers: (name: string) => boolean, unsettled: (name: string) => boolean): readonly string[] {
    const answerable: string[] = [];
    for (const [name, reason] of this.#names) {
      if (!covers(name)) continue;
      if (reason !== undefined) answerable.push(name);
      if (unsettled(name)) this.#names.set(name, undefined);
      else this.#names.delete(name);
    }
    return answerable;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  problem(name: string, container: string): Problem | undefined {
    if (!this.#containers.has(container)) return problem('fabric.incomplete', notRead);
    return this.#names.get(name);
  }

  isRead(container: string): boolean {
    return this.#containers.has(container);
  }

  containerRead(container: string): void {
    this.#containers.add(container);
  }

  /** A full read read these containers, and no others. */
  containersRead(containers: readonly string[]): void {
    this.#containers.clear();
    for (const container of containers) this.#containers.add(container);
  }
}
