/**
 * The stored configuration as it is now, for a command that looks or acts once beside the process that keeps it: nothing of the
 * directory is changed.
 */
import { join } from 'node:path';
import type { Document, SecretRef } from '../../model/mapping.ts';
import { ProblemError } from '../../model/problems.ts';
import { checkDocument } from '../document/parse-document.ts';
import { openSecretBox } from '../secrets/secret-box.ts';
import { openSecrets, readSecret } from './opened-secrets.ts';
import { lookAtStored } from './stored.ts';

export interface ReadConfiguration {
  readonly document: Document;
  readonly secrets: { read(reference: SecretRef): string };
}

/** undefined: there is none in the folder. Throws `store.unreadable`, `config.invalid`. */
export async function readConfiguration(folder: string): Promise<ReadConfiguration | undefined> {
  const path = join(folder, 'configuration.json');
  const stored = lookAtStored(path);
  if (stored === undefined) return undefined;
  const checked = checkDocument(stored.document);
  if ('faults' in checked) throw new ProblemError('config.invalid', path, checked);
  const box = openSecretBox(join(folder, 'keys.json'), { now: Date.now, lookOnly: true });
  const opened = await openSecrets(box, stored.secrets);
  return { document: checked.document, secrets: { read: (reference) => readSecret(opened, reference) } };
}
