/**
 * `npm run bench -- [NAME…] --json FILE`: prints figures with the load that they were taken under, as JSON. Judges nothing.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { Argument, Command } from 'commander';
import { churn } from './churn.ts';
import { converge } from './converge.ts';
import { history } from './history.ts';
import { underLoad } from './load.ts';
import { pages } from './pages.ts';
import { pools } from './pools.ts';
import { redirect } from './redirect.ts';

const benchmarks: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  converge,
  churn,
  redirect,
  pools,
  history,
  pages,
  load: underLoad,
};

await new Command('bench')
  .addArgument(new Argument('[names...]', 'which').choices(Object.keys(benchmarks)))
  .option('--json <file>', 'write the figures there as well')
  .action(async (names: readonly string[], { json }: { readonly json?: string }) => {
    const machine = { node: process.version, cores: availableParallelism(), model: cpus()[0]?.model };
    const results: Record<string, unknown> = { machine };
    for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
      results[name] = await benchmarks[name]?.();
      process.stdout.write(`${JSON.stringify({ [name]: results[name] }, undefined, 2)}\n`);
    }
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, undefined, 2)}\n`);
  })
  .parseAsync();
