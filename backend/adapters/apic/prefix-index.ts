/**
 * Which objects hold a prefix that classifies (scope import-security), over the whole fabric. Compact: most prefixes have one
 * holder, and then its DN stands for itself. Nobody who asks is remembered: whoever waits for a prefix is looked at again in the round
 * that the change of its holder leads to, since rounds plan every key.
 */
import { isDefaultRoute, parsePrefix, type IpPrefix } from '../../model/ip.ts';
import { rnValue, splitLast, type Dn } from './dn.ts';
import type { Mo } from './mo.ts';

export class PrefixIndex {
  readonly #holders = new Map<string, Dn | readonly Dn[]>();
  #shared = 0;

  /** Subnets whose classification leaks into other VRFs. */
  get sharedCount(): number {
    return this.#shared;
  }

  add(dn: Dn, mo: Mo): void {
    const prefix = this.#prefixOf(mo, 1);
    if (prefix === undefined) return;
    const known = this.#list(prefix);
    if (known.includes(dn)) return;
    this.#holders.set(prefix, known.length === 0 ? dn : [...known, dn]);
  }

  remove(dn: Dn, mo: Mo): void {
    const prefix = this.#prefixOf(mo, -1);
    if (prefix === undefined) return;
    const left = this.#list(prefix).filter((each) => each !== dn);
    const [first] = left;
    if (first === undefined) this.#holders.delete(prefix);
    else this.#holders.set(prefix, left.length === 1 ? first : left);
  }

  /** Objects that hold the prefix, other than `dn` itself. */
  holders(dn: Dn, prefix: IpPrefix): readonly Dn[] {
    return isDefaultRoute(prefix) ? [] : this.#list(prefix).filter((each) => each !== dn);
  }

  #list(prefix: string): readonly Dn[] {
    const known = this.#holders.get(prefix);
    if (known === undefined) return [];
    return typeof known === 'string' ? [known] : known;
  }

  /** Canonical, so that two spellings of one prefix meet; undefined when it classifies nothing. */
  #prefixOf(mo: Mo, count: 1 | -1): IpPrefix | undefined {
    if (mo.className !== 'l3extSubnet') return undefined;
    const scope = mo.attributes['scope'] ?? '';
    if (!scope.includes('import-security')) return undefined;
    if (scope.includes('shared-security')) this.#shared += count;
    const prefix = parsePrefix(rnValue(splitLast(mo.dn).rn, 'extsubnet') ?? '');
    return prefix === undefined || isDefaultRoute(prefix) ? undefined : prefix;
  }
}
