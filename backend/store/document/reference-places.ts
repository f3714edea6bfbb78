/**
 * Where in a document a reference may stand: a secret's, or a certificate's. Mappings and settings have none.
 */
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
