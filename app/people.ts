/**
 * The users of the declared fabrics, and on an APIC those of that APIC, declared or not: who deletes or mistypes the last fabric would
 * keep everybody out. One directory per fabric, made anew when the fabric is declared otherwise.
 */
import { createApicUsers, type ApicUsers } from '../backend/adapters/apic/users/apic-users.ts';
import type { FabricUsers } from '../backend/access/ports.ts';
import type { Document, ReachedFabric } from '../backend/model/mapping.ts';
import { hostFabricOf, type NamedHostFabric } from './app-center/host-fabric.ts';
import type { HostFabricAccess } from './app-center/host.ts';
import { placeOfFabric } from './config/fabric-access.ts';
import type { Secrets } from './config/secrets.ts';

export interface PeopleOptions {
  readonly document: () => Document;
  readonly secrets: Secrets;
  /** Of the APIC on which we run. */
  readonly host?: HostFabricAccess | undefined;
}

export interface People {
  /** Of the fabrics that are declared now, and of the APIC on which we run. */
  users(): readonly FabricUsers[];
  close(): Promise<void>;
}

interface Known {
  readonly declaredAs: string;
  readonly users: ApicUsers;
}

type Place = ReachedFabric | NamedHostFabric;

function placesIn({ fabrics }: Document, host: HostFabricAccess | undefined): readonly Place[] {
  const isKnown = host === undefined || fabrics.some((each) => 'appCenter' in each);
  return isKnown ? fabrics : [...fabrics, hostFabricOf({ fabrics })];
}

export function createPeople({ document, secrets, host }: PeopleOptions): People {
  let known = new Map<string, Known>();
  let current: { readonly document: Document; readonly users: readonly FabricUsers[] } | undefined;
  const usersOf = (declaration: Place): Known => {
    const { name } = declaration;
    const { controllers, trust } = placeOfFabric(declaration, secrets, host);
    const declaredAs = JSON.stringify([controllers, trust]);
    const before = known.get(name);
    if (before?.declaredAs === declaredAs) return before;
    return { declaredAs, users: createApicUsers({ fabric: name, controllers, trust }) };
  };
  return {
    users() {
      // Asked at every request of a fabric's user.
      if (current?.document === document()) return current.users;
      const now = new Map<string, Known>();
      for (const fabric of placesIn(document(), host)) {
        try {
          now.set(fabric.name, usersOf(fabric));
        } catch {
          // A certificate that cannot be read, or is none: the fabric itself says so, and others are signed in to.
        }
      }
      for (const [name, { users }] of known)
        if (now.get(name)?.users !== users) void users.close().catch(() => undefined);
      known = now;
      current = { document: document(), users: [...now.values()].map(({ users }) => users) };
      return current.users;
    },
    async close() {
      await Promise.allSettled([...known.values()].map(({ users }) => users.close()));
    },
  };
}
