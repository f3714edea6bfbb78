/**
 * What one round did, for status, history, metrics and live notifications.
 */
import type { SystemName, KeyText } from './identity.ts';
import type { ChangeOutcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './problems.ts';

export interface RunReport {
  /** Unique in this process; in every log line of the run. */
  readonly run: number;
  readonly system: SystemName;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly keys: readonly KeyText[];
  /** Earliest arrival of a notification that this round answers; undefined when it answers none. */
  readonly causedAt: number | undefined;
  readonly plan: Plan;
  readonly outcomes: readonly ChangeOutcome[];
  readonly requests: number;
  /** Set when the round stopped before planning or writing. */
  readonly problem: Problem | undefined;
}
