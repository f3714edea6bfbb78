/**
 * The command line. Exit status: 0 fine, 1 failed, 2 usage, 3 changes pending (`plan`).
 */
import { Command, CommanderError } from 'commander';
import { describeProblem, problemOf, problemTable } from '../backend/model/problems.ts';
import { addApply } from './commands/apply.ts';
import { addApprove } from './commands/approve.ts';
import { addExplain } from './commands/explain.ts';
import { addPlan } from './commands/plan.ts';
import { addRbac } from './commands/rbac.ts';
import { addResetAccess } from './commands/reset-access.ts';
import { addServe } from './commands/serve.ts';
import { addValidate } from './commands/validate.ts';
import { version } from './version.ts';

const program = new Command('aci-kube-sync')
  .description('keeps external EPGs of a Cisco ACI fabric in step with Kubernetes')
  .version(version)
  .showHelpAfterError('(--help lists the commands and options)')
  .exitOverride();

for (const add of [addServe, addPlan, addApply, addApprove, addExplain, addValidate, addRbac, addResetAccess])
  add(program);
program
  .command('lab')
  .description('simulators of an APIC, a Kubernetes cluster and a BIG-IP, on loopback (see `lab --help`)')
  .helpOption(false)
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (_options, command: Command) => {
    const { labCommand } = await import('../lab/main.ts');
    await labCommand().parseAsync(command.args, { from: 'user' });
  });

try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = exitStatus(thrown);
}

function exitStatus(thrown: unknown): number {
  // Commander has printed its own message, or the help that was asked for.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  const problem = problemOf(thrown);
  process.stderr.write(`${describeProblem(problem)}\n`);
  if (problemTable[problem.code].kind === 'bug' && thrown instanceof Error)
    process.stderr.write(`${thrown.stack ?? ''}\n`);
  return 1;
}
