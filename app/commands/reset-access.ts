/**
 * `reset-access`: for whoever forgot the administrator's password. Takes the administrator away, so that the next start offers
 * its one-time code again. Whoever may write to the data directory may do so.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { ProblemError } from '../../backend/model/problems.ts';
import type { Ledger } from '../../backend/reconcile/ports.ts';
import { openAccessFile } from '../../backend/store/access/access-file.ts';
import { openLedger } from '../../backend/store/ledger/ledger.ts';
import { lockDirectory } from '../../backend/store/lock.ts';
import { noted, type Deed } from './noted.ts';

export interface ResetAccessOptions {
  readonly dataDir: string;
  /** Also those of programs. */
  readonly tokens: boolean;
}

/** What was done, in words. Throws `store.locked` while the product runs on the directory, `store.unwritable`, `request.not-found`. */
export function resetAccess({ dataDir, tokens }: ResetAccessOptions): string {
  if (!existsSync(dataDir)) throw new ProblemError('request.not-found', `the data directory ${dataDir}`);
  const lock = lockDirectory(dataDir);
  try {
    const file = openAccessFile(dataDir);
    const record = file.load();
    const kept = tokens ? [] : record.tokens;
    const who = record.administrator?.username;
    const rest = `${kept.length} of ${record.tokens.length} tokens are kept`;
    const deed = {
      verb: 'reset access',
      object: who === undefined ? '' : `administrator ${who}`,
      detail: rest,
    };
    const isNoted = notedIn(dataDir, deed, () => file.save({ administrator: undefined, tokens: kept }));
    return [
      who === undefined ? 'there was no administrator' : `the administrator ${who} is gone`,
      rest,
      'the next start logs a one-time code',
      ...(isNoted ? [] : ['no line of it will be in the history: there is no ledger that can be read']),
    ].join('; ');
  } finally {
    lock.release();
  }
}

/** Whoever forgot the password is not kept out by a ledger that is damaged as well. */
function notedIn(dataDir: string, deed: Deed, body: () => void): boolean {
  const ledger = ledgerIn(dataDir);
  if (ledger === undefined) {
    body();
    return false;
  }
  try {
    noted(ledger, deed, body);
    return true;
  } finally {
    ledger.close();
  }
}

/** Opened, none would be made: which instance's it is, is for the next start to say. */
function ledgerIn(dataDir: string): Ledger | undefined {
  const path = join(dataDir, 'ledger.db');
  if (!existsSync(path)) return undefined;
  try {
    return openLedger(path);
  } catch {
    return undefined;
  }
}

export function addResetAccess(program: Command): void {
  program
    .command('reset-access')
    .description('take the local administrator away: the next start logs a one-time code again')
    .addOption(
      new Option('--data-dir <folder>', 'where decisions are remembered')
        .env('KUBESYNC_DATA_DIR')
        .default('data'),
    )
    .option('--tokens', 'revoke every API token as well', false)
    .action((options: ResetAccessOptions) => {
      process.stdout.write(`${resetAccess(options)}\n`);
    });
}
