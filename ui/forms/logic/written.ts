/**
 * An entry as an admin writes it, read and changed by path: `to.externalEpg.contracts.provide`.
 *
 * A form has no state beside it. So what a form does not know stays as it was written, and nothing is lost on the way through.
 */
export type Written = Readonly<Record<string, unknown>>;

export function isWritten(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function valueAt(entry: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isWritten(value) ? value[key] : undefined), entry);
}

export function textAt(entry: unknown, path: string): string {
  const value = valueAt(entry, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function listAt(entry: unknown, path: string): readonly string[] {
  const value = valueAt(entry, path);
  return Array.isArray(value) ? value.map(String) : [];
}

/** The entry with `value` at the path; undefined takes the key away. What is not on the way there is the same object as before. */
export function withValue(entry: Written, path: string, value: unknown): Written {
  const [key = '', ...rest] = path.split('.');
  if (rest.length === 0) return value === undefined ? without(entry, key) : { ...entry, [key]: value };
  const inner = entry[key];
  if (value === undefined && !isWritten(inner)) return entry;
  return { ...entry, [key]: withValue(isWritten(inner) ? inner : {}, rest.join('.'), value) };
}

function without(entry: Written, key: string): Written {
  return Object.fromEntries(Object.entries(entry).filter(([each]) => each !== key));
}

/** By value, whatever the order of keys. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, index) => isSame(each, other[index]));
  if (!isWritten(one) || !isWritten(other)) return one === other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isSame(one[key], other[key]));
}

/** An entry being edited, and what was typed in it that does not count now: it comes back when its choice does. */
export interface Draft {
  readonly entry: Written;
  /** By path. */
  readonly parked: Written;
}

export function draftOf(entry: Written): Draft {
  return { entry, parked: {} };
}

/** Takes what stands at the paths out of the entry, and keeps it. */
export function park(draft: Draft, paths: readonly string[]): Draft {
  return paths.reduce<Draft>(({ entry, parked }, path) => {
    const value = valueAt(entry, path);
    if (value === undefined) return { entry, parked };
    return { entry: withValue(entry, path, undefined), parked: { ...parked, [path]: value } };
  }, draft);
}

/** Brings back what was kept of the paths, where nothing stands now. */
export function unpark(draft: Draft, paths: readonly string[]): Draft {
  return paths.reduce<Draft>(({ entry, parked }, path) => {
    const value = parked[path];
    if (value === undefined || valueAt(entry, path) !== undefined) return { entry, parked };
    return { entry: withValue(entry, path, value), parked: without(parked, path) };
  }, draft);
}
