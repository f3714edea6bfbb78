/**
 * `reset-access`: for whoever forgot the administrator's password. Takes the administrator away, so that the next start offers
 * its one-time code again. Whoever may write to the data directory may do so.
 */
import { existsSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { ProblemError } from '../../backend/model/problems.ts';
import { openAccessFile } from '../../backend/store/access/access-file.ts';
import { lockDirectory } from '../../backend/store/lock.ts';

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
    file.save({ administrator: undefined, tokens: kept });
    const who = record.administrator?.username;
    return [
      who === undefined ? 'there was no administrator' : `the administrator ${who} is gone`,
      `${kept.length} of ${record.tokens.length} tokens are kept`,
      'the next start logs a one-time code',
    ].join('; ');
  } finally {
    lock.release();
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
