/** One fault of what a person wrote: where, what stands there, what was expected. `found` never carries a secret. */
export interface Fault {
  /** As an admin would point at it: `mappings[0].to.externalEpg.tenant`. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}
