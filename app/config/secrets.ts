/**
 * Resolves references to secrets: `file:PATH` (relative to the configuration's folder) and `env:NAME`.
 * What cannot be read is a fault with the reference, never with what was read.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ProblemError } from '../../backend/model/problems.ts';
import type { Certificate, SecretRef, Trust } from '../../backend/model/mapping.ts';

export interface Secrets {
  /** The text behind the reference, without the line end that editors add. Throws `config.secret`. */
  read(reference: SecretRef): string;
}

/** What adapters take: PEM texts, never paths. */
export type ResolvedTrust =
  { readonly caPem: string } | { readonly pinPem: string } | { readonly system: true };

export function createSecrets(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Secrets {
  return {
    read(reference) {
      const [scheme, ...rest] = reference.split(':');
      const where = rest.join(':');
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

/** false: it is the text of the certificate itself. */
export function isReference(certificate: Certificate): boolean {
  return /^(file|env|secret):/.test(certificate);
}
