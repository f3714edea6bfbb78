/**
 * How references are written, and where in a document one may stand: a secret's, or a certificate's. Mappings and settings have none.
 */
import type { Document, SecretRef } from '../../model/mapping.ts';

export const referencePattern = /^(file:.+|env:[A-Za-z_]\w*|secret:[\w-]{1,64})$/;

/** false: it is the text itself, of a certificate, or something else. */
export function isReference(text: string): boolean {
  return referencePattern.test(text);
}

export const referencePlaces = {
  clusters: [
    ['ca'],
    ['pin'],
    ['credentials', 'token'],
    ['credentials', 'clientCertificate'],
    ['credentials', 'clientKey'],
  ],
  fabrics: [['ca'], ['pin'], ['credentials', 'password']],
  loadBalancers: [['ca'], ['pin'], ['credentials', 'password']],
} as const satisfies Readonly<Record<string, readonly (readonly string[])[]>>;

/** `path` as zod tells it: `['clusters', 0, 'credentials', 'token']`. */
export function isReferencePlace([list, , ...rest]: readonly PropertyKey[]): boolean {
  const places: Readonly<Record<PropertyKey, readonly (readonly string[])[]>> = referencePlaces;
  return (places[list ?? ''] ?? []).some((place) => place.join('.') === rest.join('.'));
}

/** Every reference of a checked document, with the place where it is written: `clusters[0].credentials.token`. */
export function referencesOf(document: Document): readonly { path: string; reference: SecretRef }[] {
  return (['clusters', 'fabrics', 'loadBalancers'] as const).flatMap((list) =>
    document[list].flatMap((entry: object, index) =>
      referencePlaces[list].flatMap((place) => {
        const found = standingAt(entry, place);
        if (typeof found !== 'string' || !isReference(found)) return [];
        return [{ path: `${list}[${index}].${place.join('.')}`, reference: found }];
      }),
    ),
  );
}

/** What is written beside the name, `ca` and `pin`, stands under `trust` once it is checked. */
function standingAt(entry: object, place: readonly string[]): unknown {
  const path = place.length === 1 ? ['trust', ...place] : place;
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    entry,
  );
}
