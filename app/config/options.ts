/**
 * The options that every command shares, each also as `KUBESYNC_…` in the environment. The only reader of the environment.
 */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { dirname, resolve } from 'node:path';
import { createSecrets, type Secrets } from './secrets.ts';
import type { LogLevel } from '../logging.ts';

export const environment: Readonly<Record<string, string | undefined>> = process.env;

export interface CommonOptions {
  readonly config: string;
  readonly dataDir: string;
  readonly json: boolean;
  readonly logLevel: LogLevel;
  readonly clockRate: number;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export function withCommonOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--config <file>', 'the configuration').env('KUBESYNC_CONFIG').makeOptionMandatory(),
    )
    .addOption(
      new Option('--data-dir <folder>', 'where decisions are remembered')
        .env('KUBESYNC_DATA_DIR')
        .default('data'),
    )
    .addOption(new Option('--json', 'print JSON').env('KUBESYNC_JSON').default(false))
    .addOption(
      new Option('--log-level <level>', 'of the log')
        .env('KUBESYNC_LOG_LEVEL')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .addOption(
      new Option('--clock-rate <n>', 'live this many times as fast (with the lab)')
        .env('KUBESYNC_CLOCK_RATE')
        .argParser(positive)
        .default(1),
    );
}

export function listenOption(): Option {
  return new Option('--listen <host:port>', 'where HTTP answers; loopback only until there is access control')
    .env('KUBESYNC_LISTEN')
    .argParser(parseListen)
    .default({ host: '127.0.0.1', port: 8080 }, '127.0.0.1:8080');
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0');
  return value;
}

/** `host:port`, `[v6]:port` or a port alone. */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:(\[[^\]]+\]|[^:]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535)
    throw new InvalidArgumentError('expected HOST:PORT, such as 127.0.0.1:8080');
  return { host: (match[1] ?? '127.0.0.1').replace(/[[\]]/g, '') || '127.0.0.1', port };
}

/** References to files are relative to the configuration's own folder. */
export function secretsFor(configPath: string): Secrets {
  return createSecrets(dirname(resolve(configPath)), environment);
}
