/**
 * Reads the configuration file: a document, or every fault at once in one problem, one per line.
 */
import { readFileSync } from 'node:fs';
import type { Document } from '../../backend/model/mapping.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import { describeFault } from '../../backend/store/document/fault.ts';
import { parseDocument } from '../../backend/store/document/parse-document.ts';
import { referencesOf } from '../../backend/store/document/reference-places.ts';
import type { Secrets } from './secrets.ts';

/** Throws `config.unreadable` or `config.invalid`. */
export function loadDocument(path: string): Document {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    throw new ProblemError('config.unreadable', `${path} (${code})`, { cause });
  }
  const result = parseDocument(text);
  if ('document' in result) return result.document;
  const lines = result.faults.map((fault) => `  ${describeFault(fault)}`);
  throw new ProblemError('config.invalid', `${path}\n${lines.join('\n')}`);
}

/** Every secret that the document refers to can be read; throws `config.secret` with one line for each that cannot. */
export function checkSecrets(document: Document, secrets: Secrets): void {
  const faults = referencesOf(document).flatMap(({ path, reference }) => {
    try {
      secrets.read(reference);
      return [];
    } catch (thrown) {
      return [`  ${path}: ${(thrown as ProblemError).problem.detail}`];
    }
  });
  if (faults.length > 0) throw new ProblemError('config.secret', `\n${faults.join('\n')}`);
}
