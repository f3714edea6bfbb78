import type { Faults } from './faults.ts';
import type { Watches } from './watches.ts';
import type { World } from './world.ts';

/** A world with what is needed to show it. */
export interface Served {
  readonly world: World;
  readonly watches: Watches;
  readonly faults: Faults;
  readonly streamingList: boolean;
  /** Counts watch events of a watch that has ended. */
  sent(events: number): void;
}
