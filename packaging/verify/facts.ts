/** What files are by their content, and values by their shape. */

const pictures = [
  { extension: '.png', begins: /^\x89PNG\r\n\x1a\n/ },
  { extension: '.jpg', begins: /^\xff\xd8.{4}(JFIF|Exif)/s },
  { extension: '.gif', begins: /^GIF8[79]a/ },
] as const;

export type Picture = (typeof pictures)[number]['extension'];

/** By its first bytes, whatever its name. */
export function pictureKind(body: Buffer): Picture | undefined {
  const start = body.subarray(0, 16).toString('latin1');
  return pictures.find(({ begins }) => begins.test(start))?.extension;
}

export function isVideo(body: Buffer): boolean {
  return body.subarray(4, 8).toString('latin1') === 'ftyp';
}

/** ASCII or UTF-8 that a person can read. */
export function isText(body: Buffer): boolean {
  try {
    return !/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return false;
  }
}

export function isFilled(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= most;
}

/** A value as a finding shows it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const written = JSON.stringify(value);
  return written.length > 100 ? `${written.slice(0, 100)}… (${written.length} characters)` : written;
}

/** `5.2(1g)` as numbers that compare in order; undefined when it is no release. */
export function releaseOf(text: string): readonly number[] | undefined {
  const [, major, minor, patch, letter] = /^(\d{1,3})\.(\d{1,3})\((\d{1,3})([a-z])\)$/.exec(text) ?? [];
  if (letter === undefined) return undefined;
  return [Number(major), Number(minor), Number(patch), letter.charCodeAt(0)];
}
