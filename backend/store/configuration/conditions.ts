/** Whether a writer has seen what it is about to replace. */
import type { Condition } from '../../api/ports.ts';
import { ProblemError } from '../../model/problems.ts';
import type { Change } from './written.ts';

export interface Standing {
  /** `mapping shop`. */
  readonly what: string;
  /** undefined: it is not there. */
  readonly tag: string | undefined;
  /** Who changed it last, or removed it; undefined: it never was. */
  readonly change: Change | undefined;
}

/** Throws `config.condition`, `config.changed`, or `request.not-found` for what never was. */
export function checkCondition(condition: Condition, { what, tag, change }: Standing): void {
  if (condition === undefined) throw new ProblemError('config.condition', what);
  if ('absent' in condition) {
    if (tag === undefined) return;
    throw new ProblemError('config.changed', `${what} is there already${lastly('saved', change)}`);
  }
  if (condition.tag === tag) return;
  if (tag !== undefined) throw new ProblemError('config.changed', `${what}${lastly('saved', change)}`);
  if (change === undefined) throw new ProblemError('request.not-found', what);
  throw new ProblemError(
    'config.changed',
    `${what} is not there any more${lastly('removed or renamed', change)}`,
  );
}

function lastly(verb: string, change: Change | undefined): string {
  return change === undefined ? '' : `: ${verb} by ${change.by} at ${new Date(change.at).toISOString()}`;
}
