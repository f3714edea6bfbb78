/**
 * What access control must not forget, in `access.json` of the data directory: hashes and digests, no secret.
 *
 * Torn files are read from their second copy; when both are damaged it starts empty, so that the first-start code is offered
 * again to whoever reads the log, and `problems` says why. Files that the system does not let us read may be whole: then there is no start.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { AccessRecord, AccessStore } from '../../access/ports.ts';
import type { Problem } from '../../model/problems.ts';
import type { Disk } from '../file/disk.ts';
import { openJsonFile } from '../file/json-file.ts';

const digits = z.string().regex(/^[\w-]{1,128}$/);

const schema = z.strictObject({
  version: z.literal(1),
  administrator: z
    .strictObject({
      username: z.string().min(1).max(128),
      salt: digits,
      hash: digits,
      // A power of two, and no more than a server can be asked to compute.
      cost: z
        .int()
        .min(2)
        .max(2 ** 20)
        .refine((cost) => Number.isInteger(Math.log2(cost))),
    })
    .optional(),
  tokens: z
    .array(
      z.strictObject({
        id: digits,
        name: z.string().max(64),
        role: z.enum(['viewer', 'operator', 'admin']),
        hash: z.string().regex(/^[0-9a-f]{64}$/),
        createdAt: z.number(),
        createdBy: z.string(),
        expiresAt: z.number(),
      }),
    )
    .readonly(),
});

export interface AccessFile extends AccessStore {
  /** What is wrong with the file: it was damaged, or could not be written the last time. */
  problems(): readonly Problem[];
  /** Called when `problems` become others. */
  onProblem(listener: () => void): void;
}

/** Reads it at once. Throws `store.unreadable` where the system refuses to. A disk that refused is tried again every `retryMs`. */
export function openAccessFile(
  directory: string,
  { retryMs = 5000, disk }: { readonly retryMs?: number; readonly disk?: Disk } = {},
): AccessFile {
  const path = join(directory, 'access.json');
  const file = openJsonFile(path, schema, () => ({ version: 1 as const, tokens: [] }), {
    whenUnreadable: 'empty',
    disk,
  });
  const listeners: (() => void)[] = [];
  let retry: NodeJS.Timeout | undefined;
  const change = (make: Parameters<typeof file.change>[0]): void => {
    const before = file.unwritten;
    try {
      file.change(make);
    } finally {
      clearTimeout(retry);
      if (file.unwritten !== undefined) retry = setTimeout(writeAgain, retryMs).unref();
      if (file.unwritten?.detail !== before?.detail) for (const listener of listeners) listener();
    }
  };
  /** What was refused was told to who asked for it: what is written is what is there, to see whether it can be. */
  const writeAgain = (): void => {
    try {
      change((copy) => copy);
    } catch {
      // It is known to be so.
    }
  };
  return {
    load: () => ({ administrator: file.value.administrator, tokens: file.value.tokens }),
    save: ({ administrator, tokens }: AccessRecord) => {
      change(() => ({ version: 1, tokens, ...(administrator && { administrator }) }));
    },
    problems: () => [file.damage, file.unwritten].filter((each) => each !== undefined),
    onProblem: (listener) => void listeners.push(listener),
  };
}
