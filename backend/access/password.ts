/**
 * Passwords as scrypt keeps them. The cost stands beside each hash, so that it can be raised: what was made with another cost
 * still matches, and is made anew when its password is next seen.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { PasswordHash } from './ports.ts';

/** scrypt's N; with r = 8 one hash takes 32 MiB and some 100 ms. */
export const presentCost = 2 ** 15;

const blockSize = 8;
const hashBytes = 32;

export async function hashPassword(password: string, cost = presentCost): Promise<PasswordHash> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return { salt: salt.toString('base64url'), hash: hash.toString('base64url'), cost };
}

export async function passwordMatches(password: string, known: PasswordHash): Promise<boolean> {
  const expected = Buffer.from(known.hash, 'base64url');
  const found = await derive(password, Buffer.from(known.salt, 'base64url'), known.cost);
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/** What the password for an unknown name is compared with, so that it takes as long as for a known one. None matches it. */
export function nobodysHash(cost = presentCost): PasswordHash {
  const drawn = (bytes: number): string => randomBytes(bytes).toString('base64url');
  return { salt: drawn(16), hash: drawn(hashBytes), cost };
}

/** Keyboards write one character in several ways: all of them are the same password. */
function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  const options = { N: cost, r: blockSize, p: 1, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, options, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    );
  });
}
