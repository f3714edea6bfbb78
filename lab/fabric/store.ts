/** The object tree and the only way to change it: a transaction that is committed whole or not at all. */
import type { LabClock } from '../clock.ts';
import { Tree } from './model/mo.ts';
import type { RuleSettings } from './write/rules.ts';
import { Transaction, type Author, type Change } from './write/transaction.ts';

export interface Commit {
  readonly author: Author;
  readonly changes: readonly Change[];
  /** When, in the fabric's time. */
  readonly at: number;
}

export type CommitListener = (commit: Commit) => void;

/** The fabric itself: leaves, relation resolution, what is there from the start. */
export const fabricAuthor: Author = { user: 'system', uid: '0', system: true, sessionId: '' };
/** A person at the keyboard of the simulator, who needs no session and may write anything. */
export const personAuthor: Author = { user: 'person', uid: '15374', system: true, sessionId: '' };

export class Store {
  readonly tree = new Tree();
  readonly #clock: LabClock;
  readonly #rules: RuleSettings;
  readonly #listeners: CommitListener[] = [];

  constructor(clock: LabClock, rules: RuleSettings) {
    this.#clock = clock;
    this.#rules = rules;
  }

  onCommit(listener: CommitListener): void {
    this.#listeners.push(listener);
  }

  commit(author: Author, work: (transaction: Transaction) => void): readonly Change[] {
    const at = this.#clock.now();
    const transaction = new Transaction(this.tree, author, at);
    let changes: readonly Change[];
    try {
      work(transaction);
      changes = transaction.finish(this.#rules);
    } catch (error) {
      transaction.rollback();
      throw error;
    }
    if (changes.length > 0) for (const listener of this.#listeners) listener({ author, changes, at });
    return changes;
  }
}
