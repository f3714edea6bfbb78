/** What a role allows, and the words for what it does not. */
import type { PersonModel, RoleModel } from '../../backend/api/contract/access.ts';

const ranks: Readonly<Record<RoleModel, number>> = { viewer: 1, operator: 2, admin: 3 };

export function mayDo(person: PersonModel | undefined, needed: RoleModel): boolean {
  return person !== undefined && ranks[person.role] >= ranks[needed];
}

/** Why the person cannot do what takes `needed`; undefined: they can. */
export function whyNot(person: PersonModel | undefined, needed: RoleModel): string | undefined {
  if (mayDo(person, needed)) return undefined;
  const has = person === undefined ? 'nobody is signed in' : `you are here as ${person.role}`;
  return `takes the role ${needed}; ${has}`;
}
