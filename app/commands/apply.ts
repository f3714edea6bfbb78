/**
 * `apply --once`: one round that writes, then the end. What is held stays held, and is listed.
 */
import { mkdirSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { isApplied } from '../../backend/model/plan.ts';
import { lockDirectory } from '../../backend/store/lock.ts';
import type { Product } from '../compose.ts';
import { withCommonOptions, type CommonOptions } from '../config/options.ts';
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
          const complete = await applyUntilQuiet(product);
          printPlans(product, options);
          process.exitCode = complete && !isIncomplete(product) ? 0 : 1;
        });
      } finally {
        lock.release();
      }
    });
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
