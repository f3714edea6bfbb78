/**
 * What a fleet is made with: collaborators come in, none is made here.
 */
import type { Write } from '../apply/decorators.ts';
import type { System } from '../apply/ports.ts';
import type { Clock } from '../model/clock.ts';
import type { SourceName } from '../model/identity.ts';
import type { Document } from '../model/mapping.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { RunReport } from '../model/run-report.ts';
import type { Source } from '../observe/ports.ts';
import type { PlanInput } from '../plan/ports.ts';
import type { Declaration } from './declared.ts';
import type { DesiredState, Ledger } from './ports.ts';

export interface FleetOptions {
  readonly document: Document;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: () => number;
  /** Nothing is remembered: another process may be at work here. */
  readonly looksOnly: boolean;
  readonly declare: (document: Document) => Declaration;
  /** Wraps the system's write with the choke point's decorators. */
  readonly guardWrite: (system: System) => Write;
  readonly createDesired: (views: (cluster: SourceName) => Source['view'] | undefined) => DesiredState;
  /** One planner per system: it remembers what did not change. */
  readonly createPlanner: () => { plan(input: PlanInput): Plan };
  readonly report: (run: RunReport) => void;
  /** Freshness, identity or problem of a source or system changed, or which of them run. */
  readonly changed: () => void;
  /** Something of ours failed where no report can carry it. */
  readonly failed: (problem: Problem) => void;
}
