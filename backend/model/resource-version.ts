/**
 * resourceVersions of one cluster: numbers beyond 2^53 as text, where they are numbers at all.
 */
const digits = /^\d+$/;

/** true only when both are numeric and `a` is the lower one: of what cannot be compared, nothing is claimed. */
export function isOlder(a: string, b: string): boolean {
  return a !== b && digits.test(a) && digits.test(b) && BigInt(a) < BigInt(b);
}
