/**
 * The one-time code by which whoever reads the log becomes the first administrator. 160 bits, written without letters that look
 * alike; gone after its use.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { digest } from '../model/digest.ts';

/** 32 of them, so that a byte's low five bits choose evenly. */
const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const groups = 8;
const groupLength = 4;

export function newClaimCode(): string {
  const drawn = [...randomBytes(groups * groupLength)].map((byte) => letters[byte % letters.length]).join('');
  return drawn.match(new RegExp(`.{${groupLength}}`, 'g'))?.join('-') ?? drawn;
}

/** As typed: in either case, with or without the hyphens. Takes as long whatever differs. */
export function isClaimCode(typed: string, code: string): boolean {
  const bare = (text: string): Buffer => Buffer.from(digest(text.toUpperCase().replace(/[\s-]/g, '')));
  return timingSafeEqual(bare(typed), bare(code));
}
