/**
 * The name of a server of ours, which is its mark: `aks.<instance>.<mapping>.<address>:<port>`. IPv6 stands there as it is, since names may
 * hold colons; the last one parts the port.
 */
import { digest } from '../../model/digest.ts';
import type { InstanceId, ShortId } from '../../model/identity.ts';
import { familyOf, parseAddress, type IpAddress } from '../../model/ip.ts';
import type { OwnershipMark } from '../../model/ownership-mark.ts';

export interface Place {
  readonly address: IpAddress;
  readonly port: number;
}

export interface OwnName {
  readonly mark: OwnershipMark;
  readonly place: Place;
}

const pattern = /^aks\.([a-z0-9]{4,12})\.([0-9a-f]{8})\.([0-9a-f:.]+):(\d{1,5})$/;
/** What HAProxy takes for the name of a backend or server. */
const legal = /^[A-Za-z0-9_:.-]+$/;
const mostPort = 65_535;

export function isLegalName(name: string): boolean {
  return legal.test(name);
}

export function serverName({ instance, mapping }: OwnershipMark, { address, port }: Place): string {
  return `aks.${instance}.${mapping}.${address}:${port}`;
}

/** undefined: not a name that we give. */
export function parseServerName(name: string): OwnName | undefined {
  const match = pattern.exec(name);
  if (match === null) return undefined;
  const [, instance = '', mapping = '', text = '', port = ''] = match;
  const address = parseAddress(text);
  const place = address === undefined ? undefined : placeOf(address, port);
  if (place === undefined || address !== text || String(place.port) !== port) return undefined;
  return { mark: { instance: instance as InstanceId, mapping: mapping as ShortId, source: '-' }, place };
}

function placeOf(address: IpAddress, port: string): Place | undefined {
  const number = Number(port);
  return number > 0 && number <= mostPort ? { address, port: number } : undefined;
}

/** As pools name their members, and as HAProxy takes addresses: `10.0.0.1:80`, `[fd00::1]:80`. */
export function memberName({ address, port }: Place): string {
  return familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

export function parseMemberName(name: string): Place | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(name);
  if (match === null) return undefined;
  const address = parseAddress(match[1] ?? match[2] ?? '');
  return address === undefined ? undefined : placeOf(address, match[3] ?? '');
}

/**
 * Ids decide a server's place on the ring of a consistent hash, where they count modulo 2^20 only, and where ids that HAProxy chose for
 * servers added at runtime may get no traffic. Made from the place, they survive a reload and are the same on every HAProxy;
 * the low ones are left to the configuration.
 */
const firstId = 2 ** 16;
const idSpan = 2 ** 20 - firstId;

export function serverId(place: Place, inUse: (id: number) => boolean): number {
  let offset = Number.parseInt(digest(memberName(place), 8), 16) % idSpan;
  while (inUse(firstId + offset)) offset = (offset + 1) % idSpan;
  return firstId + offset;
}
