/**
 * Which objects hold a prefix that classifies (scope import-security), over the whole fabric. Compact: most prefixes have one
 * holder, and then that name stands for itself.
 *
 * Whoever was told that a prefix is held elsewhere is remembered, to be told when that changes.
 */
import { hostPrefix, isDefaultRoute, parsePrefix, type IpPrefix } from '../../model/ip.ts';
import type { ActualItem } from '../../model/target-object.ts';

export class PrefixIndex {
  readonly #holders = new Map<string, string | readonly string[]>();
  readonly #asked = new Map<string, Set<string>>();
  #shared = 0;

  /** Subnets whose classification leaks into other VRFs. */
  get sharedCount(): number {
    return this.#shared;
  }

  add(name: string, item: ActualItem): void {
    const prefix = this.#prefixOf(item, 1);
    if (prefix === undefined) return;
    const known = this.#list(prefix);
    if (known.includes(name)) return;
    this.#holders.set(prefix, known.length === 0 ? name : [...known, name]);
  }

  /** Answers who had been told that it is held here. */
  remove(name: string, item: ActualItem): readonly string[] {
    const prefix = this.#prefixOf(item, -1);
    if (prefix === undefined) return [];
    const left = this.#list(prefix).filter((each) => each !== name);
    const [first] = left;
    if (first === undefined) this.#holders.delete(prefix);
    else this.#holders.set(prefix, left.length === 1 ? first : left);
    const asked = this.#asked.get(prefix);
    this.#asked.delete(prefix);
    return asked === undefined ? [] : [...asked];
  }

  /** Names of objects that hold the prefix, other than `name` itself. */
  holders(name: string, prefix: IpPrefix): readonly string[] {
    if (isDefaultRoute(prefix)) return [];
    const others = this.#list(prefix).filter((each) => each !== name);
    if (others.length === 0) return others;
    const asked = this.#asked.get(prefix);
    if (asked === undefined) this.#asked.set(prefix, new Set([name]));
    else asked.add(name);
    return others;
  }

  #list(prefix: string): readonly string[] {
    const known = this.#holders.get(prefix);
    if (known === undefined) return [];
    return typeof known === 'string' ? [known] : known;
  }

  /** Canonical, so that two spellings of one prefix meet; undefined when it classifies nothing. */
  #prefixOf(item: ActualItem, count: 1 | -1): IpPrefix | undefined {
    if (item.kind !== 'subnet') return undefined;
    const scope = item.attributes['scope'] ?? '';
    if (!scope.includes('import-security')) return undefined;
    if (scope.includes('shared-security')) this.#shared += count;
    // Parsing takes longer than everything else here; of an address it is done already.
    const prefix = item.address === undefined ? parsePrefix(item.name) : hostPrefix(item.address);
    return prefix === undefined || isDefaultRoute(prefix) ? undefined : prefix;
  }
}
