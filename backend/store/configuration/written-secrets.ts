/**
 * The secrets that a written document carries: those typed in, `{ secret: "the value" }`, and references to those that are stored,
 * `secret:ID`. Both stand only where a reference may.
 */
import { randomBytes } from 'node:crypto';
import type { Fault } from '../../model/fault.ts';
import { isReference, referencePlaces } from '../document/reference-places.ts';
import { isRecord } from './written.ts';

/** One place of a document where a reference may stand, and what stands there. */
interface Place {
  /** `clusters[0].credentials.token`. */
  readonly path: string;
  /** `clusters[prod-a].credentials.token`. */
  readonly namedPath: string;
  /** `clusters`. */
  readonly list: string;
  readonly entry: unknown;
  /** Inside the entry: `credentials.token`. */
  readonly below: string;
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function placesOf(document: unknown): Place[] {
  return Object.entries(referencePlaces).flatMap(([list, places]) => {
    const entries: unknown = at(document, list);
    if (!Array.isArray(entries)) return [];
    return (entries as readonly unknown[]).flatMap((entry, index) =>
      places.flatMap((place) => placeIn(entry, place, { list, index })),
    );
  });
}

function placeIn(
  entry: unknown,
  place: readonly string[],
  { list, index }: { readonly list: string; readonly index: number },
): Place[] {
  const [first = '', second] = place;
  const [holder, key] = second === undefined ? [entry, first] : [at(entry, first), second];
  if (!isRecord(holder) || !(key in holder)) return [];
  const below = place.join('.');
  const name = String(at(entry, 'name'));
  const paths = { path: `${list}[${index}].${below}`, namedPath: `${list}[${name}].${below}` };
  return [{ ...paths, list, entry, below, holder, key }];
}

function at(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

export interface TakenOut {
  /** With `secret:ID` in the place of each secret that was typed in. */
  readonly document: unknown;
  /** Their texts, by id. */
  readonly entered: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
}

/** Takes out of a document what was typed in. What is written like a secret elsewhere is left there: it is a fault of its place. */
export function takeSecretsOut(input: unknown): TakenOut {
  const document: unknown = structuredClone(input);
  const entered = new Map<string, string>();
  const faults: Fault[] = [];
  for (const { path, holder, key } of placesOf(document)) {
    const text = typedIn(holder[key]);
    if (text === undefined) continue;
    if (text === '') {
      faults.push({ path: `${path}.secret`, found: 'an empty text', expected: 'the secret itself' });
      continue;
    }
    const id = randomBytes(9).toString('base64url');
    entered.set(id, text);
    holder[key] = `secret:${id}`;
  }
  return { document, entered, faults };
}

/** Without the line end that comes with what is pasted. */
function typedIn(value: unknown): string | undefined {
  if (!isRecord(value) || Object.keys(value).length !== 1) return undefined;
  const { secret } = value;
  return typeof secret === 'string' ? secret.replace(/\r?\n$/, '') : undefined;
}

export interface StoredReference extends Omit<Place, 'holder' | 'key'> {
  readonly id: string;
}

/** Every `secret:ID` that stands where a reference may. */
export function storedReferences(document: unknown): StoredReference[] {
  return placesOf(document).flatMap((place) => referenceIn(place) ?? []);
}

function referenceIn({ holder, key, ...place }: Place): StoredReference | undefined {
  const reference = holder[key];
  if (typeof reference !== 'string' || !reference.startsWith('secret:')) return undefined;
  return { ...place, id: reference.slice('secret:'.length) };
}

/** Every reference of any kind that stands where one may, with its text. */
export function writtenReferences(
  document: unknown,
): readonly (Pick<Place, 'below'> & { readonly reference: string })[] {
  return placesOf(document).flatMap(({ holder, key, below }) => {
    const reference = holder[key];
    return typeof reference === 'string' && isReference(reference) ? [{ below, reference }] : [];
  });
}

/** The document with another id in the place of each that is stored. */
export function withReferences(input: unknown, choose: (reference: StoredReference) => string): unknown {
  const document: unknown = structuredClone(input);
  for (const place of placesOf(document)) {
    const reference = referenceIn(place);
    if (reference !== undefined) place.holder[place.key] = `secret:${choose(reference)}`;
  }
  return document;
}
