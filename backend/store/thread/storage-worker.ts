/** What runs in the thread that touches the data directory: takes one question after another, and does what it says. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { problemOf } from '../../model/problems.ts';
import { unwritable, writeWhole } from '../file/write-whole.ts';
import { KeptFile } from '../sqlite/kept-file.ts';
import {
  inPlace,
  type Answers,
  type Beginning,
  type FromThread,
  type Kind,
  type ToThread,
} from './messages.ts';

const { port, answered } = workerData as Beginning;
let file: KeptFile | undefined;

port.on('message', (question: ToThread) => {
  port.postMessage(replyTo(question));
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
});

function replyTo(question: ToThread): FromThread {
  try {
    return { id: question.id, answer: answer(question) };
  } catch (error) {
    return { id: question.id, problem: problemOf(error) };
  }
}

function answer(question: ToThread): Answers[Kind] {
  switch (question.ask) {
    case 'open':
      file?.close();
      file = new KeptFile(question.path, question);
      return file.opened;
    case 'write':
      return opened().write(question.write);
    case 'look':
      return opened().look(question.known);
    case 'close':
      file?.close();
      file = undefined;
      return null;
    case 'read':
    case 'put':
    case 'remove':
    case 'folder':
    case 'probe':
      return onFiles(question);
  }
}

function opened(): KeptFile {
  if (file === undefined) throw new Error('the database is not open');
  return file;
}

type OnFiles = Extract<ToThread, { ask: 'put' | 'read' | 'remove' | 'folder' | 'probe' }>;

function onFiles(question: OnFiles): string | null {
  const { path } = question;
  switch (question.ask) {
    case 'read':
      return readFileSync(path, 'utf8');
    case 'put':
      put(question);
      return null;
    case 'remove':
      tried(path, () => rmSync(path, { force: true }));
      return null;
    case 'folder':
      makeFolder(path);
      return null;
    case 'probe':
      makeFolder(path);
      probe(join(path, 'probe'));
      return null;
  }
}

/** What was given up meanwhile never takes the file's place. */
function put({ path, text, decided }: Extract<OnFiles, { ask: 'put' }>): void {
  writeWhole(path, text, {
    beforeItCounts() {
      const found = Atomics.compareExchange(decided, 0, inPlace.undecided, inPlace.taken);
      if (found === inPlace.givenUp) throw new Error('given up');
    },
    inDoubt: () => void Atomics.store(decided, 0, inPlace.inDoubt),
  });
}

function makeFolder(path: string): void {
  tried(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
}

/** A disk that refuses has answered. */
function probe(path: string): void {
  try {
    writeWhole(path, '');
    rmSync(path, { force: true });
  } catch {
    // Whoever comes to write is told.
  }
}

function tried(path: string, body: () => void): void {
  try {
    body();
  } catch (error) {
    throw unwritable(path, error);
  }
}
