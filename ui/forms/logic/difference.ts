/** How two versions of an entry differ, leaf by leaf. */
import type { DifferenceLine } from '../../../backend/api/contract/configuration.ts';
import { isSame, isWritten } from './written.ts';

/** In the order of their paths. A list is one leaf: its order may matter. */
export function differenceOf(before: unknown, after: unknown): readonly DifferenceLine[] {
  const [from, to] = [leaves(before), leaves(after)];
  const paths = [...new Set([...from.keys(), ...to.keys()])].toSorted();
  return paths.flatMap((path): DifferenceLine[] => {
    const [one, other] = [from.get(path), to.get(path)];
    if (isSame(one, other)) return [];
    const sign = !from.has(path) ? '+' : to.has(path) ? '~' : '-';
    return [{ sign, path, before: textOf(one), after: textOf(other) }];
  });
}

function leaves(value: unknown, at = ''): Map<string, unknown> {
  if (!isWritten(value) || 'secret' in value) return new Map(value === undefined ? [] : [[at, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, each]) => [...leaves(each, at === '' ? key : `${at}.${key}`)]),
  );
}

/** A secret that was typed is told as such, never itself. */
function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  if (isWritten(value) && 'secret' in value) return 'a new secret';
  if (Array.isArray(value)) return value.map((each) => textOf(each) ?? '').join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
