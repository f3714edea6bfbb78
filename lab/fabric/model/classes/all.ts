/** The classes that this fabric knows. A class that is not listed here is unknown to it, and it says so. */
import type { ClassDef } from '../class-def.ts';
import { contractClasses } from './contract.ts';
import { endpointClasses } from './endpoints.ts';
import { l3outClasses } from './l3out.ts';
import { redirectClasses } from './redirect.ts';
import { systemClasses } from './system.ts';
import { tenantClasses } from './tenant.ts';

export const allClasses: Readonly<Record<string, ClassDef>> = {
  ...tenantClasses,
  ...l3outClasses,
  ...contractClasses,
  ...redirectClasses,
  ...endpointClasses,
  ...systemClasses,
};
