/**
 * How one written document differs from another, as lines that a person can read: entries are matched by name, lists of words are
 * one line, and an entry that is new or gone has a line for everything it says. Order alone is no difference, but for words.
 */
import type { DifferenceLine } from '../../api/contract/configuration.ts';
import { digest } from '../../model/digest.ts';
import { isRecord, type Written } from './written.ts';

export function difference(before: Written, after: Written): DifferenceLine[] {
  return compare(before, after, '');
}

function compare(before: unknown, after: unknown, path: string): DifferenceLine[] {
  const [was, is] = [partsOf(before, path), partsOf(after, path)];
  const parts = [...new Set([...was.keys(), ...is.keys()])].flatMap((part) =>
    compare(was.get(part), is.get(part), path === '' ? part.replace(/^\./, '') : path + part),
  );
  return [...line(path, [leafText(before, path), leafText(after, path), before, after]), ...parts];
}

function line(
  path: string,
  [was, is, before, after]: [string | undefined, string | undefined, unknown, unknown],
): DifferenceLine[] {
  if (was === undefined) return is === undefined ? [] : [{ sign: '+', path, before: null, after: is }];
  if (is === undefined) return [{ sign: '-', path, before: was, after: null }];
  if (was !== is) return [{ sign: '~', path, before: was, after: is }];
  const [exactly, now] = [JSON.stringify(before), JSON.stringify(after)];
  // The word "1" is not the number 1.
  return typeof before === typeof after ? [] : [{ sign: '~', path, before: exactly, after: now }];
}

/** What stands below, each with what its path goes on with: `.mode`, `[shop]`. */
function partsOf(value: unknown, path: string): ReadonlyMap<string, unknown> {
  if (isRecord(value)) return new Map(Object.entries(value).map(([key, each]) => [`.${key}`, each]));
  if (!Array.isArray(value) || (value.length > 0 && isWords(value) && path !== '')) return new Map();
  const items: readonly unknown[] = value;
  const names = items.map((item) => (isRecord(item) ? item['name'] : undefined));
  const isNamed = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  return new Map(items.map((item, index) => [`[${String(isNamed ? names[index] : index)}]`, item]));
}

function isWords(list: readonly unknown[]): boolean {
  return list.every((item) => typeof item !== 'object' || item === null);
}

/** The lists of a document and its settings are always there. */
const always = ['', 'clusters', 'fabrics', 'loadBalancers', 'mappings', 'settings'];

function leafText(value: unknown, path: string): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) {
    if (value.length === 0) return always.includes(path) ? undefined : 'none';
    return isWords(value) ? value.map(wordText).join(', ') : undefined;
  }
  if (!isRecord(value)) return wordText(value);
  return Object.keys(value).length === 0 && !always.includes(path) ? '{}' : undefined;
}

const longest = 200;

function wordText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= longest && !text.includes('\n')) return text;
  const lines = text.trimEnd().split('\n').length;
  return `${lines} ${lines === 1 ? 'line' : 'lines'} (SHA-256 ${digest(text, 12)})`;
}
