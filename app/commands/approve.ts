/**
 * `approve`: a person's yes, written to the ledger, where a running `serve` sees it within a second.
 *
 *     approve MAPPING                 let a mapping go on after its first plan
 *     approve MAPPING FINGERPRINT     the changes that wait under this fingerprint, and no others
 *     approve NAME IDENTITY           the cluster, fabric or load balancer that answers now is the right one
 *     approve --pause | --resume      all writing
 */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../../backend/model/clock.ts';
import type { SourceName, MappingName, SystemName } from '../../backend/model/identity.ts';
import type { Document } from '../../backend/model/mapping.ts';
import type { Fingerprint } from '../../backend/model/plan.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import type { Ledger } from '../../backend/reconcile/ports.ts';
import { openLedger } from '../../backend/store/ledger/ledger.ts';
import { loadDocument } from '../config/load-document.ts';
import { withCommonOptions, type CommonOptions } from '../config/options.ts';

interface ApproveOptions extends CommonOptions {
  readonly pause?: true;
  readonly resume?: true;
}

export function addApprove(program: Command): void {
  withCommonOptions(program.command('approve'))
    .description('say yes to what waits for a person')
    .argument('[name]', 'a mapping, cluster, fabric or load balancer')
    .argument('[what]', 'the fingerprint that the plan shows, or the identity that answers now')
    .option('--pause', 'stop all writing at once')
    .option('--resume', 'let writing go on')
    .action((name: string | undefined, what: string | undefined, options: ApproveOptions) => {
      const document = loadDocument(options.config);
      const clock = systemClock();
      const ledger = openLedger(join(options.dataDir, 'ledger.db'), { instance: document.instance });
      try {
        const done = approve(
          { document, ledger, by: userInfo().username, now: clock.now() },
          name,
          what,
          options,
        );
        process.stdout.write(options.json ? `${JSON.stringify({ done })}\n` : `${done}\n`);
      } finally {
        ledger.close();
      }
    });
}

interface Approving {
  readonly document: Document;
  readonly ledger: Ledger;
  readonly by: string;
  readonly now: number;
}

function approve(
  on: Approving,
  name: string | undefined,
  what: string | undefined,
  options: ApproveOptions,
): string {
  if (options.pause ?? options.resume) {
    on.ledger.setPaused(options.pause === true, on.by, on.now);
    return options.pause === true ? 'writing is paused' : 'writing goes on';
  }
  if (name === undefined)
    throw new ProblemError('request.invalid', 'name a mapping, a cluster, a fabric or a load balancer');
  const { document } = on;
  const isMapping = document.mappings.some((mapping) => mapping.name === name);
  // What a mapping left behind waits under `orphan:` and the id in its marks.
  if (isMapping || on.ledger.pending(name as MappingName).length > 0)
    return approveMapping(on, name as MappingName, what);
  const { clusters, fabrics, loadBalancers } = document;
  if ([...clusters, ...fabrics, ...loadBalancers].some((each) => each.name === name))
    return approveIdentity(on, name as SourceName | SystemName, what);
  throw new ProblemError(
    'request.not-found',
    `no mapping, cluster, fabric or load balancer is named ${name}`,
  );
}

function approveMapping(
  { ledger, by, now }: Approving,
  mapping: MappingName,
  fingerprint: string | undefined,
): string {
  const waiting = ledger.pending(mapping);
  if (fingerprint === undefined) {
    ledger.confirmFirstPlan(mapping, by, now);
    const rest = waiting.map(
      (each) => `; ${each.changes.length} changes still wait under ${each.fingerprint}`,
    );
    return `${mapping}: its first plan is confirmed${rest.join('')}`;
  }
  const pending = waiting.find((each) => each.fingerprint === (fingerprint as Fingerprint));
  if (pending === undefined) {
    const known = waiting.map((each) => each.fingerprint).join(', ');
    const now = known === '' ? 'nothing waits there' : `what waits now is ${known}`;
    throw new ProblemError(
      'request.invalid',
      `${mapping} has no plan with the fingerprint ${fingerprint}: ${now}`,
    );
  }
  ledger.approve({ mapping, changes: new Set(pending.changes) }, by, now);
  return `${mapping}: ${pending.changes.length} changes approved`;
}

function approveIdentity(
  { ledger, by, now }: Approving,
  of: SourceName | SystemName,
  identity: string | undefined,
): string {
  if (identity === undefined)
    throw new ProblemError(
      'request.invalid',
      `name the identity that answers as ${of} now; the problem shows it`,
    );
  ledger.confirmIdentity(of, identity, by, now);
  // A rebuilt or restored cluster counts its versions anew; what was seen before says nothing of it. Systems have none.
  ledger.setResourceVersion(of as SourceName, '0');
  return `${of}: ${identity} is confirmed`;
}
