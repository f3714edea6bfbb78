/** A database whose file is touched by another thread: it is in step with that, whatever the thread answers, and when. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { problem, problemOf } from '../../model/problems.ts';
import type { Answers, Kind, Question, Reply } from '../thread/messages.ts';
import type { Storage } from '../thread/storage-thread.ts';
import { contentsOf } from './contents.ts';
import { openDatabase } from './database.ts';
import { KeptFile } from './kept-file.ts';
import { openRelayed } from './relayed-database.ts';
import type { SurvivingDatabase } from './surviving-database.ts';

const schema = {
  migrations: [
    'CREATE TABLE notes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, text TEXT NOT NULL) STRICT',
  ],
  busyMs: 100,
};

/** `stalls`: what is asked waits until it answers again. `loses`: it ends after doing what is asked, before it answers; `drops`: without. */
type Mood = 'answers' | 'stalls' | 'refuses' | 'loses' | 'drops';

class MoodyStorage implements Storage {
  mood: Mood = 'answers';
  asked = 0;
  waited = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #listeners = new Set<() => void>();
  #file: KeptFile | undefined;
  #silentSince: number | undefined;

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  get silentSince(): number | undefined {
    return this.#silentSince;
  }

  onSilence(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  post<K extends Kind>(
    question: Question & { readonly ask: K },
    then: (reply: Reply<Answers[K]>) => void,
  ): void {
    this.asked += 1;
    this.#waiting.push(() => then(this.#reply(question) as Reply<Answers[K]>));
  }

  settle(ms = 2000): boolean {
    if (this.mood !== 'stalls') this.#answerAll();
    else if (!this.isIdle && this.#silentSince === undefined && ms > 1000) {
      this.waited += 1;
      this.#setSilent(1_700_000_000_000);
    }
    return this.isIdle;
  }

  close(): void {
    this.#file?.close();
  }

  #answerAll(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
    if (this.#silentSince !== undefined) this.#setSilent(undefined);
  }

  #setSilent(since: number | undefined): void {
    this.#silentSince = since;
    for (const listener of this.#listeners) listener();
  }

  #reply(question: Question): Reply<unknown> {
    if (this.mood === 'refuses' && question.ask === 'write')
      return { problem: problem('store.unwritable', 'full') };
    const isEnding = (this.mood === 'loses' || this.mood === 'drops') && question.ask !== 'open';
    const answer = this.mood === 'drops' && isEnding ? undefined : this.#answer(question);
    if (!isEnding) return { answer };
    this.#file?.close();
    this.#file = undefined;
    return { ended: 'killed' };
  }

  #answer(question: Question): unknown {
    if (question.ask === 'write') return this.#file?.write(question.write);
    if (question.ask === 'look') return this.#file?.look(question.known);
    if (question.ask !== 'open') return this.#file?.close();
    this.#file = new KeptFile(question.path, question);
    return this.#file.opened;
  }
}

describe('a database whose file another thread touches', () => {
  let folder = '';
  let path = '';
  let storage: MoodyStorage;
  let database: SurvivingDatabase;

  const open = (): void => {
    folder = mkdtempSync(join(tmpdir(), 'relayed-'));
    path = join(folder, 'notes.db');
    storage = new MoodyStorage();
    database = openRelayed(path, {
      ...schema,
      storage,
      retryMs: 1,
      atStake: 'kept in memory',
      copiedAtOnce: ['urgent'],
      afterDamage: () => '',
    });
  };
  const close = (): void => {
    storage.mood = 'answers';
    database.close();
    rmSync(folder, { recursive: true });
  };
  beforeEach(open);
  afterEach(close);

  const put = (name: string, text = '', id?: number): void =>
    void database.run('INSERT OR REPLACE INTO notes VALUES (?, ?, ?)', id ?? null, name, text);
  const onDisk = (): string[] => {
    const file = openDatabase(path, schema);
    const rows = [...(contentsOf(file).get('notes') ?? [])].sort();
    file.close();
    return rows;
  };
  const inMemory = (): string[] =>
    database
      .all('SELECT * FROM notes')
      .map((row) => JSON.stringify(Object.values(row)))
      .sort();

  it('has on the disk what was written, when the call returns', () => {
    put('a', '1');

    assert.deepEqual(onDisk(), ['[1,"a","1"]']);
  });

  it('waits once for a disk that stalls, goes on in memory, says so, and brings everything when it answers', () => {
    storage.mood = 'stalls';
    const told: (string | undefined)[] = [];
    database.onProblem(() => told.push(database.problem?.code));

    put('a');
    put('b');
    database.run('DELETE FROM notes WHERE name = ?', 'a');
    const meanwhile = [inMemory(), storage.waited, storage.asked, database.problem];
    storage.mood = 'answers';
    database.version();

    assert.deepEqual(meanwhile, [
      ['[2,"b",""]'],
      1,
      2,
      {
        ...problem('store.stalled', ''),
        detail: `${path}: no answer since 2023-11-14T22:13:20.000Z. kept in memory`,
      },
    ]);
    assert.deepEqual(onDisk(), ['[2,"b",""]']);
    assert.deepEqual([told, database.problem], [['store.stalled', undefined], undefined]);
  });

  it('gives up the opening when the disk does not answer, and says what to do', () => {
    const stalls = new MoodyStorage();
    stalls.mood = 'stalls';
    let told = 0;
    const around = { atStake: '', copiedAtOnce: ['urgent'], afterDamage: () => '' };

    const opening = (): unknown =>
      openRelayed(path, { ...schema, ...around, storage: stalls, onWaiting: giveUpOnTooMany });
    const giveUpOnTooMany = (): void => {
      told += 1;
      if (told > 100) throw new Error('it waits for ever');
    };

    assert.throws(opening, (error) => {
      const { code, detail } = problemOf(error);
      return code === 'store.stalled' && detail.includes('start again');
    });
    assert.equal(told, 5);
  });

  it('does not go mad over what another process wrote while it was behind', () => {
    const before = database.version();
    storage.mood = 'stalls';
    put('a');
    const other = openDatabase(path, schema);
    other.run("INSERT INTO notes VALUES (7, 'other', 'x')");
    other.close();
    const meanwhile = database.version();
    storage.mood = 'answers';
    database.version();

    assert.equal(meanwhile, before);
    assert.notEqual(database.version(), before);
    assert.deepEqual(inMemory(), ['[1,"a",""]', '[7,"other","x"]']);
  });

  it('has the same in memory and on the disk in the end, whatever happened to the thread', async () => {
    const step = fc.oneof(
      fc.record({
        put: fc.constantFrom('a', 'b', 'c'),
        text: fc.constantFrom('1', '2'),
        id: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      }),
      fc.record({ drop: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ mood: fc.constantFrom<Mood>('answers', 'answers', 'stalls', 'refuses', 'loses', 'drops') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        close();
        open();
        for (const each of steps) {
          if ('put' in each) put(each.put, each.text, each.id);
          else if ('drop' in each) database.run('DELETE FROM notes WHERE name = ?', each.drop);
          else storage.mood = each.mood;
        }
        storage.mood = 'answers';
        storage.settle();
        // The file is tried again a millisecond after it refused.
        for (let turns = 0; turns < 50 && (database.problem !== undefined || !storage.isIdle); turns += 1) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          storage.settle();
        }

        assert.deepEqual(onDisk(), inMemory());
      }),
      { numRuns: 60 },
    );
  }).timeout(60_000);
});
