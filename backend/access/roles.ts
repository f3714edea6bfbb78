/** What a user of a fabric may do here: by the roles that the fabric grants for its whole self, the security domain `all`. */
import type { AccessSettings } from '../model/mapping.ts';
import type { Role } from '../model/person.ts';
import type { GrantedRole } from './ports.ts';

const everything = 'all';
const highestFirst = ['admin', 'operator', 'viewer'] as const;

/** The highest one whose role is held with write privilege; held for reading only, any of them lets look. undefined: none. */
export function roleOf(granted: readonly GrantedRole[], { roles }: AccessSettings): Role | undefined {
  const held = granted.filter(({ domain }) => domain === everything);
  const writes = new Set(held.filter(({ write }) => write).map(({ role }) => role));
  const highest = highestFirst.find((role) => roles[role].some((each) => writes.has(each)));
  if (highest !== undefined) return highest;
  const known = new Set(highestFirst.flatMap((role) => roles[role]));
  return held.some(({ role }) => known.has(role)) ? 'viewer' : undefined;
}

/** For whoever has none of them. */
export function rolesThatWouldDo({ roles }: AccessSettings): string {
  const named = highestFirst.flatMap((role) =>
    roles[role].length === 0 ? [] : [`${roles[role].join(' or ')} (${role})`],
  );
  if (named.length === 0) return 'settings.access.roles names no role of a fabric, so that none would do';
  return `one of these roles, for the security domain ${everything}, would do: ${named.join(', ')}`;
}
