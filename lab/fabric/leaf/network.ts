/** The network that a prefix stands for, in one spelling: `10.1.2.3/24` and `10.1.2.0/24` are the same to a leaf. */
import { isIP } from 'node:net';

/** Undefined for the prefixes that match everything: they never collide. */
export function networkOf(prefix: string): string | undefined {
  const [host = '', mask] = prefix.split('/');
  const family = isIP(host);
  if (family === 0) return undefined;
  const bits = family === 4 ? 32 : 128;
  const length = mask === undefined ? bits : Number(mask);
  if (length === 0) return undefined;
  const hostBits = BigInt(bits - length);
  const value = (groupsToNumber(host, family) >> hostBits) << hostBits;
  return `${family}:${value.toString(16)}/${length}`;
}

function groupsToNumber(host: string, family: number): bigint {
  if (family === 4) return host.split('.').reduce((sum, octet) => (sum << 8n) + BigInt(octet), 0n);
  const [left = [], right] = host.split('::').map(groupsOf);
  const gap = right === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: gap }, () => 0), ...(right ?? [])];
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(group), 0n);
}

/** The last two groups may be written as an IPv4 address. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
