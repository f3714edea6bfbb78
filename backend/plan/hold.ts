import type { HoldReason } from '../model/plan.ts';

/** Why a change does not go now. */
export interface Hold {
  readonly hold: HoldReason;
  readonly detail: string;
}
