/** Releases of a fabric, `5.2(7f)`, compared by their numbers. */

/** false also where the release is not known, or not understood: what only some releases can do is not counted on then. */
export function isAtLeast(release: string | undefined, major: number, minor: number): boolean {
  const [, ofMajor, ofMinor] = /^(\d+)\.(\d+)/.exec(release ?? '') ?? [];
  if (ofMajor === undefined || ofMinor === undefined) return false;
  return Number(ofMajor) === major ? Number(ofMinor) >= minor : Number(ofMajor) > major;
}
