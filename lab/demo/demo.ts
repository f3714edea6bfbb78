/**
 * `npm run demo`: the lab, the product and a story, on this machine alone. Runs until stopped.
 * `--check` plays the story once without waiting, and ends non-zero if a step does not come true.
 */
import { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStage, type Stage } from './stage.ts';
import type { Step } from './step.ts';
import { story } from './story.ts';

/** A source that was away is asked again after half a minute at the latest. */
const patienceMs = 45_000;
const lookEveryMs = 20;

interface DemoOptions {
  readonly check: boolean;
  readonly listen: string;
  readonly pause: number;
  readonly product?: string;
  readonly user?: number;
}

/** Prints the step and what was seen; throws when it does not come true. */
async function play(step: Step, number: number, stage: Stage): Promise<void> {
  process.stdout.write(`${number.toString().padStart(2)}. ${step.title}\n`);
  await step.prepare?.(stage);
  const startedAt = performance.now();
  const writes = stage.writes();
  await step.act(stage);
  const seen = await until(step, stage, startedAt);
  const { lasts = 0 } = step;
  for (let waited = 0; waited < lasts; waited += lookEveryMs) {
    await sleep(lookEveryMs);
    if ((await step.see(stage)) === undefined) throw new Error('it was so, and did not last');
  }
  const took = Math.round(performance.now() - startedAt - lasts);
  const requests = stage.writes() - writes;
  process.stdout.write(`    ${seen}  (${took} ms, ${requests} ${requests === 1 ? 'write' : 'writes'})\n`);
}

async function until(step: Step, stage: Stage, startedAt: number): Promise<string> {
  for (;;) {
    const seen = await step.see(stage);
    if (seen !== undefined) return seen;
    if (performance.now() - startedAt > patienceMs) throw new Error(`not seen within ${patienceMs / 1000} s`);
    await sleep(lookEveryMs);
  }
}

async function demo({ check, listen, pause, product, user }: DemoOptions): Promise<void> {
  const stage = await openStage({
    listen: check ? '127.0.0.1:0' : listen,
    ...(product !== undefined && { launcher: product.split(' ') }),
    ...(user !== undefined && { user }),
  });
  const stop = (): void => void stage.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.stdout.write(where(stage));
  try {
    for (const [index, step] of story().entries()) {
      if (!check) await sleep(pause);
      await play(step, index + 1, stage);
    }
    process.stdout.write('The story is over; everything came true.\n');
    if (!check) await keepAlive(stage);
  } catch (error) {
    process.stdout.write(`    NOT SEEN: ${(error as Error).message}; log: ${stage.folder}/product.log\n`);
    process.exitCode = 1;
  } finally {
    await stage.close({ keep: process.exitCode === 1 });
  }
}

function where({ product, fabric, cluster, bigip, folder }: Stage): string {
  return [
    `page      ${product.url}`,
    `APIC      ${fabric.url}  (user ${fabric.username}, password ${fabric.password})`,
    `BIG-IP    ${bigip.url}  (user ${bigip.username}, password ${bigip.password})`,
    `cluster   ${cluster.url}  (KUBECONFIG=${folder}/kubeconfig)`,
    '',
  ].join('\n');
}

/** Something goes on happening, so that there is something to look at. */
async function keepAlive({ cluster }: Stage): Promise<never> {
  process.stdout.write('A Deployment breathes in and out from now on; Ctrl-C ends the demo.\n');
  cluster.deployment('shop', 'api', 3);
  for (let turn = 0; ; turn += 1) {
    await sleep(5000);
    cluster.scale('shop', 'api', turn % 2 === 0 ? 12 : 3);
  }
}

await new Command('demo')
  .description('the product at work on a simulated fabric, cluster and BIG-IP')
  .option('--check', 'play the story once, without waiting', false)
  .option('--listen <host:port>', 'where the page is', '127.0.0.1:8080')
  .option('--pause <ms>', 'between the steps', Number, 4000)
  .option('--product <command>', 'play it with this command before serve; {folder} is where its files are')
  .option('--user <number>', 'the user that the command runs as', Number)
  .action(demo)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
