import type { Hands } from './hands.ts';
import type { AdminStage } from './stage.ts';
import type { Visitor } from './visitor.ts';

/** Where the story is played, who plays it, and with what. */
export interface Played {
  readonly stage: AdminStage;
  readonly visitor: Visitor;
  readonly hands: Hands;
}
