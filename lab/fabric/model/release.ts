/** Releases of the fabric, compared part by part: `5.2(7f)` is newer than `5.2(1g)` and older than `6.0(9c)`. */

/** Whether `version` is the release `major.minor` or a later one. */
export function atLeast(version: string, major: number, minor: number): boolean {
  const [, ofMajor = '0', ofMinor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(ofMajor) === major ? Number(ofMinor) >= minor : Number(ofMajor) > major;
}
