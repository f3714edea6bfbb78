/** What travels between the product's thread and the one that touches the data directory. */
import type { MessagePort } from 'node:worker_threads';
import type { Problem } from '../../model/problems.ts';
import type { Looked, OpenedFile, Taken, Write } from '../sqlite/kept-file.ts';

/** Shared with the thread: who was first, the thread that puts a file in its place or the asker that gives it up. `inDoubt`: taken, and refused then. */
export const inPlace = { undecided: 0, taken: 1, givenUp: 2, inDoubt: 3 } as const;

export type Question =
  | {
      readonly ask: 'open';
      readonly path: string;
      readonly migrations: readonly string[];
      readonly busyMs: number;
    }
  | { readonly ask: 'write'; readonly write: Write }
  | { readonly ask: 'look'; readonly known: number | undefined }
  | { readonly ask: 'close' }
  | {
      readonly ask: 'put';
      readonly path: string;
      readonly text: string;
      /** One of `inPlace`. */
      readonly decided: Int32Array<SharedArrayBuffer>;
    }
  | { readonly ask: 'read'; readonly path: string }
  | { readonly ask: 'remove'; readonly path: string }
  | { readonly ask: 'folder'; readonly path: string }
  /** Makes the folder, and writes into it. */
  | { readonly ask: 'probe'; readonly path: string };

export interface Answers {
  readonly open: OpenedFile;
  readonly write: Taken;
  readonly look: Looked;
  readonly close: null;
  readonly put: null;
  readonly read: string;
  readonly remove: null;
  readonly folder: null;
  readonly probe: null;
}

export type Kind = Question['ask'];

/** `ended`: the thread ended before it answered; nobody knows what it did. */
export type Reply<Answer> =
  { readonly answer: Answer } | { readonly problem: Problem } | { readonly ended: string };

export type ToThread = Question & { readonly id: number };

export type FromThread = { readonly id: number } & (
  { readonly answer: Answers[Kind] } | { readonly problem: Problem }
);

/** Given to the thread when it is started. */
export interface Beginning {
  readonly port: MessagePort;
  /** Counts answers; who waits is woken. */
  readonly answered: Int32Array<SharedArrayBuffer>;
}
