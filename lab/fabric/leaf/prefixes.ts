/**
 * Which external EPG holds which prefix of a VRF. The first to claim a prefix keeps it; for every other EPG of the VRF
 * that claims it too the leaf has a conflict, although the APIC accepted the write.
 */
import type { Mo } from '../model/mo.ts';
import { networkOf } from './network.ts';

interface Claim {
  readonly key: string;
  readonly epg: Mo;
  readonly prefix: string;
}

export class PrefixTable {
  readonly #claims = new Map<Mo, Claim>();
  readonly #holders = new Map<string, Set<Mo>>();

  /** Takes note of a subnet as it is now. Returns the external EPGs whose conflicts may have changed. */
  update(subnet: Mo, present: boolean): Set<Mo> {
    const touched = new Set<Mo>();
    const before = this.#claims.get(subnet);
    const after = present ? claimOf(subnet) : undefined;
    if (before?.key === after?.key) return touched;
    if (before) this.#release(subnet, before, touched);
    if (after) this.#take(subnet, after, touched);
    return touched;
  }

  /** Prefixes of `epg` that another EPG holds already. */
  conflictsOf(epg: Mo): string[] {
    const conflicts: string[] = [];
    for (const subnet of epg.children ?? []) {
      const claim = this.#claims.get(subnet);
      if (claim && this.#firstHolder(claim.key) !== epg) conflicts.push(claim.prefix);
    }
    return conflicts.sort();
  }

  #firstHolder(key: string): Mo | undefined {
    const [first] = this.#holders.get(key) ?? [];
    return first && this.#claims.get(first)?.epg;
  }

  #release(subnet: Mo, claim: Claim, touched: Set<Mo>): void {
    this.#claims.delete(subnet);
    const holders = this.#holders.get(claim.key);
    holders?.delete(subnet);
    if (holders?.size === 0) this.#holders.delete(claim.key);
    touched.add(claim.epg);
    this.#touchHolders(claim.key, touched);
  }

  #take(subnet: Mo, claim: Claim, touched: Set<Mo>): void {
    this.#claims.set(subnet, claim);
    const holders = this.#holders.get(claim.key) ?? new Set();
    this.#holders.set(claim.key, holders.add(subnet));
    if (holders.size > 1) touched.add(claim.epg);
  }

  #touchHolders(key: string, touched: Set<Mo>): void {
    for (const holder of this.#holders.get(key) ?? []) {
      const epg = this.#claims.get(holder)?.epg;
      if (epg) touched.add(epg);
    }
  }
}

/** Only prefixes that classify, in an L3Out whose VRF is known, reach a leaf. */
function claimOf(subnet: Mo): Claim | undefined {
  const epg = subnet.parent;
  const vrf = epg && vrfOf(epg);
  if (epg === undefined || !vrf || !subnet.get('scope').split(',').includes('import-security'))
    return undefined;
  const network = networkOf(subnet.get('ip'));
  return network === undefined ? undefined : { key: `${vrf}|${network}`, epg, prefix: subnet.get('ip') };
}

/** DN of the VRF of an external EPG, '' while it is not known. */
export function vrfOf(epg: Mo): string {
  return epg.parent?.childOfClass('l3extRsEctx')?.get('tDn') ?? '';
}
