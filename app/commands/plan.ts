/**
 * `plan`: what would be written now, and why the rest is held. Writes nothing on any system. Exit status 3 when something is pending.
 */
import type { Command } from 'commander';
import { withCommonOptions, type CommonOptions } from '../config/options.ts';
import { once } from './once.ts';
import { isIncomplete, printPlans } from './print-plans.ts';

export function addPlan(program: Command): void {
  withCommonOptions(program.command('plan'))
    .description('show what would be written, and why the rest is held; writes nothing')
    .action(async (options: CommonOptions) => {
      await once({ ...options, dryRun: true }, async (product) => {
        await product.fleet.inspect();
        const pending = printPlans(product, options);
        process.exitCode = isIncomplete(product) ? 1 : pending ? 3 : 0;
      });
    });
}
