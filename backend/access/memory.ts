/** What the store holds, read once. What could not be saved has not happened. */
import type { AccessRecord, AccessStore } from './ports.ts';

export class AccessMemory {
  readonly #store: AccessStore;
  #record: AccessRecord;

  constructor(store: AccessStore) {
    this.#store = store;
    this.#record = store.load();
  }

  get record(): AccessRecord {
    return this.#record;
  }

  /** Throws `store.unwritable`. */
  save(record: AccessRecord): void {
    this.#store.save(record);
    this.#record = record;
  }
}
