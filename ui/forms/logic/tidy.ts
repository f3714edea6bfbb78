/** What need not be written: empty texts, and what is so anyway. */
import { isSame, isWritten, valueAt, withValue } from './written.ts';
import type { Written } from './written.ts';

export interface Tidying {
  /** What holds where nothing is written, by path. */
  readonly defaults: readonly (readonly [path: string, value: unknown])[];
  /** Texts and lists that mean nothing when they are empty. */
  readonly optional: readonly string[];
  /** Objects that mean nothing when they are empty. */
  readonly containers: readonly string[];
}

export function tidied(entry: Written, { defaults, optional, containers }: Tidying): Written {
  const bare = optional.reduce(
    (left, path) => (isEmpty(valueAt(left, path)) ? withValue(left, path, undefined) : left),
    entry,
  );
  const short = defaults.reduce(
    (left, [path, value]) => (means(valueAt(left, path), value) ? withValue(left, path, undefined) : left),
    bare,
  );
  return containers.reduce(
    (left, path) => (isEmpty(valueAt(left, path)) ? withValue(left, path, undefined) : left),
    short,
  );
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return isWritten(value) && Object.keys(value).length === 0;
}

function means(value: unknown, other: unknown): boolean {
  if (isSame(value, other)) return true;
  const [one, two] = [value, other].map((each) => (typeof each === 'string' ? durationMs(each) : undefined));
  return one !== undefined && one === two;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; undefined where the text is not a duration such as `30s`. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  return unit === undefined ? undefined : Number(count) * (units[unit] ?? NaN);
}
