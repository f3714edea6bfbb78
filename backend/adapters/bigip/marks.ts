/**
 * What we write beside an object so that it is known as ours: an entry of its metadata, which other products leave alone.
 * Few different marks stand on many objects, so equal texts share one value.
 */
import { formatMark, parseMark, type OwnershipMark } from '../../model/ownership-mark.ts';
import { recordsOf, textOf } from './json.ts';

export interface MetadataEntry {
  readonly name: string;
  readonly value: string;
  readonly persist: string;
}

const markName = 'aci-kube-sync';
/** On a member: its node came to be with it, or with another member of ours. */
const nodeName = 'aci-kube-sync-node';
const made = 'made';

const known = new Map<string, OwnershipMark | undefined>();
const most = 10_000;

function markOfText(text: string): OwnershipMark | undefined {
  if (known.has(text)) return known.get(text);
  const mark = parseMark(text);
  if (known.size < most) known.set(text, mark);
  return mark;
}

export function metadataOf(value: unknown): readonly MetadataEntry[] {
  return recordsOf(value).map((entry) => ({
    name: textOf(entry['name']),
    value: textOf(entry['value']),
    persist: textOf(entry['persist']) || 'true',
  }));
}

export function markOf(metadata: readonly MetadataEntry[]): OwnershipMark | undefined {
  const text = metadata.find(({ name }) => name === markName)?.value;
  return text === undefined ? undefined : markOfText(text);
}

export function hasMadeNode(metadata: readonly MetadataEntry[]): boolean {
  return metadata.some(({ name, value }) => name === nodeName && value === made);
}

/** The whole list, as it must be written: what others put there stays. */
export function withMark(
  mark: OwnershipMark,
  others: readonly MetadataEntry[] = [],
  madeNode = false,
): readonly MetadataEntry[] {
  const kept = others.filter(({ name }) => name !== markName && (name !== nodeName || !madeNode));
  const own = [{ name: markName, value: formatMark(mark), persist: 'true' }];
  if (madeNode) own.push({ name: nodeName, value: made, persist: 'true' });
  return [...kept, ...own];
}

export function sameMark(one: OwnershipMark | undefined, other: OwnershipMark | undefined): boolean {
  if (one === other) return true;
  return one !== undefined && other !== undefined && formatMark(one) === formatMark(other);
}
