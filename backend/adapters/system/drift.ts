/** Tells which keys may have changed behind our back, in the words of rounds. */
import type { KeyText } from '../../model/identity.ts';

export type DriftListener = (keys: readonly KeyText[] | 'all', at: number) => void;

/** `Name` is what the adapter knows its objects by. */
export class Drift<Name> {
  readonly #keyOf: (name: Name) => KeyText;
  readonly #listeners: DriftListener[] = [];

  constructor(keyOf: (name: Name) => KeyText) {
    this.#keyOf = keyOf;
  }

  onDrift(listener: DriftListener): void {
    this.#listeners.push(listener);
  }

  of(names: Iterable<Name>, at: number): void {
    const keys = [...new Set(names)].map(this.#keyOf);
    if (keys.length > 0) for (const listener of this.#listeners) listener(keys, at);
  }

  all(at: number): void {
    for (const listener of this.#listeners) listener('all', at);
  }
}
