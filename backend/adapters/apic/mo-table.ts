/**
 * Objects by DN with the few attributes that are followed of their class, and the question whether a notification tells
 * anything new about them.
 */
import type { Mo } from './mo.ts';

/** Which attributes of which class are followed; a class that is not named has none, and only its presence counts. */
export type Followed = Readonly<Record<string, readonly string[]>>;

/** What a notification says of an object: it is there (all of it, or what changed), or it is gone. */
export function isDeletion(notice: Mo): boolean {
  return notice.attributes['status'] === 'deleted';
}

export class MoTable {
  readonly #followed: Followed;
  readonly #byDn = new Map<string, Mo>();

  constructor(followed: Followed, mos: Iterable<Mo> = []) {
    this.#followed = followed;
    for (const mo of mos) this.#byDn.set(mo.dn, mo);
  }

  get size(): number {
    return this.#byDn.size;
  }

  has(dn: string): boolean {
    return this.#byDn.has(dn);
  }

  get(dn: string): Mo | undefined {
    return this.#byDn.get(dn);
  }

  values(): Iterable<Mo> {
    return this.#byDn.values();
  }

  set(mo: Mo): void {
    this.#byDn.set(mo.dn, mo);
  }

  delete(dn: string): void {
    this.#byDn.delete(dn);
  }

  /** Whether the notification says nothing that is not known. */
  agrees(notice: Mo): boolean {
    const known = this.#byDn.get(notice.dn);
    if (isDeletion(notice)) return known === undefined;
    return known !== undefined && this.#sameAttributes(known, notice);
  }

  equals(other: MoTable): boolean {
    if (this.size !== other.size) return false;
    return this.#byDn.values().every((mo) => {
      const theirs = other.get(mo.dn);
      return theirs !== undefined && this.#sameAttributes(mo, theirs);
    });
  }

  copy(): MoTable {
    return new MoTable(this.#followed, this.values());
  }

  /**
   * Of the followed attributes, those that `notice` has. The state of a relation that was only just created says nothing: it is
   * resolved a moment later, and notified then.
   */
  #sameAttributes(known: Mo, notice: Mo): boolean {
    const followed = this.#followed[known.className] ?? [];
    const isNew = notice.attributes['status'] === 'created';
    return followed.every((name) => {
      if (isNew && name === 'state') return true;
      const said = notice.attributes[name];
      return said === undefined || said === known.attributes[name];
    });
  }
}
