/**
 * Which of two reads of one part is the newer one. Reads are numbered as they begin: what began later has seen more, whenever it is
 * answered. A read may cover many parts.
 */
export class ReadOrder<Part> {
  #begun = 0;
  /** The read that a part was last taken from. */
  readonly #taken = new Map<Part, number>();
  /** The last read that had begun when a part was noticed. */
  readonly #noticed = new Map<Part, number>();

  /** Called just before the question is sent. */
  begin(): number {
    this.#begun += 1;
    return this.#begun;
  }

  /** A notification says something of the part. */
  notice(part: Part): void {
    this.#noticed.set(part, this.#begun);
  }

  /** false: what is known of the part is newer. */
  take(part: Part, read: number): boolean {
    if ((this.#taken.get(part) ?? 0) > read) return false;
    this.#taken.set(part, read);
    return true;
  }

  /** The part was noticed since the read began: it may have been answered before that. */
  mayBeBehind(part: Part, read: number): boolean {
    return (this.#noticed.get(part) ?? 0) >= read;
  }
}
