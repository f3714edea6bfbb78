/**
 * `explain <ip>`: where an address comes from, where it is wanted, where it is, and what is planned for it.
 */
import type { Command } from 'commander';
import { parseKeyText } from '../../backend/model/identity.ts';
import type { KeyText, TargetKey } from '../../backend/model/identity.ts';
import { parseAddress } from '../../backend/model/ip.ts';
import { kindTexts } from '../../backend/model/plan-texts.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import type { ExplanationModel, ExposureModel, PlanChange } from '../../backend/report/ports.ts';
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
      wantedIn.map(
        ({ key, mapping, group, items }) =>
          `${named(key)} as ${items.join(', ')} (mapping ${mapping}, group ${group})`,
      ),
    ),
    ...section(
      'is present in',
      presentIn.map(
        ({ key, ours, items }) => `${named(key)} as ${items.join(', ')} (${ours ? 'ours' : 'not ours'})`,
      ),
    ),
    ...section('is about to change', changes.map(changeText)),
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

function named({ system, kind, name }: TargetKey): string {
  return `${kindTexts[kind]} ${name} on ${system}`;
}

function changeText({ type, key, item, because, step, detail }: PlanChange): string {
  const what = item === null ? '' : ` ${item.kind} ${item.name}`;
  const notes = [because, step, detail].filter(Boolean).join('; ');
  return `${named(parseKeyText(key as KeyText))}: ${verbs[type]}${what}${notes === '' ? '' : ` (${notes})`}`;
}

const verbs: Readonly<Record<PlanChange['type'], string>> = {
  createObject: 'create it',
  updateObject: 'change it',
  deleteObject: 'delete it',
  addItem: 'add',
  updateItem: 'change',
  removeItem: 'remove',
};

function reasonText({ addressKind, cluster, origin, owner, node, state, mac }: ExposureModel): string {
  const of = owner === null ? '' : ` of ${owner.kind} ${owner.path}`;
  const on = node === null ? '' : ` on ${node}`;
  const by = mac === undefined ? '' : `, MAC ${mac}`;
  return `${cluster}: ${addressKind} address of ${origin.kind} ${origin.path}${of}${on}, ${stateWords[state] ?? state}${by}`;
}

const stateWords: Readonly<Record<string, string>> = { notReady: 'not ready', absent: 'not seen now' };
