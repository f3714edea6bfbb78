/** What lies in a tenant's service container, `uni/tn-T/svcCont`, which comes with the tenant: `tenant/name` ⇄ its DN. */
import type { Problem } from '../../../model/problems.ts';
import { joinDn, tenantDn, type Dn } from '../dn.ts';
import type { Structure } from '../structure.ts';

export const servicesOf = { className: 'vnsSvcCont', rn: 'svcCont' } as const;

const keyName = /^([a-zA-Z0-9_.:-]+)\/([a-zA-Z0-9_.:-]+)$/;

export function serviceContainer(tenant: string): Dn {
  return joinDn(tenantDn(tenant), servicesOf.rn);
}

export function serviceSentinel(structure: Structure, container: Dn): Problem | undefined {
  return structure.missingService(container);
}

/** Names of objects whose relative name is `<prefix>-<name>`. */
export function tenantObject(prefix: string): {
  dnOf(name: string): Dn | undefined;
  nameOf(dn: Dn): string;
} {
  const pattern = new RegExp(`^uni/tn-([^/]+)/${servicesOf.rn}/${prefix}-([^/]+)$`);
  return {
    dnOf(name) {
      const [, tenant = '', own = ''] = keyName.exec(name) ?? [];
      return own === '' ? undefined : joinDn(serviceContainer(tenant), `${prefix}-${own}`);
    },
    nameOf(dn) {
      const [, tenant = '', own = ''] = pattern.exec(dn) ?? [];
      return `${tenant}/${own}`;
    },
  };
}
