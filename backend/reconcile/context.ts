/**
 * What the stages of a round work with, for one system.
 */
import type { Write } from '../apply/decorators.ts';
import type { System } from '../apply/ports.ts';
import type { Clock } from '../model/clock.ts';
import type { MappingName } from '../model/identity.ts';
import type { Document } from '../model/mapping.ts';
import type { Plan } from '../model/plan.ts';
import type { RunReport } from '../model/run-report.ts';
import type { PlanInput } from '../plan/ports.ts';
import type { UnexplainedRemoval } from './inquiry.ts';
import type { Memory } from './memory.ts';
import type { DesiredState, Ledger } from './ports.ts';
import type { DirtyKeys } from './queue.ts';
import type { StoredTime } from './stored-time.ts';

export interface RoundContext {
  readonly system: System;
  /** The decorated choke point. */
  readonly write: Write;
  readonly desired: DesiredState;
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly queue: DirtyKeys;
  readonly clock: Clock;
  /** For what is stored, and judged by stored times. */
  readonly storedTime: StoredTime;
  readonly document: () => Document;
  readonly makePlan: (input: PlanInput) => Plan;
  /** Mappings that had a recorded run before this process, or whose first plan a person approved. */
  readonly hasRun: (mapping: MappingName) => boolean;
  /** Asks about removals that nothing explains; comes back through the queue. */
  readonly inquire: (removals: readonly UnexplainedRemoval[]) => void;
  readonly report: (run: Omit<RunReport, 'run' | 'system' | 'startedAt' | 'finishedAt'>) => void;
}
