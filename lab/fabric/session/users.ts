/** Local users are objects of the tree; their domains and roles say whether they may write. */
import type { Mo, Tree } from '../model/mo.ts';

export interface User {
  readonly name: string;
  readonly unixUserId: string;
  readonly domains: readonly UserDomain[];
  readonly mayWrite: boolean;
}

interface UserDomain {
  readonly name: string;
  readonly rolesR: string;
  readonly rolesW: string;
}

/** `apic:DOMAIN\user` and `apic#DOMAIN\user` name the user of a login domain. */
export function authenticate(tree: Tree, name: string, password: string): User | undefined {
  const local = name.replace(/^apic[:#][^\\]*\\+/, '');
  const mo = tree.get(`uni/userext/user-${local}`);
  if (mo?.own['pwd'] !== password || mo.get('accountStatus') !== 'active') return undefined;
  return userOf(mo, local);
}

/** The user of an installed app. */
export function appUser(tree: Tree, app: string): User | undefined {
  const mo = tree.get(`uni/userext/appuser-${app}`);
  return mo && userOf(mo, app);
}

function userOf(mo: Mo, name: string): User {
  const domains = childrenOf(mo, 'aaaUserDomain').map(readDomain);
  return {
    name,
    unixUserId: mo.get('unixUserId'),
    domains,
    mayWrite: domains.some((domain) => domain.rolesW !== ''),
  };
}

function readDomain(mo: Mo): UserDomain {
  const roles = childrenOf(mo, 'aaaUserRole');
  const names = (all: Mo[]): string => all.map((role) => role.get('name')).join(',');
  return {
    name: mo.get('name'),
    rolesR: names(roles),
    rolesW: names(roles.filter((role) => role.get('privType') === 'writePriv')),
  };
}

function childrenOf(mo: Mo, className: string): Mo[] {
  return [...(mo.children ?? [])].filter((child) => child.meta.name === className);
}
