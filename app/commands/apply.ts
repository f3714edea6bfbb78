/**
 * `apply --once`: one round that writes, then the end. What is held stays held, and is listed.
 */
import { mkdirSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { isApplied } from '../../backend/model/plan.ts';
import { problemOf } from '../../backend/model/problems.ts';
import { lockDirectory } from '../../backend/store/lock.ts';
import type { Product } from '../compose.ts';
import { withCommonOptions, type CommonOptions } from '../config/options.ts';
import { actOf, type Deed } from './noted.ts';
import { once } from './once.ts';
import { isIncomplete, printPlans } from './print-plans.ts';

/** Rounds until nothing is due: what waits for its own removal elsewhere takes a second one. */
const roundsAtMost = 10;

export function addApply(program: Command): void {
  withCommonOptions(program.command('apply'))
    .description('write what is due, once, and end')
    .addOption(new Option('--once', 'one pass (the only way so far; `serve` goes on)').makeOptionMandatory())
    .action(async (options: CommonOptions) => {
      mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
      const lock = lockDirectory(options.dataDir);
      try {
        await once({ ...options, dryRun: false }, async (product) => {
          const complete = await applyNoted(product);
          printPlans(product, options);
          process.exitCode = complete && !isIncomplete(product) ? 0 : 1;
        });
      } finally {
        lock.release();
      }
    });
}

/** A line for the history, where anything was sent, or all of it failed. */
async function applyNoted(product: Product): Promise<boolean> {
  const { ledger } = product;
  const results: string[] = [];
  product.onRun(({ outcomes }) => void results.push(...outcomes.map(({ outcome }) => outcome.result)));
  const deed = (): Deed => ({ verb: 'apply', object: '', detail: counted(results) });
  try {
    const complete = await applyUntilQuiet(product);
    if (results.length > 0) ledger.note(actOf(deed(), 'done'));
    return complete;
  } catch (thrown) {
    ledger.note(actOf(deed(), problemOf(thrown).code));
    throw thrown;
  }
}

/** `3 accepted, 1 refused`. */
function counted(results: readonly string[]): string {
  return Object.entries(Object.groupBy(results, (result) => result))
    .map(([result, those = []]) => `${those.length} ${result}`)
    .join(', ');
}

async function applyUntilQuiet({ fleet, runs }: Product): Promise<boolean> {
  for (let round = 0; round < roundsAtMost; round += 1) {
    if (!(await fleet.once())) return false;
    const outcomes = [...runs.values()].flatMap((run) => run.outcomes);
    if (outcomes.some(({ outcome }) => outcome.result === 'refused')) return false;
    if (![...runs.values()].some(({ plan }) => plan.changes.some(isApplied))) return true;
  }
  return false;
}
