/**
 * `approve`: a person's yes, written to the ledger, where a running `serve` sees it within a second, with a line for its history.
 *
 *     approve MAPPING                 let a mapping go on after its first plan
 *     approve MAPPING FINGERPRINT     the changes that wait under this fingerprint, and no others
 *     approve NAME IDENTITY           the cluster, fabric or load balancer that answers now is the right one
 *     approve --pause | --resume      all writing
 */
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../../backend/model/clock.ts';
import type { Document } from '../../backend/model/mapping.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import { isNamed, PersonsActs } from '../../backend/reconcile/acts.ts';
import { openLedger } from '../../backend/store/ledger/ledger.ts';
import { readConfigured } from '../config/live.ts';
import { withCommonOptions, type CommonOptions } from '../config/options.ts';
import { noted, whoIsHere, type Deed } from './noted.ts';

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
    .action(async (name: string | undefined, what: string | undefined, options: ApproveOptions) => {
      const { document } = await readConfigured(options);
      const asked = whatIsAsked(document, name, what, options);
      const ledger = openLedger(join(options.dataDir, 'ledger.db'), { instance: document.instance });
      try {
        const acts = new PersonsActs({
          document: () => document,
          ledger,
          clock: systemClock(),
          // A running `serve` sees that the ledger changed.
          acted: () => undefined,
          resync: () => false,
        });
        const done = noted(ledger, asked, () => asked.do(acts, { name: whoIsHere() }));
        process.stdout.write(options.json ? `${JSON.stringify({ done })}\n` : `${done}\n`);
      } finally {
        ledger.close();
      }
    });
}

interface Asked extends Deed {
  readonly do: (acts: PersonsActs, by: { readonly name: string }) => string;
}

/** In the words that the API has for it. Throws where it is not said what is to be done. */
function whatIsAsked(
  document: Document,
  name: string | undefined,
  what: string | undefined,
  { pause, resume }: ApproveOptions,
): Asked {
  if (pause ?? resume) {
    const paused = pause === true;
    return {
      verb: 'pause',
      object: '',
      detail: paused ? 'on' : 'off',
      do: (acts, by) => acts.setPaused(paused, by),
    };
  }
  if (name === undefined)
    throw new ProblemError('request.invalid', 'name a mapping, a cluster, a fabric or a load balancer');
  const isMapping = document.mappings.some((mapping) => mapping.name === name);
  if (isMapping || !isNamed(name, document))
    return {
      verb: 'approve',
      object: `mapping ${name}`,
      detail: what ?? 'the first plan',
      do: (acts, by) => acts.approve(name, what, by),
    };
  if (what === undefined)
    throw new ProblemError(
      'request.invalid',
      `name the identity that answers as ${name} now; the problem shows it`,
    );
  return {
    verb: 'confirm identity',
    object: name,
    detail: what,
    do: (acts, by) => acts.confirmIdentity(name, what, by),
  };
}
