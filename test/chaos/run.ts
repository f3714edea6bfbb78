/**
 * One run of chaos: bouts of steps that were drawn from a seed, each bout followed by healing, a person's review of what is
 * held, and the comparison of the fabric with the oracle. What must never happen is watched throughout.
 *
 * In: a seed and how much of it. Out: how it went, with everything that is needed to look into a failure. No promise is
 * made about speed: patience is a limit to waiting.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { differences } from './compare.ts';
import { trafficDifferences } from './compare-traffic.ts';
import { reviewPlan } from './operator.ts';
import { seeded } from './random.ts';
import { balancerFaults, balancerPeople } from './steps/balancer.ts';
import { faultSteps } from './steps/faults.ts';
import { learn, machineSteps } from './steps/machines.ts';
import { peopleSteps, processSteps } from './steps/people.ts';
import { policyPeople } from './steps/policies.ts';
import type { Draw, Script, Stage, Step } from './steps/step.ts';
import { balance, trafficSteps } from './steps/traffic.ts';
import { deploy, statefulSet, workloadSteps } from './steps/workloads.ts';
import { watch } from './watchman.ts';
import { openWorld, type World } from './world.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly steps: number;
  /** Bouts are begun for so long, however many steps that makes; then `steps` does not count. */
  readonly minutes?: number | undefined;
  readonly patienceMs?: number;
  /** Told what is done as it is done. */
  readonly say?: (line: string) => void;
}

export interface ChaosResult {
  readonly seed: number;
  readonly steps: number;
  /** Empty: all was well. */
  readonly wrong: readonly string[];
  readonly trace: readonly string[];
  readonly folder: string;
}

const stepsInBout = 8;
const longestPauseMs = 250;
/** It must stay so: what is right for a moment may be passing through. */
const lastsMs = 400;

export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const script = newScript(options.seed);
  const world = await openWorld(script.clusterCount);
  const trace: string[] = [];
  const note = (line: string): void => {
    trace.push(line);
    options.say?.(line);
  };
  const run: Run = { stage: { world, watchman: watch(world), healing: [] }, script, note, done: 0 };
  const wrong = await play(run, options).catch((error: unknown) => [
    `the run itself failed: ${inspect(error)}`,
  ]);
  run.stage.watchman.stop();
  await world.close({ keep: wrong.length > 0 });
  return { seed: options.seed, steps: run.done, wrong, trace, folder: world.folder };
}

interface Run {
  readonly stage: Stage;
  readonly script: Script;
  readonly note: (line: string) => void;
  done: number;
}

/** Bout after bout, until there were enough or something is wrong. */
async function play(
  run: Run,
  { steps, minutes, patienceMs = 60_000 }: ChaosOptions,
): Promise<readonly string[]> {
  const end = performance.now() + (minutes ?? 0) * 60_000;
  const isOver = (): boolean => (minutes === undefined ? run.done >= steps : performance.now() > end);
  while (!isOver()) {
    await bout(run, minutes === undefined ? Math.min(stepsInBout, steps - run.done) : stepsInBout);
    const wrong = await endOfBout(run, patienceMs);
    if (wrong.length > 0) return wrong;
    run.script.touched.clear();
  }
  return restartQuietly(run);
}

/** With nothing changed, a new process finds nothing to write. */
async function restartQuietly({ stage: { world }, note }: Run): Promise<string[]> {
  const before = await quietWrites(world);
  note('   the product restarts, with nothing changed');
  await world.restart('SIGTERM');
  const isReady = async (): Promise<boolean> =>
    ((await world.product.get('readyz')) as { readonly ready: boolean }).ready;
  const end = performance.now() + 20_000;
  while (!(await isReady())) {
    if (performance.now() > end) return ['after a restart, the product was never ready'];
    await sleep(50);
  }
  const after = await quietWrites(world);
  return after === before ? [] : [`after a restart with nothing changed, ${after - before} more writes`];
}

