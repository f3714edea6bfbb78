/** An address as a person writes it: in any spelling, or as the host prefix that a fabric shows. */
import { hostAddress, parseAddress, parsePrefix } from '../../model/ip.ts';

/** As it is stored; what is no address stays as it is, and is found nowhere. */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text.trim());
  if (address !== undefined) return address;
  const prefix = parsePrefix(text.trim());
  return (prefix === undefined ? undefined : hostAddress(prefix)) ?? text;
}
