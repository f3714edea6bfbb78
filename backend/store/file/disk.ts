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
  /** The whole file, as `writeWhole`. What is refused is not in the file's place, and does not come there later, unless the detail says that it may. */
  put(path: string, text: string): void;
  read(path: string): string;
  /** What is not there is well. */
  remove(path: string): void;
  makeFolder(path: string): void;
}

export const ownThread: Disk = {
  put: (path, text) => writeWhole(path, text),
  read: (path) => tried(path, () => readFileSync(path, 'utf8')),
  remove: (path) => tried(path, () => rmSync(path, { force: true })),
  makeFolder: (path) => tried(path, () => void mkdirSync(path, { recursive: true, mode: 0o700 })),
};

export interface PatientDisk extends Disk {
  /** Files that a text was taking the place of when it was refused, not written since: a restart may find that text. */
  readonly inDoubt: readonly string[];
}

/** What is asked while the disk is silent is refused at once: nothing is queued. */
export function diskOf(storage: Storage): PatientDisk {
  const doubtful = new Set<string>();
  return {
    get inDoubt() {
      return [...doubtful];
    },
    read: (path) => asked(storage, { ask: 'read', path }),
    remove: (path) => void asked(storage, { ask: 'remove', path }, () => mayHappen),
    makeFolder: (path) => void asked(storage, { ask: 'folder', path }, () => mayHappen),
    put(path, text) {
      const decided = new Int32Array(new SharedArrayBuffer(4));
      const giveUp = (): string => {
        const found = Atomics.compareExchange(decided, 0, inPlace.undecided, inPlace.givenUp);
        if (found === inPlace.undecided) return nothing;
        // Trap: it takes the file's place, or has. The caller writes again what is in effect; a kill may come before that.
        doubtful.add(path);
        return mayBeInEffect;
      };
      try {
        asked(storage, { ask: 'put', path, text, decided }, giveUp);
        doubtful.delete(path);
      } catch (error) {
        if (Atomics.load(decided, 0) === inPlace.inDoubt) doubtful.add(path);
        throw error;
      }
    },
  };
}

const nothing = 'nothing of it is in effect';
const mayHappen = 'it may happen yet';
const mayBeInEffect =
  'it was taking its place already: it is written over as soon as the disk answers, and may be in effect after a restart before that';

/** `giveUp` answers what became of it. */
function asked<K extends Exclude<Kind, 'open' | 'write' | 'look' | 'close'>>(
  storage: Storage,
  question: Extract<Question, { readonly path: string }> & { readonly ask: K },
  giveUp: () => string = () => nothing,
): Answers[K] {
  if (!storage.settle()) throw stalled(question.path, storage, nothing);
  let reply: Reply<Answers[K]> | undefined;
  storage.post<K>(question, (found) => (reply = found));
  storage.settle();
  if (reply === undefined) throw stalled(question.path, storage, giveUp());
  if ('answer' in reply) return reply.answer;
  if ('problem' in reply) throw new ProblemError(reply.problem.code, reply.problem.detail);
  throw new ProblemError('store.unwritable', `${question.path}: ${reply.ended}; ${giveUp()}`);
}

function stalled(path: string, { silentSince }: Storage, fate: string): ProblemError {
  const since = silentSince === undefined ? '' : ` since ${new Date(silentSince).toISOString()}`;
  return new ProblemError('store.stalled', `${path}: no answer${since}; ${fate}`);
}

function tried<Result>(path: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    throw unwritable(path, error);
  }
}
