/**
 * What stands around target objects and is never ours: tenants, VRFs with their vzAny, L3Outs, contracts, IP SLA policies. It answers whether the
 * sentinels of a key are there, which VRF it is in, and what a VRF lets through for everybody. Kept and replaced per tenant: of a tenant
 * that was read anew meanwhile, the answer of an older read is left out.
 */
import { problem, type Problem } from '../../model/problems.ts';
import { tenantDn, tenantOf, type Dn } from './dn.ts';
import { MoTable, type Followed } from './mo-table.ts';
import type { Mo } from './mo.ts';
import { ReadOrder } from './read-order.ts';

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
  vnsSvcCont: [],
  fvIPSLAMonitoringPol: [],
};

export interface Vrf {
  readonly enforced: boolean;
  readonly preferredGroup: boolean;
  /** Some contract of vzAny is formed. */
  readonly vzAny: boolean;
}

/** What a read of structure found, by tenant. */
export interface FoundTenants {
  readonly changed: readonly string[];
  /** Those that must be read again: something happened to them while they were read. */
  readonly uncertain: readonly string[];
}

export class Structure {
  readonly #order = new ReadOrder<string>();
  #tenants = new Map<string, MoTable>();
  /** By container; every round asks for every object's. */
  readonly #sentinels = new Map<Dn, Problem | undefined>();

  /** Announces a read; answers its number. */
  begin(): number {
    return this.#order.begin();
  }

  noticed(tenant: string): void {
    this.#order.notice(tenant);
  }

  /** Replaces every tenant. */
  replaceAll(mos: readonly Mo[], read: number): FoundTenants {
    const byTenant = new Map<string, Mo[]>();
    for (const mo of mos) {
      const tenant = tenantOf(mo.dn);
      const list = byTenant.get(tenant);
      if (list === undefined) byTenant.set(tenant, [mo]);
      else list.push(mo);
    }
    const names = new Set([...this.#tenants.keys(), ...byTenant.keys()]);
    return this.#found(
      [...names].filter((tenant) => this.#take(tenant, byTenant.get(tenant) ?? [], read)),
      read,
    );
  }

  replace(tenant: string, mos: readonly Mo[], read: number): FoundTenants {
    return this.#found(this.#take(tenant, mos, read) ? [tenant] : [], read);
  }

  #found(changed: readonly string[], read: number): FoundTenants {
    return { changed, uncertain: changed.filter((tenant) => this.#order.mayBeBehind(tenant, read)) };
  }

  /** Whether anything differed. */
  #take(tenant: string, mos: readonly Mo[], read: number): boolean {
    if (!this.#order.take(tenant, read)) return false;
    const table = new MoTable(structureClasses, mos);
    const same = (this.#tenants.get(tenant) ?? new MoTable(structureClasses)).equals(table);
    if (mos.length === 0) this.#tenants.delete(tenant);
    else this.#tenants.set(tenant, table);
    this.#sentinels.clear();
    return !same;
  }

  agrees(tenant: string, notice: Mo): boolean {
    return (this.#tenants.get(tenant) ?? new MoTable(structureClasses)).agrees(notice);
  }

  /** What is missing around an L3Out. */
  sentinel(container: Dn): Problem | undefined {
    if (!this.#sentinels.has(container)) this.#sentinels.set(container, this.#missingAround(container));
    return this.#sentinels.get(container);
  }

  #missingAround(container: Dn): Problem | undefined {
    const tenant = tenantOf(container);
    const table = this.#tenants.get(tenant);
    if (table?.has(tenantDn(tenant)) !== true) return missing(`tenant ${tenant}`);
    const l3out = `L3Out ${container.slice(container.indexOf('/out-') + '/out-'.length)} of tenant ${tenant}`;
    if (!table.has(container)) return missing(l3out);
    const vrf = this.vrfDn(container);
    if (vrf === undefined) return missing(`the VRF of ${l3out}`);
    return this.vrf(vrf) === undefined ? missing(`VRF ${vrf}, which ${l3out} is in,`) : undefined;
  }

  /** What is missing around a service container: it comes with the tenant, so without it we lack the right to see it. */
  missingService(container: Dn): Problem | undefined {
    const tenant = tenantOf(container);
    const table = this.#table(tenant);
    if (!table.has(tenantDn(tenant))) return missing(`tenant ${tenant}`);
    return table.has(container) ? undefined : missing(`what tenant ${tenant} has for services`);
  }

  /** DN of the L3Out's VRF; undefined while its relation is not resolved. */
  vrfDn(container: Dn): Dn | undefined {
    const relation = this.#table(tenantOf(container)).get(`${container}/rsectx`);
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

  /** Whether something that is followed is there, wherever a relation by DN may point. */
  has(dn: Dn): boolean {
    return this.#table(tenantOf(dn)).has(dn);
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
