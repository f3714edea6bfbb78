/** Ownership marks as they are read: few different ones stand on many objects, so equal texts share one value. */
import { formatMark, parseMark, type OwnershipMark } from '../../model/ownership-mark.ts';

const known = new Map<string, OwnershipMark | undefined>();
const most = 10_000;

export function markOf(annotation: string | undefined): OwnershipMark | undefined {
  if (annotation === undefined || annotation === '') return undefined;
  if (known.has(annotation)) return known.get(annotation);
  const mark = parseMark(annotation);
  if (known.size < most) known.set(annotation, mark);
  return mark;
}

export function sameMark(one: OwnershipMark | undefined, other: OwnershipMark | undefined): boolean {
  if (one === other) return true;
  return one !== undefined && other !== undefined && formatMark(one) === formatMark(other);
}
