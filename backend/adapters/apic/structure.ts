/**
 * What stands around external EPGs and is never ours: tenants, VRFs with their vzAny, L3Outs, contracts. It answers whether the
 * sentinels of a key are there, which VRF it is in, and what a VRF lets through for everybody. Kept and replaced per tenant.
 */
import { problem, type Problem } from '../../model/problems.ts';
import { containerDn, splitDn, tenantDn, type Dn } from './dn.ts';
import { MoTable, type Followed } from './mo-table.ts';
import type { Mo } from './mo.ts';

export const structureClasses: Followed = {
  fvTenant: [],
  fvCtx: ['pcEnfPref'],
  vzAny: ['prefGrMemb'],
  vzRsAnyToProv: ['state'],
  vzRsAnyToCons: ['state'],
  vzRsAnyToConsIf: ['state'],
  l3extOut: [],
  l3extRsEctx: ['tDn', 'state'],
  vzBrCP: [],
  vzCPIf: [],
};

export interface Vrf {
  readonly enforced: boolean;
  readonly preferredGroup: boolean;
  /** Some contract of vzAny is formed. */
  readonly vzAny: boolean;
}

function tenantOf(dn: string): string {
  return splitDn(dn)[1]?.slice('tn-'.length) ?? '';
}

export class Structure {
  #tenants = new Map<string, MoTable>();

  /** Replaces every tenant; answers which changed. */
  replaceAll(mos: readonly Mo[]): readonly string[] {
    const read = new Map<string, Mo[]>();
    for (const mo of mos) {
      const tenant = tenantOf(mo.dn);
      const list = read.get(tenant);
      if (list === undefined) read.set(tenant, [mo]);
      else list.push(mo);
    }
    const names = new Set([...this.#tenants.keys(), ...read.keys()]);
    return [...names].filter((tenant) => this.replace(tenant, read.get(tenant) ?? []));
  }

  /** Whether anything differed. */
  replace(tenant: string, mos: readonly Mo[]): boolean {
    const table = new MoTable(structureClasses, mos);
    const same = (this.#tenants.get(tenant) ?? new MoTable(structureClasses)).equals(table);
    if (mos.length === 0) this.#tenants.delete(tenant);
    else this.#tenants.set(tenant, table);
    return !same;
  }

  agrees(tenant: string, notice: Mo): boolean {
    return (this.#tenants.get(tenant) ?? new MoTable(structureClasses)).agrees(notice);
  }

  /** What is missing around a container, `tenant/l3out`. */
  sentinel(container: string): Problem | undefined {
    const [tenant = '', l3out = ''] = container.split('/');
    const table = this.#tenants.get(tenant);
    if (table?.has(tenantDn(tenant)) !== true) return missing(`tenant ${tenant}`);
    if (!table.has(containerDn(container))) return missing(`L3Out ${l3out} of tenant ${tenant}`);
    const vrf = this.vrfDn(container);
    if (vrf === undefined) return missing(`the VRF of L3Out ${container}`);
    return this.vrf(vrf) === undefined ? missing(`VRF ${vrf}, which L3Out ${container} is in,`) : undefined;
  }

  /** DN of the container's VRF; undefined while its relation is not resolved. */
  vrfDn(container: string): Dn | undefined {
    const relation = this.#table(container.split('/')[0] ?? '').get(`${containerDn(container)}/rsectx`);
    const target = relation?.attributes['tDn'];
    return target === undefined || target === '' ? undefined : (target as Dn);
  }

  vrf(dn: Dn): Vrf | undefined {
    const table = this.#table(tenantOf(dn));
    const ctx = table.get(dn);
    if (ctx === undefined) return undefined;
    const any = `${dn}/any`;
    const relations = [...table.values()].filter((mo) => mo.dn.startsWith(`${any}/`));
    return {
      enforced: ctx.attributes['pcEnfPref'] !== 'unenforced',
      preferredGroup: table.get(any)?.attributes['prefGrMemb'] === 'enabled',
      vzAny: relations.some((mo) => mo.attributes['state'] === 'formed'),
    };
  }

  /** Whether a contract of this name is in the tenant or in common, which is where a relation by name finds it. */
  hasContract(tenant: string, name: string): boolean {
    return [tenant, 'common'].some((each) => this.#table(each).has(`${tenantDn(each)}/brc-${name}`));
  }

  /** VRFs that some L3Out is in. */
  vrfsInUse(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const table of this.#tenants.values())
      for (const { className, attributes } of table.values())
        if (className === 'l3extRsEctx' && attributes['tDn'] !== '') found.add(attributes['tDn'] ?? '');
    return found;
  }

  #table(tenant: string): MoTable {
    return this.#tenants.get(tenant) ?? new MoTable(structureClasses);
  }
}

function missing(what: string): Problem {
  return problem('fabric.sentinel', `${what} is not there, or our user may not see it`);
}
