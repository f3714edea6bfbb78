/**
 * The file of history, as its thread has it: opened when it is first needed, and anew when another file stands in its place; one
 * that is damaged is set aside, since what is to be written next is worth more than what cannot be read any more.
 */
import { rmSync, statSync } from 'node:fs';
import { setImmediate as pause } from 'node:timers/promises';
import { problem, ProblemError, type Problem } from '../../model/problems.ts';
import { DamagedFile, openDatabase, translated, type Database } from '../sqlite/database.ts';
import { setAside } from '../sqlite/set-aside.ts';
import { holdersOf } from './holdings.ts';
import type { Answers, Question } from './messages.ts';
import { prune } from './prune.ts';
import { migrations } from './schema.ts';
import { search } from './search.ts';
import { Writing } from './writing.ts';

/**
 * Room for the upper parts of all indexes; pages are brought from the side file into the file some megabytes at a time, and what a
 * burst leaves of the side file is given back.
 */
const settings = ['cache_size = -32000', 'wal_autocheckpoint = 4000', 'journal_size_limit = 16000000'];

interface Opened {
  readonly database: Database;
  readonly writing: Writing;
  /** Of the file: another one may come to stand under its name. */
  readonly inode: string | undefined;
}

export class HistoryFile {
  readonly #path: string;
  readonly #onDamaged: (problem: Problem) => void;
  #opened: Opened | undefined;

  constructor(path: string, onDamaged: (problem: Problem) => void) {
    this.#path = path;
    this.#onDamaged = onDamaged;
  }

  /** Throws ProblemError. */
  async answer(question: Question): Promise<Answers[Question['ask']]> {
    if (question.ask === 'close') return this.#close();
    try {
      return await this.#answer(question, this.#open(question.now));
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error;
      this.#giveUp(error, question.now);
      return this.#answer(question, this.#open(question.now));
    }
  }

  #answer(
    question: Exclude<Question, { ask: 'close' }>,
    { database, writing }: Opened,
  ): Promise<Answers[Question['ask']]> | Answers[Question['ask']] {
    switch (question.ask) {
      case 'write':
        writing.write(question.batch);
        return null;
      case 'take':
        writing.take(question.rows);
        return null;
      case 'search':
        return search(database, question.query, pause);
      case 'holders':
        return holdersOf(database, question.address, question.at);
      case 'prune':
        return prune(database, question, { pause, onNamesGone: () => writing.forgetNames() });
    }
  }

  #open(now: number): Opened {
    const inode = inodeOf(this.#path);
    if (this.#opened !== undefined && this.#opened.inode === inode) return this.#opened;
    this.#close();
    try {
      return this.#begin();
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error;
      this.#giveUp(error, now);
      return this.#begin();
    }
  }

  #begin(): Opened {
    const before = statSync(this.#path, { throwIfNoEntry: false });
    if (before?.size === 0) throw new DamagedFile(`${this.#path}: it is empty`);
    const database = this.#made(before === undefined);
    this.#opened = { database, writing: new Writing(database), inode: inodeOf(this.#path) };
    return this.#opened;
  }

  /** A file that cannot be begun leaves nothing behind that would be taken for a damaged one. */
  #made(isNew: boolean): Database {
    try {
      const database = openDatabase(this.#path, { migrations, busyMs: 5000, shrinks: true });
      for (const setting of settings) database.all(`PRAGMA ${setting}`);
      return database;
    } catch (error) {
      if (isNew) for (const suffix of ['', '-wal', '-shm']) rmSync(this.#path + suffix, { force: true });
      throw error;
    }
  }

  #giveUp(error: DamagedFile, now: number): void {
    this.#close();
    const aside = translated(this.#path, () => setAside(this.#path, now));
    this.#onDamaged(
      problem(
        error.problem.code,
        `${error.problem.detail}. It was set aside as ${aside}, and a new history is begun`,
      ),
    );
  }

  #close(): null {
    const opened = this.#opened;
    this.#opened = undefined;
    try {
      opened?.database.close();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
    return null;
  }
}

function inodeOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? undefined : `${found.dev} ${found.ino}`;
}
