/** Tells which pools may have changed behind our back, in the words of rounds. */
import { keyText, type KeyText, type SystemName } from '../../model/identity.ts';

export type DriftListener = (keys: readonly KeyText[] | 'all', at: number) => void;

export class Drift {
  readonly #system: SystemName;
  readonly #listeners: DriftListener[] = [];

  constructor(system: SystemName) {
    this.#system = system;
  }

  onDrift(listener: DriftListener): void {
    this.#listeners.push(listener);
  }

  names(names: Iterable<string>, at: number): void {
    const keys = [...new Set(names)].map((name) => keyText({ system: this.#system, kind: 'pool', name }));
    if (keys.length > 0) for (const listener of this.#listeners) listener(keys, at);
  }

  all(at: number): void {
    for (const listener of this.#listeners) listener('all', at);
  }
}
