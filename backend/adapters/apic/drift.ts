/** Tells which keys may have changed behind our back, in the words of rounds. */
import { keyText, type KeyText, type SystemName, type TargetKind } from '../../model/identity.ts';

export type DriftListener = (keys: readonly KeyText[] | 'all', at: number) => void;

export class Drift {
  readonly #of: { readonly system: SystemName; readonly kind: TargetKind };
  readonly #listeners: DriftListener[] = [];

  constructor(of: { readonly system: SystemName; readonly kind: TargetKind }) {
    this.#of = of;
  }

  onDrift(listener: DriftListener): void {
    this.#listeners.push(listener);
  }

  names(names: Iterable<string>, at: number): void {
    const keys = [...new Set(names)].map((name) => keyText({ ...this.#of, name }));
    if (keys.length > 0) for (const listener of this.#listeners) listener(keys, at);
  }

  all(at: number): void {
    for (const listener of this.#listeners) listener('all', at);
  }
}
