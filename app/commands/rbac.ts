/** `rbac`: prints the least that a cluster must allow, for `kubectl apply -f -`. Talks to nobody. */
import type { Command } from 'commander';
import { clusterManifest } from '../inspect.ts';

export function addRbac(program: Command): void {
  program
    .command('rbac')
    .description('print the manifest of the least that a cluster must allow')
    .action(() => void process.stdout.write(clusterManifest()));
}
