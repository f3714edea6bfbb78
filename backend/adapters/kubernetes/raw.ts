/**
 * Reading JSON of which nothing is certain. `Raw<T>` ought to be a T and may be anything; field names are checked
 * against the client's model types when compiling, values when running. Nothing here throws.
 */
declare const shape: unique symbol;

/** What an API server sent where a T belongs. */
export interface Raw<T> {
  readonly [shape]: T;
}

export function raw<T>(value: unknown): Raw<T> {
  return value as Raw<T>;
}

type Defined<T> = NonNullable<T>;

/** The field's own value; nothing of a prototype, whatever the key. */
export function field<T, Key extends keyof Defined<T>>(of: Raw<T>, key: Key): Raw<Defined<T>[Key]> {
  const found: unknown = isObject(of) && Object.hasOwn(of, key) ? of[key as never] : undefined;
  return found as Raw<Defined<T>[Key]>;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A text that is not empty. */
export function text(value: Raw<unknown>): string | undefined {
  const found: unknown = value;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function count(value: Raw<unknown>): number | undefined {
  const found: unknown = value;
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : undefined;
}

export function isTrue(value: Raw<unknown>): boolean {
  return (value as unknown) === true;
}

export function isPresent(value: Raw<unknown>): boolean {
  const found: unknown = value;
  return found !== undefined && found !== null;
}

/** The members, or none. */
export function items<T>(value: Raw<readonly T[] | null | undefined>): readonly Raw<T>[] {
  return Array.isArray(value) ? value : [];
}

/** Those pairs whose value is a text (an empty one counts), in the order of their keys. */
export function textPairs(value: Raw<unknown>): [string, string][] {
  const found: unknown = value;
  if (!isObject(found) || Array.isArray(found)) return [];
  const pairs = Object.entries(found).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1));
}
