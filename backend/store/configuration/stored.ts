/** `configuration.json`: the document as it was written, who wrote it, and the secrets it refers to, sealed. */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { configurationSchema } from '../../api/contract/configuration.ts';
import { describeFault } from '../document/fault.ts';
import { checkDocument } from '../document/parse-document.ts';
import type { Disk } from '../file/disk.ts';
import { openJsonFile, type JsonFile } from '../file/json-file.ts';
import { emptyDocument } from './written.ts';

const change = { by: z.string(), at: z.number() };

/** A document that cannot be followed is a damaged one: the copy before it is taken. */
const followable = configurationSchema.shape.document.superRefine((document, context) => {
  const result = checkDocument(document);
  if ('document' in result) return;
  const [fault] = result.faults;
  context.addIssue({ code: 'custom', message: fault === undefined ? 'not valid' : describeFault(fault) });
});

const storedSchema = z.strictObject({
  format: z.literal(1),
  revision: z.number().int(),
  ...change,
  document: followable,
  secrets: z.record(z.string(), z.string()),
  changed: z.record(z.string(), z.strictObject(change)),
});

export type Stored = z.infer<typeof storedSchema>;

/** Throws `store.unreadable`; and `store.unwritable` at the first start, which fixes the instance for ever. */
export function openStored(
  path: string,
  {
    now,
    instance = newInstance(),
    disk,
  }: {
    readonly now: () => number;
    readonly instance?: string | undefined;
    readonly disk?: Disk | undefined;
  },
): JsonFile<Stored> {
  const first = (): Stored => ({
    format: 1,
    revision: 0,
    by: '',
    at: now(),
    document: emptyDocument(instance),
    secrets: {},
    changed: {},
  });
  const file = openJsonFile<Stored>(path, storedSchema, first, { now, disk });
  if (!file.exists) file.change((empty) => empty);
  return file;
}

/** As it is now, beside the process that may be changing it; undefined: there is none. Throws `store.unreadable`. */
export function lookAtStored(path: string): Stored | undefined {
  const nothing: Stored = {
    format: 1,
    revision: 0,
    by: '',
    at: 0,
    document: emptyDocument('none'),
    secrets: {},
    changed: {},
  };
  const file = openJsonFile<Stored>(path, storedSchema, () => nothing, { lookOnly: true });
  return file.exists ? file.value : undefined;
}

/** A letter first: it is a word in every notation. */
function newInstance(): string {
  const digits = Array.from({ length: 7 }, () => randomInt(36).toString(36)).join('');
  return `${(10 + randomInt(26)).toString(36)}${digits}`;
}
