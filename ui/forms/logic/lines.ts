/** A record as lines of two words, and back: `10.1.0.11 00:50:56:00:00:01`. */
import { isWritten } from './written.ts';
import type { Written } from './written.ts';

export function linesOf(record: unknown): string {
  if (!isWritten(record)) return '';
  return Object.entries(record)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join('\n');
}

/** undefined: no line says anything. What is no pair stays, so that its fault can be told. */
export function recordOf(lines: string): Written | undefined {
  const pairs = lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [key = '', value = ''] = line.split(/[\s=]+/);
      return [key.replace(/[,;]$/, ''), value] as const;
    });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
