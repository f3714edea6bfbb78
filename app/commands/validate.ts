/**
 * `validate`: is the configuration right, with everything that it refers to on this machine? Talks to nobody.
 */
import type { Command } from 'commander';
import { checkSecrets, loadDocument } from '../config/load-document.ts';
import { secretsFor } from '../config/live.ts';
import { configOption, withCommonOptions, type CommonOptions } from '../config/options.ts';

export function addValidate(program: Command): void {
  withCommonOptions(program.command('validate'), configOption().makeOptionMandatory())
    .description('check the configuration; nothing is contacted')
    .action((options: CommonOptions & { readonly config: string }) => {
      const document = loadDocument(options.config);
      checkSecrets(document, secretsFor(options));
      const { clusters, fabrics, loadBalancers, mappings } = document;
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ valid: true, clusters: clusters.length, fabrics: fabrics.length, loadBalancers: loadBalancers.length, mappings: mappings.length })}\n`
          : `${options.config} is valid: ${clusters.length} clusters, ${fabrics.length} fabrics, ${loadBalancers.length} load balancers, ${mappings.length} mappings\n`,
      );
    });
}
