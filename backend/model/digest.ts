/**
 * Stable digests of text. The only importer of `createHash`.
 */
import { createHash } from 'node:crypto';
import type { ShortId } from './identity.ts';

/** Lower-case hexadecimal SHA-256 of the UTF-8 text, cut to `length` digits. */
export function digest(text: string, length = 64): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** The short stable id under which a mapping or a source stands in ownership marks. */
export function shortId(name: string): ShortId {
  return digest(name, 8) as ShortId;
}
