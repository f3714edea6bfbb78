/**
 * `npm run chaos -- --seed N --steps N`: random workloads, faults and kills, held against the oracle. Ends non-zero when
 * anything was wrong, and prints how it came about.
 */
import { Command, InvalidArgumentError } from 'commander';
import { chaos, report } from './run.ts';

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('expected a number of 0 or more');
  return value;
}

interface Options {
  readonly seed: number;
  readonly steps: number;
  readonly minutes?: number;
  readonly runs: number;
  readonly patience: number;
  readonly quiet: boolean;
}

await new Command('chaos')
  .description('random workloads, faults and kills, held against the oracle')
  .option('--seed <n>', 'the same seed draws the same steps', number, Math.floor(Math.random() * 1e6))
  .option('--steps <n>', 'how many', number, 40)
  .option('--minutes <n>', 'go on for so long instead', number)
  .option('--runs <n>', 'so many runs, each with the next seed', number, 1)
  .option('--patience <s>', 'how long the fabric may take to come right after a bout', number, 60)
  .option('--quiet', 'say only how it ended', false)
  .action(async ({ seed, steps, minutes, runs, patience, quiet }: Options) => {
    for (let run = 0; run < runs; run += 1) {
      const say = quiet ? undefined : (line: string) => void process.stdout.write(`${line}\n`);
      const result = await chaos({
        seed: seed + run,
        steps,
        minutes,
        patienceMs: patience * 1000,
        ...(say && { say }),
      });
      process.stdout.write(`${report(result)}\n`);
      if (result.wrong.length > 0) process.exitCode = 1;
    }
  })
  .parseAsync();
