/**
 * What became of a batch. `unknown` means that the reply was lost or was not the system's own: read again first.
 */
import type { Change } from './plan.ts';
import type { Problem } from './problems.ts';

export type Outcome =
  | { readonly result: 'accepted' }
  /** The system said a clear no; the text is its own. */
  | { readonly result: 'refused'; readonly problem: Problem }
  | { readonly result: 'unknown'; readonly problem: Problem };

/** Changes sent in one request. */
export interface Batch {
  readonly changes: readonly Change[];
}

export interface ChangeOutcome {
  readonly change: Change;
  readonly outcome: Outcome;
}
