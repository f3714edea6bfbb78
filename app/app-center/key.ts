/**
 * The key that the APIC gave this installation: read anew at each login, so that another installation's is taken at once. Where it
 * cannot be read any more (root's alone, and we are no longer root) the one that was read at the start goes on being used.
 */
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { AppCredentials } from '../../backend/adapters/apic/credentials.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import type { AppCenterPlace } from './place.ts';

export interface AppKey extends AppCredentials {
  /** The file is another one than was read, and cannot be read: only a start as root takes it. */
  isOutOfReach(): boolean;
}

type Read = { readonly key: KeyObject } | { readonly why: string; readonly cause: unknown };

/** Reads it at once, as far as that can be. `renewed` is called when another key than before was taken. */
export function openAppKey(
  { app, keyFile }: Pick<AppCenterPlace, 'app' | 'keyFile'>,
  renewed: () => void,
): AppKey {
  let kept: KeyObject | undefined;
  let file = '';
  const take = (): KeyObject => {
    const read = readKey(keyFile);
    if ('key' in read) {
      const isOther = kept !== undefined && !kept.equals(read.key);
      kept = read.key;
      file = identityOf(keyFile) ?? '';
      if (isOther) renewed();
      return kept;
    }
    if (kept !== undefined) return kept;
    throw new ProblemError('app-center.key', `${keyFile}: ${read.why}`, { cause: read.cause });
  };
  try {
    take();
  } catch {
    // The first login says so.
  }
  return {
    app,
    sign: (text) => sign('sha256', Buffer.from(text), take()).toString('base64'),
    isOutOfReach() {
      if (kept === undefined || 'key' in readKey(keyFile)) return false;
      const now = identityOf(keyFile);
      return now !== undefined && now !== file;
    },
  };
}

function readKey(path: string): Read {
  let text: Buffer;
  try {
    text = readFileSync(path);
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    return { why: `it cannot be read (${code})`, cause };
  }
  try {
    const key = createPrivateKey(text);
    return key.asymmetricKeyType === 'rsa' ? { key } : { why: 'it is no RSA key', cause: undefined };
  } catch (cause) {
    return { why: text.length === 0 ? 'it is empty' : 'it is no private key in PEM', cause };
  }
}

/** Which file it is: one that was put in its place is another. undefined: not to be seen. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino, mtimeMs, size } = statSync(path);
    return [dev, ino, mtimeMs, size].join(' ');
  } catch {
    return undefined;
  }
}
