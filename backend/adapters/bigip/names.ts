/**
 * Names: of pools (`partition/[folder/]name`, as keys have it), of paths in URLs, of members and of addresses with a route domain.
 *
 *     member                   means
 *     10.0.0.1:80              IPv4
 *     2001:db8::1.80           IPv6 has a dot before the port
 *     10.0.0.1%10:80           in route domain 10; without it, in the default route domain of the partition
 *     web01:80                 of a node that has a name
 */
import { familyOf, parseAddress, type IpAddress } from '../../model/ip.ts';

/** `/partition/[folder/]name`, of a key's name; undefined when it is none. */
export function poolPath(name: string): string | undefined {
  const parts = name.split('/');
  const isName = parts.length >= 2 && parts.every((part) => /^[A-Za-z0-9_][\w.:-]*$/.test(part));
  return isName ? `/${name}` : undefined;
}

export function partitionOf(path: string): string {
  return path.split('/').find((part) => part !== '') ?? '';
}

/** `partition` and, in a folder, `subPath`, as creating something needs them. */
export function placeOf(path: string): { partition: string; subPath?: string; name: string } {
  const parts = path.split('/').filter((part) => part !== '');
  const [partition = '', ...rest] = parts;
  const folder = rest.slice(0, -1).join('/');
  return { partition, ...(folder !== '' && { subPath: folder }), name: rest.at(-1) ?? '' };
}

/** A path as it stands in a URL. Trap: the `%` of a route domain must be encoded, the slashes become tildes. */
export function urlKey(path: string): string {
  return encodeURIComponent(path).replaceAll('%2F', '~').replaceAll('%3A', ':');
}

export function pathOfUrlKey(key: string): string {
  try {
    return decodeURIComponent(key).replaceAll('~', '/');
  } catch {
    return key.replaceAll('~', '/');
  }
}

export interface RoutedAddress {
  readonly address: IpAddress;
  readonly routeDomain: number;
}

/** An address as the device shows it, which leaves the default route domain of the partition out, or not. */
export function parseRouted(text: string, defaultRouteDomain: number): RoutedAddress | undefined {
  const [bare = '', domain] = text.split('%');
  const address = parseAddress(bare);
  if (address === undefined || (domain !== undefined && !/^\d+$/.test(domain))) return undefined;
  return { address, routeDomain: domain === undefined ? defaultRouteDomain : Number(domain) };
}

export function routedText({ address, routeDomain }: RoutedAddress): string {
  return `${address}%${routeDomain}`;
}

/** The name of a member on a node: an address of IPv6 takes a dot. */
export function memberName(node: string, port: number): string {
  return `${node}${node.includes(':') ? '.' : ':'}${port}`;
}

/** The node's path and the port of a member's path. */
export function splitMember(path: string): { readonly node: string; readonly port: number } {
  const match = /^(.*)[.:](\d+|any|\*)$/.exec(path);
  if (match === null) return { node: path, port: 0 };
  const [, node = '', port = ''] = match;
  return { node, port: /^\d+$/.test(port) ? Number(port) : 0 };
}

/** As the rest of the product calls it: `10.0.0.1:8080`, `[fd00::1]:8080`. */
export function itemName(address: IpAddress, port: number): string {
  return familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

export function parseItemName(
  name: string,
): { readonly address: IpAddress; readonly port: number } | undefined {
  const match = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(name);
  const address = parseAddress(match?.[1] ?? '');
  return address === undefined ? undefined : { address, port: Number(match?.[2]) };
}

/** A rule of monitors, so that equal ones are equal texts: the device adds spaces, and keeps the order that was typed. */
export function monitorRule(text: string): string {
  const least = /^\s*min\s+(\d+)\s+of\s/.exec(text)?.[1];
  const words = text.replace(/^\s*min\s+\d+\s+of\s/, '').replaceAll(/[{}]/g, ' ');
  const monitors = words.split(/\s+/).filter((word) => !['', 'and', 'none', '/Common/none'].includes(word));
  if (monitors.length === 0) return 'none';
  const named = monitors.map((each) => (each.startsWith('/') ? each : `/Common/${each}`)).sort();
  return least === undefined ? named.join(' and ') : `min ${least} of { ${named.join(' ')} }`;
}
