/**
 * How a class of the object model is described: one table per class, as data. Adding a class is writing one table
 * in `classes/` and naming it in `classes/all.ts`; nothing else needs to know it.
 */

interface Common {
  /** What the property reads as when nobody has set it. */
  readonly def: string;
}

export type PropDef =
  | (Common & { readonly kind: 'text'; readonly min?: number; readonly max?: number; readonly re?: RegExp })
  | (Common & { readonly kind: 'enum'; readonly values: readonly string[]; readonly numbers?: Range })
  | (Common & { readonly kind: 'flags'; readonly values: readonly string[] })
  | (Common & { readonly kind: 'bool' })
  | (Common & { readonly kind: 'number'; readonly range: Range; readonly names?: readonly string[] })
  | (Common & { readonly kind: 'prefix' | 'mac' | 'dn' })
  /** Filled by the system; a value in a POST is ignored, as the APIC does when a saved object is posted back. */
  | (Common & { readonly kind: 'read-only' })
  /** Never given back. */
  | (Common & { readonly kind: 'secret' });

interface Range {
  readonly min: number;
  readonly max: number;
}

export interface RelationDef {
  /** Classes that the target may have; the first names the target of a relation by name. */
  readonly to: readonly string[];
  /** The property that names the target: `tDn`, or the name of the target in this tenant, else in common. */
  readonly property: string;
  /** RN of a target found by name, `brc-{}`. Absent: `property` holds a DN. */
  readonly named?: string;
  /** The fault raised while the target is missing. */
  readonly fault?: string;
}

export interface ClassDef {
  readonly label: string;
  /** RN template, `extsubnet-[{ip}]`. */
  readonly rn: string;
  /** Classes that may contain it; `*`: every class a person may configure. */
  readonly parents: readonly string[];
  readonly props: Readonly<Record<string, PropDef>>;
  /** `derived`: made with its parent, may be changed, never deleted. `never`: the system's own. */
  readonly creatable?: 'derived' | 'never';
  /** Classes of which one is made inside every new object of this class. */
  readonly implicit?: readonly string[];
  readonly relation?: RelationDef;
  /** At most one object of the class under one parent, though its RN has a name. */
  readonly single?: true;
}

export const text = (options: { def?: string; min?: number; max?: number; re?: RegExp } = {}): PropDef => ({
  kind: 'text',
  def: '',
  ...options,
});
export const oneOf = (values: readonly string[], def: string, numbers?: Range): PropDef => ({
  kind: 'enum',
  values,
  def,
  ...(numbers && { numbers }),
});
export const flags = (values: readonly string[], def = ''): PropDef => ({ kind: 'flags', values, def });
export const bool = (def: 'yes' | 'no'): PropDef => ({ kind: 'bool', def });
export const number = (
  min: number,
  max: number,
  options: { def: string; names?: readonly string[] },
): PropDef => ({ kind: 'number', range: { min, max }, ...options });
/** An address with or without a mask, kept exactly as it was written. */
export const prefix = (): PropDef => ({ kind: 'prefix', def: '' });
/** Kept in upper case. */
export const mac = (def = '00:00:00:00:00:00'): PropDef => ({ kind: 'mac', def });
export const dnRef = (): PropDef => ({ kind: 'dn', def: '' });
export const readOnly = (def = ''): PropDef => ({ kind: 'read-only', def });
export const secret = (): PropDef => ({ kind: 'secret', def: '' });
