/** What one peer can take addresses from: of IPv6 its /64, of which every host has all; of IPv4 the address itself. */
import { familyOf, parseAddress, parsePrefix } from '../model/ip.ts';

/** What is no address stands for itself. */
export function neighbourhood(from: string): string {
  const address = parseAddress(from.split('%')[0] ?? '');
  if (address === undefined) return from;
  return familyOf(address) === 'ipv4' ? address : (parsePrefix(`${address}/64`) ?? address);
}
