/**
 * The options that every command shares, each also as `KUBESYNC_…` in the environment. The only reader of the environment.
 */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { LogLevel } from '../logging.ts';
import { appCenterPlace } from '../app-center/place.ts';

export const environment: Readonly<Record<string, string | undefined>> = process.env;

/** On an APIC, where folders and address are given: its defaults are others. undefined: elsewhere. */
export const ownPlace = appCenterPlace(environment);

export interface CommonOptions {
  /** Absent: the configuration is kept in the data directory, and edited in the page. */
  readonly config?: string;
  readonly dataDir: string;
  readonly json: boolean;
  readonly logLevel: LogLevel;
  readonly clockRate: number;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export function configOption(): Option {
  return new Option(
    '--config <file>',
    'the configuration, as a file; without it, it is kept in the data directory and edited in the page',
  ).env('KUBESYNC_CONFIG');
}

export function withCommonOptions(command: Command, config = configOption()): Command {
  return command
    .addOption(config)
    .addOption(
      new Option('--data-dir <folder>', 'where the configuration, decisions and history are kept')
        .env('KUBESYNC_DATA_DIR')
        .default(ownPlace?.dataDir ?? 'data'),
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

const usual = { address: { host: '127.0.0.1', port: 8080 }, text: '127.0.0.1:8080' };
/** The APIC's own proxy stands before it, and speaks plain HTTP to it. */
const onApic = { address: { host: '0.0.0.0', port: 80 }, text: '0.0.0.0:80' };

export function listenOption(): Option {
  const place = ownPlace === undefined ? usual : onApic;
  return new Option(
    '--listen <host:port>',
    'where HTTP answers; beyond loopback with TLS, or behind a proxy that speaks it',
  )
    .env('KUBESYNC_LISTEN')
    .argParser(parseListen)
    .default(place.address, place.text);
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
