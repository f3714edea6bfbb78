/**
 * Whether a document may take another's place: taken apart from its secrets, checked whole, every fault at a path that whoever sent
 * it understands.
 */
import type { Collection } from '../../api/contract/configuration.ts';
import type { Fault } from '../../model/fault.ts';
import type { Document } from '../../model/mapping.ts';
import { ProblemError } from '../../model/problems.ts';
import { describeFault } from '../document/fault.ts';
import { checkDocument } from '../document/parse-document.ts';
import { isRecord, type Written } from './written.ts';
import { storedReferences, takeSecretsOut, type StoredReference, type TakenOut } from './written-secrets.ts';

/** What may take effect: as it is stored, as it is followed, and the secrets that came with it. */
export interface Checked extends Pick<TakenOut, 'entered'> {
  readonly written: Written;
  readonly document: Document;
}

/** `expected`: what had to stand there instead of a reference that may not; undefined: it may. */
export function check(
  input: unknown,
  expected: (reference: StoredReference) => string | undefined,
): Checked | { readonly faults: readonly Fault[] } {
  const { document: written, entered, faults: ofSecrets } = takeSecretsOut(input);
  const unknown = storedReferences(written).flatMap((reference) => {
    const instead = entered.has(reference.id) ? undefined : expected(reference);
    if (instead === undefined) return [];
    return [{ path: reference.path, found: `secret:${reference.id}`, expected: instead }];
  });
  const result = checkDocument(written);
  const faults = [...ofSecrets, ...unknown, ...('faults' in result ? result.faults : [])];
  if (!('document' in result) || faults.length > 0) return { faults };
  return { written: written as Written, document: result.document, entered };
}

/** Throws `config.invalid`. */
export function refuse(faults: readonly Fault[]): never {
  throw new ProblemError('config.invalid', faults.map(describeFault).join('; '), { faults });
}

/**
 * Faults of a whole document as whoever sent one part of it sees them: paths in the part begin there; others name the entry, whose
 * number nobody knows.
 */
export function faultsOfPart(faults: readonly Fault[], part: string, whole: unknown): Fault[] {
  return faults.map((fault) => {
    const below = belowPart(fault.path, part);
    return { ...fault, path: below ?? namedPath(fault.path, whole) };
  });
}

function belowPart(path: string, part: string): string | undefined {
  if (path === part) return '';
  const next = path.charAt(part.length);
  if (!path.startsWith(part) || (next !== '.' && next !== '[')) return undefined;
  return path.slice(part.length).replace(/^\./, '');
}

function namedPath(path: string, whole: unknown): string {
  return path.replace(/^(\w+)\[(\d+)\]/, (found, list: string, index: string) => {
    const entries: unknown = isRecord(whole) ? whole[list] : undefined;
    const entry: unknown = Array.isArray(entries) ? entries[Number(index)] : undefined;
    const name = isRecord(entry) ? entry['name'] : undefined;
    return typeof name === 'string' ? `${list}[${name}]` : found;
  });
}

/** Lists of which no two entries may have one name. */
const sharing: readonly (readonly Collection[])[] = [['clusters', 'fabrics', 'loadBalancers'], ['mappings']];

/** A fault of the entry's own name, where a whole document's check would blame whichever of the two stands behind the other. */
export function nameFaults(
  document: Written,
  { collection, name, before }: { collection: Collection; name: unknown; before: string },
): Fault[] {
  if (typeof name !== 'string' || name === before) return [];
  const lists = sharing.find((each) => each.includes(collection)) ?? [];
  const holder = lists.find((list) => document[list].some((entry) => entry.name === name));
  if (holder === undefined) return [];
  return [{ path: 'name', found: name, expected: `another name: ${holder}[${name}] has it` }];
}
