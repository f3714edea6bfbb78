/** Tells which keys may have changed behind our back, in the words of rounds. */
import type { KeyText, SystemName } from '../../model/identity.ts';
import type { Dn } from './dn.ts';
import { keyTextOf } from './place.ts';

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

  of(dns: Iterable<Dn>, at: number): void {
    const keys = [...new Set(dns)].map((dn) => keyTextOf(this.#system, dn));
    if (keys.length > 0) for (const listener of this.#listeners) listener(keys, at);
  }

  all(at: number): void {
    for (const listener of this.#listeners) listener('all', at);
  }
}
