/**
 * Who must act: `transient` we retry; `terminal` an edit is needed, here or on the far side; `unsafe` a person decides; `bug` ours.
 */
export type ProblemKind = 'transient' | 'terminal' | 'unsafe' | 'bug';

export interface Row {
  readonly kind: ProblemKind;
  /** HTTP. */
  readonly status: number;
  readonly title: string;
  /** What to do next, for the person who reads it. */
  readonly next: string;
}
