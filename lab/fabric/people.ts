/** Users whom a lab's fabric knows besides its administrator: one for each kind of right. */
import { mo, type MoBody } from './seed.ts';

export interface LabPerson {
  readonly username: string;
  readonly password: string;
  /** Roles in a security domain; `writePriv` includes reading. */
  readonly roles: readonly {
    readonly domain: string;
    readonly role: string;
    readonly privilege: 'readPriv' | 'writePriv';
  }[];
}

export const labPeople = {
  operator: {
    username: 'olivia',
    password: 'lab-Operator1',
    roles: [{ domain: 'all', role: 'ops', privilege: 'writePriv' }],
  },
  viewer: {
    username: 'victor',
    password: 'lab-Viewer1',
    roles: [{ domain: 'all', role: 'read-all', privilege: 'readPriv' }],
  },
  /** Writes in one tenant, and has no say over the fabric as a whole. */
  outsider: {
    username: 'tina',
    password: 'lab-Tenant1',
    roles: [{ domain: 'k8s', role: 'tenant-admin', privilege: 'writePriv' }],
  },
} as const satisfies Record<string, LabPerson>;

/** What grants these roles, below a user. */
export function domainsOf(roles: LabPerson['roles']): MoBody[] {
  return [...new Set(roles.map(({ domain }) => domain))].map((domain) =>
    mo(
      'aaaUserDomain',
      { name: domain },
      roles
        .filter((each) => each.domain === domain)
        .map(({ role, privilege }) => mo('aaaUserRole', { name: role, privType: privilege })),
    ),
  );
}

export function userOf({ username, password, roles }: LabPerson): MoBody {
  const attributes = { dn: `uni/userext/user-${username}`, name: username, pwd: password };
  return mo('aaaUser', attributes, domainsOf(roles));
}

/** All of them, to seed a fabric with. */
export function peopleOfLab(): MoBody[] {
  return Object.values(labPeople).map(userOf);
}
