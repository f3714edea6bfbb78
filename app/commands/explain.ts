/**
 * `explain <ip>`: where an address comes from, where it is wanted, where it is, and what is planned for it.
 */
import type { Command } from 'commander';
import { parseAddress } from '../../backend/model/ip.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import type { ExplanationModel, ExposureModel } from '../../backend/report/ports.ts';
import { withCommonOptions, type CommonOptions } from '../config/options.ts';
import { once } from './once.ts';

export function addExplain(program: Command): void {
  withCommonOptions(program.command('explain'))
    .description('where an address comes from and where it goes')
    .argument('<address>', 'IPv4 or IPv6')
    .action(async (text: string, options: CommonOptions) => {
      const address = parseAddress(text);
      if (address === undefined)
        throw new ProblemError('request.invalid', `"${text}" is not an IPv4 or IPv6 address`);
      await once({ ...options, dryRun: true }, async ({ fleet, status }) => {
        await fleet.inspect();
        const model = status.explain(address);
        process.stdout.write(options.json ? `${JSON.stringify(model)}\n` : textOf(model));
      });
    });
}

function textOf({ address, reasons, wantedIn, presentIn, changes, problems }: ExplanationModel): string {
  const lines = [
    address,
    ...section('comes from', reasons.map(reasonText)),
    ...section(
      'is wanted in',
      wantedIn.map(({ key, mapping, group }) => `${key.name} (mapping ${mapping}, group ${group})`),
    ),
    ...section(
      'is present in',
      presentIn.map(({ key, ours }) => `${key.name} (${ours ? 'ours' : 'not ours'})`),
    ),
    ...section(
      'is about to change',
      changes.map(({ type, name, detail }) => `${type} ${name}${detail === '' ? '' : `: ${detail}`}`),
    ),
    ...section(
      'has problems',
      problems.map(({ title, detail, next }) => `${title}: ${detail} → ${next}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? [`  ${title}: nothing`]
    : [`  ${title}:`, ...lines.map((line) => `    ${line}`)];
}

function reasonText({ addressKind, cluster, origin, owner, node, state }: ExposureModel): string {
  const of = owner === null ? '' : ` of ${owner.kind} ${owner.path}`;
  const on = node === null ? '' : ` on ${node}`;
  return `${cluster}: ${addressKind} address of ${origin.kind} ${origin.path}${of}${on}, ${state}`;
}
