/** The App Center knows major.minor only; the patch is folded into its minor, so that later stays greater. */

/** `1.2.3` becomes `1.203`. */
export function appCenterVersion(version: string): string {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
  if (major === undefined || minor === undefined || patch === undefined)
    throw new Error(`${version} is not of the form major.minor.patch`);
  const folded = Number(minor) * 100 + Number(patch);
  if (Number(patch) > 99 || folded > 9999 || Number(major) > 9999)
    throw new Error(`${version} does not fit: patch up to 99, minor up to 99, major up to 9999`);
  return `${major}.${folded}`;
}
