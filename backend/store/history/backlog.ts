/**
 * What waits to be written, within a bound. Beyond it the oldest is given up, acts of people last; how much was given up is
 * counted, so that it can be said. Rows of a report are made when they are sent, a few at a time: taking one down costs nothing.
 */
import type { Entry } from './messages.ts';

/** Several entries that come together. */
export interface Sheaf {
  readonly size: number;
  entry(index: number): Entry;
  /** A part of it means nothing. */
  readonly whole?: boolean;
}

interface Waiting extends Sheaf {
  /** Entries of it that are sent or given up. */
  done: number;
}

export class Backlog {
  readonly #limit: number;
  readonly #acts: Waiting[] = [];
  readonly #rest: Waiting[] = [];
  #waiting = 0;
  #lost = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Entries given up since `takeLost`. */
  get lost(): number {
    return this.#lost;
  }

  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  addAct(entry: Entry): void {
    this.#add(this.#acts, { size: 1, entry: () => entry });
  }

  add(sheaf: Sheaf): void {
    if (sheaf.size > 0) this.#add(this.#rest, sheaf);
  }

  /** Takes out up to `count` entries, acts first. */
  take(count: number): Entry[] {
    const entries: Entry[] = [];
    for (const queue of [this.#acts, this.#rest])
      for (let first = queue[0]; first !== undefined && entries.length < count; first = queue[0]) {
        entries.push(first.entry(first.done));
        this.#pass(queue, first, 1);
      }
    return entries;
  }

  #add(queue: Waiting[], sheaf: Sheaf): void {
    queue.push({
      size: sheaf.size,
      entry: (index) => sheaf.entry(index),
      whole: sheaf.whole ?? false,
      done: 0,
    });
    this.#waiting += sheaf.size;
    while (this.#waiting > this.#limit) this.#giveUp();
  }

  #giveUp(): void {
    const queue = this.#rest.length > 0 ? this.#rest : this.#acts;
    const first = queue[0];
    if (first === undefined) return;
    const left = first.size - first.done;
    const count = first.whole === true ? left : Math.min(left, this.#waiting - this.#limit);
    this.#lost += count;
    this.#pass(queue, first, count);
  }

  #pass(queue: Waiting[], first: Waiting, count: number): void {
    first.done += count;
    this.#waiting -= count;
    if (first.done === first.size) queue.shift();
  }
}
