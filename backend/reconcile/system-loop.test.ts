import assert from 'node:assert/strict';
import { manualClock, type ManualClock } from '../model/clock.ts';
import type { KeyText } from '../model/identity.ts';
import { problem, type Problem } from '../model/problems.ts';
import { createPace } from './pace.ts';
import { DirtyKeys, type Dirty } from './queue.ts';
import { inspect, type Stages } from './reconcile.ts';
import { runLoop } from './system-loop.ts';

const key = 'dc1|externalEpg|t/o/a' as KeyText;
const nothing = { changes: [], findings: [], mappings: [], drains: [], unknown: new Map() };
const done = { outcomes: [], requests: 0, complete: true };

/** Stages that write down their names; each may be replaced. */
function fakeStages(overrides: Partial<Stages> = {}): Stages & { readonly trace: string[] } {
  const trace: string[] = [];
  const stage = <K extends keyof Stages>(name: K, usual: Stages[K]): Stages[K] => {
    const act = (overrides[name] ?? usual) as (...args: unknown[]) => unknown;
    return ((...args: unknown[]) => {
      trace.push(name);
      return act(...args);
    }) as Stages[K];
  };
  return {
    trace,
    observe: stage('observe', () => Promise.resolve(undefined)),
    desire: stage('desire', (dirty) => (dirty === 'all' ? [key] : [...dirty])),
    plan: stage('plan', () => nothing),
    remember: stage('remember', () => undefined),
    apply: stage('apply', () => Promise.resolve(done)),
    learn: stage('learn', () => undefined),
    report: stage('report', () => undefined),
  };
}

interface Running {
  readonly clock: ManualClock;
  readonly queue: DirtyKeys;
  readonly failures: Problem[];
  stop(): Promise<void>;
}

function startLoop(stages: Stages): Running {
  const clock = manualClock();
  const stopping = new AbortController();
  const queue = new DirtyKeys(clock, stopping.signal);
  const failures: Problem[] = [];
  const pace = createPace(clock);
  const loop = runLoop(
    { queue, pace, random: () => 0.5, stages, failed: (each) => failures.push(each) },
    stopping.signal,
  );
  return {
    clock,
    queue,
    failures,
    stop: async () => {
      stopping.abort(new Error('stopped'));
      // It ends by returning or by the abort's own error, wherever it was.
      await loop.catch((error: unknown) => assert.match(String(error), /stopped/));
    },
  };
}

describe('the loop of a system', () => {
  it('runs the stages in order, once for all keys that are dirty', async () => {
    const stages = fakeStages();
    const running = startLoop(stages);

    running.queue.add([key]);
    running.queue.add([key]);
    await running.clock.advance(0);

    assert.deepEqual(stages.trace, ['observe', 'desire', 'plan', 'remember', 'apply', 'learn', 'report']);
    await running.stop();
  });

  it('never overlaps rounds, and takes what came meanwhile in the next one', async () => {
    const waiting: (() => void)[] = [];
    const seen: Dirty['keys'][] = [];
    const stages = fakeStages({
      observe: (dirty) => {
        seen.push(dirty);
        return new Promise((resolve) => waiting.push(() => resolve(undefined)));
      },
    });
    const running = startLoop(stages);
    const other = 'dc1|externalEpg|t/o/b' as KeyText;

    running.queue.add([key]);
    await running.clock.advance(0);
    running.queue.add([other]);
    running.queue.add([key]);
    await running.clock.advance(1000);
    assert.equal(seen.length, 1);
    waiting.shift()?.();
    await running.clock.advance(0);

    assert.deepEqual(seen, [new Set([key]), new Set([other, key])]);
    waiting.shift()?.();
    await running.stop();
  });

  it('neither plans nor writes when the system cannot be seen, says so, and looks again later', async () => {
    const stages = fakeStages({ observe: () => Promise.resolve(problem('fabric.unreachable', 'no route')) });
    const running = startLoop(stages);

    running.queue.add([key]);
    await running.clock.advance(0);
    assert.deepEqual(stages.trace, ['observe', 'desire', 'report']);
    await running.clock.advance(1000);

    assert.equal(stages.trace.filter((name) => name === 'observe').length, 2);
    assert.ok(!stages.trace.includes('apply'));
    await running.stop();
  });

  it('loses no key to a bug in a round: it is said, and everything is looked at again', async () => {
    let broken = true;
    const seen: Dirty['keys'][] = [];
    const stages = fakeStages({
      observe: (dirty) => {
        seen.push(dirty);
        return Promise.resolve(undefined);
      },
      plan: () => {
        if (broken) throw new Error('a bug');
        return nothing;
      },
    });
    const running = startLoop(stages);

    running.queue.add([key]);
    await running.clock.advance(0);
    broken = false;
    await running.clock.advance(1000);

    assert.deepEqual(seen, [new Set([key]), 'all']);
    assert.deepEqual(
      running.failures.map(({ code }) => code),
      ['internal.bug'],
    );
    await running.stop();
  });

  it('goes on when even the report of a failure fails', async () => {
    const stages = fakeStages({
      report: () => {
        throw new Error('no disk');
      },
    });
    const running = startLoop(stages);

    running.queue.add([key]);
    await running.clock.advance(0);
    await running.clock.advance(1000);

    assert.ok(stages.trace.filter((name) => name === 'observe').length >= 2);
    assert.ok(running.failures.length > 0);
    await running.stop();
  });
});

describe('a look without a round', () => {
  it('plans and reports, and neither writes nor remembers', async () => {
    const stages = fakeStages();

    await inspect({ keys: 'all', causedAt: undefined }, stages, new AbortController().signal);

    assert.deepEqual(stages.trace, ['observe', 'desire', 'plan', 'report']);
  });
});
