/** A step of the story. It is level: it says what is true in the end, not how it came about. */
import type { Stage } from './stage.ts';

export interface Step {
  readonly title: string;
  /** Waits for what the steps before it are still writing: it is not counted among its own. */
  prepare?(stage: Stage): Promise<void>;
  act(stage: Stage): void | Promise<void>;
  /** What is seen when the step has come true; undefined while it has not. */
  see(stage: Stage): string | undefined | Promise<string | undefined>;
  /** What must stay true for this long after it was first seen, in milliseconds. */
  readonly lasts?: number;
}