/** How many there were, once there are no more: descriptions of what is new come a moment later. */
async function quietWrites({ fabric, balancer }: World): Promise<number> {
  const count = (): number => fabric.stats().writes + balancer.device.stats().writes;
  let seen = -1;
  while (seen !== count()) {
    seen = count();
    await sleep(600);
  }
  return seen;
}

async function bout(run: Run, count: number): Promise<void> {
  const { stage, script } = run;
  for (let index = 0; index < count && stage.watchman.violations.length === 0; index += 1) {
    run.done += 1;
    const step = prelude[run.done - 1]?.(script) ?? draw(script, kindOfStep(script));
    const pauseMs = script.random.below(longestPauseMs);
    run.note(`${run.done}. ${step.title}`);
    await step.act(stage);
    await sleep(pauseMs);
  }
}

function newScript(seed: number): Script {
  const random = seeded(seed);
  return {
    random,
    clusterCount: 1 + random.below(2),
    deployments: [],
    statefulSets: [],
    services: [],
    pods: [],
    balanced: [],
    machines: [],
    touched: new Set(),
    names: 0,
    without: new Set(),
  };
}

/** What a run begins with: with nothing there, nothing can go wrong. */
const prelude: readonly Draw[] = [deploy, balance, statefulSet, learn, deploy, balance];

/** Most is ordinary life; the rest goes wrong. */
const kinds: readonly (readonly [share: number, draws: readonly Draw[]])[] = [
  [0.28, workloadSteps],
  [0.2, trafficSteps],
  [0.08, machineSteps],
  [0.12, faultSteps],
  [0.08, balancerFaults],
  [0.08, peopleSteps],
  [0.05, balancerPeople],
  [0.03, policyPeople],
  [0.08, processSteps],
];

function kindOfStep({ random }: Script): readonly Draw[] {
  let share = random.next();
  for (const [part, draws] of kinds) {
    if (share < part) return draws;
    share -= part;
  }
  return workloadSteps;
}

function draw(script: Script, kind: readonly Draw[]): Step {
  return script.random.pick(kind)(script) ?? draw(script, kindOfStep(script));
}

async function endOfBout({ stage, note }: Run, patienceMs: number): Promise<readonly string[]> {
  const { healing, watchman, world } = stage;
  if (watchman.violations.length > 0) return watchman.violations;
  note('   everything is healed');
  for (const heal of healing.splice(0)) await heal();
  await Promise.all(world.clusters.map((cluster) => cluster.settled()));
  const different = await converge(world, note, patienceMs);
  watchman.excuseNobody();
  return [...watchman.violations, ...different];
}

/** What is still different when patience ends; a person looks at what is held every now and then. */
async function converge(world: World, note: (line: string) => void, patienceMs: number): Promise<string[]> {
  const end = performance.now() + patienceMs;
  let reviewAt = performance.now() + 500;
  let rightSince: number | undefined;
  for (;;) {
    const now = performance.now();
    const different = [...differences(world), ...trafficDifferences(world)];
    rightSince = different.length === 0 ? (rightSince ?? now) : undefined;
    if (rightSince !== undefined && now - rightSince >= lastsMs) return [];
    if (now > end) return different;
    if (different.length > 0 && now > reviewAt) {
      for (const line of await reviewPlan(world)) note(`   a person ${line}`);
      reviewAt = performance.now() + 1000;
    }
    await sleep(50);
  }
}

/** For people: what went wrong, how it came about, where to look. */
export function report({ seed, steps, wrong, trace, folder }: ChaosResult): string {
  if (wrong.length === 0) return `seed ${seed}: ${steps} steps, all well`;
  return [
    `seed ${seed}: wrong after step ${steps}`,
    ...trace,
    'What is wrong:',
    ...wrong.slice(0, 40).map((line) => `   ${line}`),
    `Log of the product: ${folder}/product.log`,
    `Again: npm run chaos -- --seed ${seed} --steps ${steps}`,
  ].join('\n');
}
