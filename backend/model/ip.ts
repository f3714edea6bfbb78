/**
 * Addresses and prefixes as parsed, canonical values. The only importer of ipaddr.js, cidr-tools and isIP.
 *
 * Canonical text: IPv4 dotted decimal; IPv6 lower case, compressed (RFC 5952); prefixes with host bits cleared.
 * Trap: both libraries parse leniently (`10.1`, `10.0.0.300/24`), so everything passes `isIP` first.
 */
import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Brand } from './identity.ts';

export type IpAddress = Brand<'IpAddress'>;
export type IpPrefix = Brand<'IpPrefix'>;
export type Family = 'ipv4' | 'ipv6';

/** The canonical address, or undefined when `text` is not one. IPv4-mapped IPv6 becomes IPv4. */
export function parseAddress(text: string): IpAddress | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined;
  const parsed = ipaddr.process(text);
  // ipaddr.js writes mapped tails and zero runs as RFC 5952 does; toString is lower case and compressed.
  return parsed.toString() as IpAddress;
}

/**
 * The canonical prefix (host bits cleared), or undefined. A bare address is not a prefix. An IPv4-mapped one counts its bits
 * from the start of the IPv6 address: `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
 */
export function parsePrefix(text: string): IpPrefix | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const canonical = parseAddress(address);
  if (canonical === undefined) return undefined;
  const isMapped = isIP(address) === 6 && familyOf(canonical) === 'ipv4';
  const bits = Number(length) - (isMapped ? 96 : 0);
  if (bits < 0 || bits > width(canonical)) return undefined;
  const network =
    familyOf(canonical) === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${canonical}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${canonical}/${bits}`);
  return `${network.toString()}/${bits}` as IpPrefix;
}

export function familyOf(value: IpAddress | IpPrefix): Family {
  return value.includes(':') ? 'ipv6' : 'ipv4';
}

function width(value: IpAddress | IpPrefix): 32 | 128 {
  return familyOf(value) === 'ipv4' ? 32 : 128;
}

/** The prefix that holds exactly this address: /32 or /128. */
export function hostPrefix(address: IpAddress): IpPrefix {
  return `${address}/${width(address)}` as IpPrefix;
}

/** The address of a host prefix, or undefined when the prefix is wider. */
export function hostAddress(prefix: IpPrefix): IpAddress | undefined {
  const [address = '', bits] = prefix.split('/');
  return Number(bits) === width(prefix) ? (address as IpAddress) : undefined;
}

/**
 * Tests addresses against a list of prefixes, which are parsed once. Node's BlockList is ten times as fast as ipaddr.js,
 * and every address of every pod passes here. One list per family, because it takes `::/0` to hold IPv4 as well.
 */
export function prefixMatcher(prefixes: readonly IpPrefix[]): (address: IpAddress) => boolean {
  const lists: Readonly<Record<Family, BlockList>> = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const prefix of prefixes) {
    const [network = '', bits] = prefix.split('/');
    const family = familyOf(prefix);
    lists[family].addSubnet(network, Number(bits), family);
  }
  return (address) => {
    const family = familyOf(address);
    return lists[family].check(address, family);
  };
}

/** 0/0 or ::/0, which the leaf treats specially. */
export function isDefaultRoute(prefix: IpPrefix): boolean {
  return prefix === '0.0.0.0/0' || prefix === '::/0';
}

/** Text that sorts as the addresses count: IPv4 before IPv6, 10.0.0.9 before 10.0.0.10. */
export function addressOrder(address: IpAddress): string {
  // Canonical dotted decimal needs no parser, which matters where there are thousands.
  const isDotted = familyOf(address) === 'ipv4';
  const bytes = isDotted ? address.split('.').map(Number) : ipaddr.parse(address).toByteArray();
  return `${isDotted ? 4 : 6}${Buffer.from(bytes).toString('hex')}`;
}

/** The narrowest prefix that holds all of one family; undefined of none. */
export function commonPrefix(prefixes: readonly IpPrefix[]): IpPrefix | undefined {
  const [first, ...rest] = prefixes;
  if (first === undefined) return undefined;
  const bits = rest.reduce((length, each) => Math.min(length, sharedBits(first, each)), lengthOf(first));
  return parsePrefix(`${first.split('/', 1)[0] ?? ''}/${bits}`);
}

function lengthOf(prefix: IpPrefix): number {
  return Number(prefix.split('/')[1]);
}

/** From the start, as far as both say what they are. */
function sharedBits(one: IpPrefix, other: IpPrefix): number {
  const [a, b] = [one, other].map((each) => ipaddr.parse(each.split('/', 1)[0] ?? '').toByteArray());
  const most = Math.min(lengthOf(one), lengthOf(other));
  for (let index = 0; index * 8 < most; index += 1) {
    const differing = (a?.[index] ?? 0) ^ (b?.[index] ?? 0);
    if (differing !== 0) return Math.min(most, index * 8 + Math.clz32(differing) - 24);
  }
  return most;
}
