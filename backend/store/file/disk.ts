/**
 * Where files of the data directory are written and read while the product runs. All calls are synchronous, and on the disk when they
 * return. Those of `ownThread` wait for the disk however long it takes; those of `diskOf` no longer than the storage's patience.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ProblemError } from '../../model/problems.ts';
import { inPlace, type Answers, type Kind, type Question, type Reply } from '../thread/messages.ts';
import type { Storage } from '../thread/storage-thread.ts';
import { unwritable, writeWhole } from './write-whole.ts';

/** Each throws ProblemError: `store.unwritable`, and `store.stalled` where the disk does not answer. */
export interface Disk {
  /** The whole file, as `writeWhole`. One that is refused as stalled does not come into the file's place later. */
  put(path: string, text: string): void;
  read(path: string): string;
  /** What is not there is well. */
  remove(path: string): void;
  makeFolder(path: string): void;
}

export const ownThread: Disk = {
  put: writeWhole,
  read: (path) => tried(path, () => readFileSync(path, 'utf8')),
  remove: (path) => tried(path, () => rmSync(path, { force: true })),
  makeFolder: (path) => tried(path, () => void mkdirSync(path, { recursive: true, mode: 0o700 })),
};

/** What is asked while something is without an answer already is refused at once: nothing is queued. */
export function diskOf(storage: Storage): Disk {
  return {
    read: (path) => asked(storage, { ask: 'read', path }),
    remove: (path) => void asked(storage, { ask: 'remove', path }),
    makeFolder: (path) => void asked(storage, { ask: 'folder', path }),
    put(path, text) {
      const decided = new Int32Array(new SharedArrayBuffer(4));
      const giveUp = (): void => {
        // Trap: when it is in its place already, only the directory is not on the disk yet. The caller writes again what is in effect.
        Atomics.compareExchange(decided, 0, inPlace.undecided, inPlace.givenUp);
      };
      asked(storage, { ask: 'put', path, text, decided }, giveUp);
    },
  };
}

function asked<K extends Exclude<Kind, 'open' | 'write' | 'look' | 'close'>>(
  storage: Storage,
  question: Extract<Question, { readonly path: string }> & { readonly ask: K },
  giveUp?: () => void,
): Answers[K] {
  if (!storage.settle()) throw stalled(question.path, storage);
  let reply: Reply<Answers[K]> | undefined;
  storage.post<K>(question, (found) => (reply = found));
  storage.settle();
  if (reply === undefined) {
    giveUp?.();
    throw stalled(question.path, storage);
  }
  if ('answer' in reply) return reply.answer;
  if ('problem' in reply) throw new ProblemError(reply.problem.code, reply.problem.detail);
  throw new ProblemError('store.unwritable', `${question.path}: ${reply.ended}`);
}

function stalled(path: string, { silentSince }: Storage): ProblemError {
  const since = silentSince === undefined ? '' : ` since ${new Date(silentSince).toISOString()}`;
  return new ProblemError('store.stalled', `${path}: no answer${since}; nothing of it is in effect`);
}

function tried<Result>(path: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    throw unwritable(path, error);
  }
}
