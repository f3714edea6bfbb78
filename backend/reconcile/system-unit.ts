/**
 * A system with the loop of its rounds: its queue of dirty keys, its memory, its planner, its five stages.
 */
import type { System } from '../apply/ports.ts';
import type { Document } from '../model/mapping.ts';
import type { KeyText, MappingName, SourceName } from '../model/identity.ts';
import type { Plan } from '../model/plan.ts';
import type { RunReport } from '../model/run-report.ts';
import type { Probe } from '../observe/ports.ts';
import { createInquiry } from './inquiry.ts';
import { Memory } from './memory.ts';
import type { FleetOptions } from './options.ts';
import { createPace } from './pace.ts';
import type { DesiredState } from './ports.ts';
import { DirtyKeys } from './queue.ts';
import { createStages } from './round.ts';
import type { StoredTime } from './stored-time.ts';
import type { LoopContext } from './system-loop.ts';
import { forgetWholePlans } from './whole-plans.ts';

/** What the loop of a system is given of the fleet that it is in. */
export interface Surroundings {
  readonly options: FleetOptions;
  readonly desired: DesiredState;
  readonly document: () => Document;
  readonly probe: (cluster: SourceName) => Probe | undefined;
  readonly hasRun: (mapping: MappingName) => boolean;
  readonly storedTime: StoredTime;
  readonly recordRuns: (plan: Plan) => void;
  readonly nextRun: () => number;
}

export function createLoop(system: System, around: Surroundings, signal: AbortSignal): LoopContext {
  const { options, desired, document, hasRun, probe, storedTime } = around;
  const { clock, ledger, random, failed } = options;
  const planner = options.createPlanner();
  const queue = new DirtyKeys(clock, signal);
  const memory = new Memory(random);
  const answered = (keys: readonly KeyText[]): void => queue.add(keys);
  // A load balancer that is reloaded forgets all that was added: that is nobody who fights us.
  system.onDrift((keys, at) => {
    if (keys === 'all') memory.systemForgot();
    queue.add(keys, at);
  });
  let startedAt = clock.now();
  const report = (run: Omit<RunReport, 'run' | 'system' | 'startedAt' | 'finishedAt'>): void =>
    options.report({
      ...run,
      run: around.nextRun(),
      system: system.name,
      startedAt,
      finishedAt: clock.now(),
    });
  const stages = createStages({
    system,
    write: options.guardWrite(system),
    desired,
    ledger,
    memory,
    queue,
    clock,
    storedTime,
    document,
    makePlan: (input) => planner.plan(input),
    hasRun,
    inquire: createInquiry({ probe, ledger, memory, clock, signal, answered }),
    report,
  });
  const timed = {
    ...stages,
    remember(plan: Plan) {
      stages.remember(plan);
      around.recordRuns(plan);
    },
    async observe(...request: Parameters<typeof stages.observe>) {
      startedAt = clock.now();
      const found = await stages.observe(...request);
      if (found !== undefined && !options.looksOnly) forgetWholePlans(ledger, system.name);
      return found;
    },
  };
  return { queue, pace: createPace(clock), random, stages: timed, failed };
}
