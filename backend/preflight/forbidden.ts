/**
 * Addresses at which machines of a cloud are told their own secrets. No system of an admin's is there, and an admin of this product is not
 * thereby one of the machine that it runs on.
 */
import { parseAddress, parsePrefix, prefixMatcher } from '../model/ip.ts';

const prefixes = ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128'].flatMap(
  (each) => parsePrefix(each) ?? [],
);
const matches = prefixMatcher(prefixes);

/** `text`: an address in any form, with or without a zone. What is no address is not forbidden. */
export function isForbidden(text: string): boolean {
  const address = parseAddress(text.split('%', 1)[0] ?? '');
  return address !== undefined && matches(address);
}
