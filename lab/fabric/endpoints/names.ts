/** What endpoints are called: MACs and addresses in the one spelling in which the fabric shows them. */
import { isIP, SocketAddress } from 'node:net';
import { Refused } from '../refused.ts';

/** The EPG, ESG or VRF under which the fabric shows the endpoint, and its MAC: what its DN is made of. */
export interface EndpointName {
  readonly epgDn: string;
  readonly mac: string;
}

export function dnOf({ epgDn, mac }: EndpointName): string {
  return `${epgDn}/cep-${macOf(mac)}`;
}

export function macOf(mac: string): string {
  const upper = mac.toUpperCase().replaceAll('-', ':');
  if (!/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/.test(upper)) throw new Refused(`'${mac}' is no MAC address`);
  return upper;
}

/** In the one spelling in which a leaf reports it. */
export function addressOf(ip: string): string {
  const family = isIP(ip);
  if (family === 0 || ip.includes('%')) throw new Refused(`'${ip}' is no IP address`);
  return family === 4 ? ip : new SocketAddress({ address: ip, family: 'ipv6' }).address;
}
