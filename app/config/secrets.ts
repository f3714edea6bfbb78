/**
 * Resolves references to secrets: `file:PATH` (relative to the configuration's folder), `env:NAME`, and `secret:ID` for what the
 * store keeps sealed.
 * What cannot be read is a fault with the reference, never with what was read.
 */
import { readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { ProblemError } from '../../backend/model/problems.ts';
import type { Certificate, SecretRef, Trust } from '../../backend/model/mapping.ts';
import { isReference } from '../../backend/store/document/reference-places.ts';

export interface Secrets {
  /** The text behind the reference, without the line end that editors add. Throws `config.secret`. */
  read(reference: SecretRef): string;
}

/** What adapters take: PEM texts, never paths. */
export type ResolvedTrust =
  { readonly caPem: string } | { readonly pinPem: string } | { readonly system: true };

/** Variables that a document may name which is edited in the page. */
export const variablePrefix = 'KUBESYNC_SECRET_';

/**
 * For a document that is edited in the page: whoever may edit it is no administrator of this machine, so that only what was put into
 * `folder`, or into variables of our prefix, can be named; and what the store keeps.
 */
export function createConfinedSecrets(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  stored: Secrets,
): Secrets {
  const secrets = createSecrets(folder, environment, stored);
  return {
    read(reference) {
      const where = reference.slice(reference.indexOf(':') + 1);
      const isOutside =
        reference.startsWith('file:') && !resolve(folder, where).startsWith(`${resolve(folder)}${sep}`);
      if (isOutside)
        throw new ProblemError('config.secret', `${reference}: only files in ${folder} can be named`);
      if (reference.startsWith('env:') && !where.startsWith(variablePrefix))
        throw new ProblemError(
          'config.secret',
          `${reference}: only variables ${variablePrefix}… can be named`,
        );
      return secrets.read(reference);
    },
  };
}

export function createSecrets(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  stored?: Secrets,
): Secrets {
  return {
    read(reference) {
      const [scheme, ...rest] = reference.split(':');
      const where = rest.join(':');
      if (scheme === 'secret') return readStored(reference, stored);
      if (scheme === 'env') {
        const value = environment[where];
        if (value === undefined || value === '')
          throw new ProblemError('config.secret', `${reference}: the variable ${where} is not set`);
        return value;
      }
      return readSecretFile(reference, resolve(folder, where));
    },
  };
}

function readStored(reference: SecretRef, stored: Secrets | undefined): string {
  if (stored !== undefined) return stored.read(reference);
  throw new ProblemError(
    'config.secret',
    `${reference}: a file has no stored secrets; name a file or variable`,
  );
}

function readSecretFile(reference: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    throw new ProblemError('config.secret', `${reference}: ${path} (${code})`, { cause });
  }
  if (text === '') throw new ProblemError('config.secret', `${reference}: ${path} is empty`);
  return text;
}

export function resolveTrust(trust: Trust, secrets: Secrets): ResolvedTrust {
  const pem = (certificate: Certificate): string =>
    isReference(certificate) ? secrets.read(certificate) : certificate;
  if ('ca' in trust) return { caPem: pem(trust.ca) };
  return 'pin' in trust ? { pinPem: pem(trust.pin) } : { system: true };
}
