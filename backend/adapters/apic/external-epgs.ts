/**
 * What rounds ask only of external EPGs: who holds a prefix, which of them would collide, and what lets one be talked to. In: the
 * mirror, which tells of every record that is replaced, and the structure around. Out: answers.
 */
import type { IpPrefix } from '../../model/ip.ts';
import type { Reachability } from '../../model/target-object.ts';
import { masterDn } from './codec/external-epg.ts';
import { splitLast, tenantOf, type Dn } from './dn.ts';
import type { Mo } from './mo.ts';
import { PrefixIndex } from './prefix-index.ts';
import { reachabilityOf } from './reachability.ts';
import type { ObjectRecord } from './record.ts';
import type { Structure } from './structure.ts';

const contractClasses: ReadonlySet<string> = new Set(['fvRsProv', 'fvRsCons', 'fvRsConsIf', 'fvRsIntraEpg']);
const none: Iterable<Mo> = [];

export class ExternalEpgs {
  readonly #structure: Structure;
  readonly #get: (dn: Dn) => ObjectRecord | undefined;
  readonly #prefixes = new PrefixIndex();

  constructor(structure: Structure, get: (dn: Dn) => ObjectRecord | undefined) {
    this.#structure = structure;
    this.#get = get;
  }

  replaced(dn: Dn, old: ObjectRecord | undefined, next: ObjectRecord | undefined): void {
    for (const mo of old?.mos ?? none) if (next?.find(mo.dn) !== mo) this.#prefixes.remove(dn, mo);
    for (const mo of next?.mos ?? none) if (old?.find(mo.dn) !== mo) this.#prefixes.add(dn, mo);
  }

  holders(dn: Dn, prefix: IpPrefix): readonly Dn[] {
    return this.#prefixes.holders(dn, prefix).filter((other) => this.collide(dn, other));
  }

  /** True when it cannot be told. */
  collide(one: Dn, other: Dn): boolean {
    const [mine, theirs] = [one, other].map((dn) => this.#structure.vrfDn(splitLast(dn).parent));
    return mine === undefined || theirs === undefined || mine === theirs;
  }

  /** Some subnets leak their classification into VRFs that we do not follow. */
  get hasLeaks(): boolean {
    return this.#prefixes.sharedCount > 0 && this.#structure.vrfsInUse().size > 1;
  }

  /** Whether what the item names is there, and lets it be talked to when it is a master. */
  resolves(dn: Dn, itemKind: string, itemName: string): boolean {
    if (itemKind === 'inherits') return this.#hasContract(masterDn(dn, itemName));
    return this.#structure.hasContract(tenantOf(dn), itemName);
  }

  /** Of an object that is not there: what the VRF alone would let through. */
  reachability(dn: Dn, record: ObjectRecord | undefined): Reachability {
    const inVrf = this.#structure.vrfDn(splitLast(dn).parent);
    const vrf = inVrf === undefined ? undefined : this.#structure.vrf(inVrf);
    if (vrf === undefined) return 'isolated';
    return reachabilityOf(vrf, {
      contract: record !== undefined && hasContract(record),
      inherited: [...(record?.references ?? [])].some((master) => this.#hasContract(master)),
      preferredGroupMember: record?.attributes['prefGrMemb'] === 'include',
    });
  }

  #hasContract(master: Dn): boolean {
    const record = this.#get(master);
    return record !== undefined && hasContract(record);
  }
}

/** A contract relation of its own that is formed. */
function hasContract(record: ObjectRecord): boolean {
  for (const { className, attributes } of record.mos)
    if (contractClasses.has(className) && attributes['state'] === 'formed') return true;
  return false;
}
