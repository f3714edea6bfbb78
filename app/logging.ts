/**
 * Logs: JSON lines, constant message plus fields, UTC. Secrets are cut by name wherever they stand.
 */
import { pino, type Logger } from 'pino';

export type { Logger };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const secretNames = ['token', 'password', 'pwd', 'authorization', 'cookie', 'key', 'clientKey'];

export function createLogger(
  level: LogLevel,
  destination: { write(line: string): void } = process.stdout,
): Logger {
  const paths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[secret]' },
    },
    destination,
  );
}
