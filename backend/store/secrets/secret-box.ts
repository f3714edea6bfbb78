/**
 * Seals secrets as compact JWE (dir, A256GCM), each bound to its id: a ciphertext that is moved to another secret's place does not
 * open. The keys are in a file of their own; losing it costs entering the secrets again, and nothing else.
 *
 * Knows no document and keeps no secret: what it sealed is the caller's to store.
 */
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ProblemError, type Problem } from '../../model/problems.ts';
import { openJsonFile, type JsonFileOptions } from '../file/json-file.ts';

export interface SecretBox {
  /** What was wrong with the file of keys when it was opened. */
  readonly damage: Problem | undefined;
  /** Makes the first key when there is none. Throws `store.unwritable`, `store.stalled`. */
  seal(id: string, text: string): Promise<string>;
  /** Throws `config.key-lost`: its key is not there, it was changed, or it was sealed for another id. */
  open(id: string, sealed: string): Promise<string>;
  /** Seals with a new key from now on; the ones before still open. Throws `store.unwritable`, `store.stalled`. */
  addKey(): void;
  /** Forgets every key that none of these needs, but for the current one. Throws `store.unwritable`, `store.stalled`. */
  keepKeysOf(sealed: readonly string[]): void;
}

const keysSchema = z.strictObject({
  format: z.literal(1),
  current: z.string().nullable(),
  keys: z.array(z.strictObject({ kid: z.string(), key: z.base64url(), at: z.number() })),
});
type Keys = z.infer<typeof keysSchema>;

type Around = Pick<JsonFileOptions, 'lookOnly' | 'disk'> & { readonly now: () => number };

/** `path` is the file of keys, as a rule `keys.json`. It is made at the first secret. */
export function openSecretBox(path: string, around: Around): SecretBox {
  const { now } = around;
  const options: JsonFileOptions = { whenUnreadable: 'empty', ...around };
  const file = openJsonFile<Keys>(path, keysSchema, () => ({ format: 1, current: null, keys: [] }), options);
  const keyOf = (kid: unknown): Uint8Array | undefined => {
    const found = file.value.keys.find((each) => each.kid === kid);
    return found === undefined ? undefined : Buffer.from(found.key, 'base64url');
  };
  const addKey = (): void => {
    const kid = randomBytes(6).toString('hex');
    const key = { kid, key: randomBytes(32).toString('base64url'), at: now() };
    file.change(({ keys }) => ({ format: 1, current: kid, keys: [...keys, key] }));
  };
  return {
    damage: file.damage,
    addKey,
    async seal(id, text) {
      if (keyOf(file.value.current) === undefined) addKey();
      const kid = file.value.current ?? '';
      return new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid, secret: id })
        .encrypt(keyOf(kid) ?? new Uint8Array());
    },
    async open(id, sealed) {
      const kid = kidOf(sealed);
      const key = keyOf(kid);
      if (key === undefined) throw lost(id, `its key ${kid ?? ''} is not there`);
      const opened = await compactDecrypt(sealed, key, algorithms).catch((cause: unknown) => {
        throw lost(id, 'it was changed', cause);
      });
      if (opened.protectedHeader['secret'] !== id) throw lost(id, 'it was sealed for another');
      return new TextDecoder().decode(opened.plaintext);
    },
    keepKeysOf(sealed) {
      const used = new Set<unknown>([file.value.current, ...sealed.map(kidOf)]);
      if (file.value.keys.every(({ kid }) => used.has(kid))) return;
      file.change((copy) => ({ ...copy, keys: copy.keys.filter(({ kid }) => used.has(kid)) }));
    },
  };
}

const algorithms = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };

function kidOf(sealed: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(sealed);
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}

function lost(id: string, why: string, cause?: unknown): ProblemError {
  return new ProblemError('config.key-lost', `secret:${id}: ${why}`, { cause });
}
