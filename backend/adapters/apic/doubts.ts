/** Objects whose record is not certain: notified of a change, or not readable. And which containers were read in full. */
import { problem, type Problem } from '../../model/problems.ts';
import { containerOf } from './place.ts';
import type { Dn } from './dn.ts';

const notRead = 'what lies beside it has not been read yet';

export class Doubts {
  readonly #objects = new Map<Dn, Problem | undefined>();
  readonly #containers = new Set<Dn>();

  /** Something changed: what was last known stands until it is read again. */
  notified(dn: Dn): void {
    if (!this.#objects.has(dn)) this.#objects.set(dn, undefined);
  }

  /** Nothing can be said until it has been read. */
  unknown(dn: Dn, reason: Problem): void {
    this.#objects.set(dn, reason);
  }

  /**
   * These were read; those that something happened to meanwhile are known, and still to be read again. Answers those of which
   * nothing could be said before: whoever asked meanwhile was given no answer.
   */
  read(covers: (dn: Dn) => boolean, unsettled: (dn: Dn) => boolean): readonly Dn[] {
    const answerable: Dn[] = [];
    for (const [dn, reason] of this.#objects) {
      if (!covers(dn)) continue;
      if (reason !== undefined) answerable.push(dn);
      if (unsettled(dn)) this.#objects.set(dn, undefined);
      else this.#objects.delete(dn);
    }
    return answerable;
  }

  all(): readonly Dn[] {
    return [...this.#objects.keys()];
  }

  has(dn: Dn): boolean {
    return this.#objects.has(dn);
  }

  problem(dn: Dn): Problem | undefined {
    if (!this.#containers.has(containerOf(dn))) return problem('fabric.incomplete', notRead);
    return this.#objects.get(dn);
  }

  isRead(container: Dn): boolean {
    return this.#containers.has(container);
  }

  containerRead(container: Dn): void {
    this.#containers.add(container);
  }

  /** A full read read these containers, and no others. */
  containersRead(containers: readonly Dn[]): void {
    this.#containers.clear();
    for (const container of containers) this.#containers.add(container);
  }
}
