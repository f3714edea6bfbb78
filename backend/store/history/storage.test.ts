/** History on a disk that fails: killed while writing, full, torn, or larger than it may be. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { eventually } from '../../../test/support/eventually.ts';
import { lane } from '../../../test/support/lane.ts';
import { makeSmallDisk, mounting, type SmallDisk } from '../../../test/support/small-disk.ts';
import { historyQuerySchema, type HistoryEntry } from '../../api/contract/history.ts';
import { systemClock } from '../../model/clock.ts';
import type { Change } from '../../model/plan.ts';
import { openHistory, type History, type HistoryOptions } from './history.ts';
import { act, add, remove, report, sent } from './testing/happenings.ts';

const bounds = { keepForMs: 1e15, bytes: 1e9 };
/** Its seconds are short: five of them are over in 25 ms. */
const quick = (): HistoryOptions['clock'] => systemClock(200);

async function entriesOf(history: History, filter: Record<string, unknown> = {}): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (let before: string | null | undefined; before !== null;) {
    const query = historyQuerySchema.parse({
      ...filter,
      limit: 500,
      ...(before !== undefined && { before }),
    });
    const page = await history.search(query);
    entries.push(...page.entries);
    before = page.next;
  }
  return entries;
}

const many = (count: number, of: (n: number) => Change): Change[] =>
  Array.from({ length: count }, (_, n) => of(n));
const addressOf = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;

describe('history on disk', () => {
  let directory = '';
  let path = '';
  let opened: History[] = [];
  const open = (options: Partial<HistoryOptions> = {}): History => {
    const history = openHistory({ path, clock: systemClock(), bounds, ...options });
    opened.push(history);
    return history;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'history-'));
    path = join(directory, 'history.db');
  });
  afterEach(async () => {
    for (const history of opened) await history.close();
    opened = [];
    rmSync(directory, { recursive: true });
  });

  it('loses nothing that was on the disk before a kill -9, however often', async function () {
    this.timeout(120_000);
    let last = 0;
    for (let kills = 0; kills < 15; kills += 1) last = await killedAfter(path, last);

    const entries = await entriesOf(open());

    const told = new Set(entries.map(({ kind, at }) => `${kind} ${at}`));
    for (let at = 1; at <= last; at += 1)
      for (const kind of ['change', 'run', 'act']) assert.ok(told.has(`${kind} ${at}`), `${kind} ${at}`);
  });

  it('is private to its owner', async () => {
    const history = open();
    history.act(act(1));
    await history.flushed();

    for (const suffix of ['', '-wal', '-shm'])
      assert.equal(statSync(path + suffix).mode & 0o777, 0o600, suffix);
  });

  describe('when it is damaged', () => {
    const damages: Readonly<Record<string, () => void>> = {
      'cut in half': () => truncateSync(path, Math.floor(statSync(path).size / 2)),
      emptied: () => truncateSync(path, 0),
      'overwritten in its middle': () => {
        const bytes = readFileSync(path);
        bytes.fill(0xff, 4096, bytes.length - 4096);
        writeFileSync(path, bytes);
      },
      'overwritten from its beginning': () => writeFileSync(path, 'x'.repeat(9000)),
    };

    for (const [how, damage] of Object.entries(damages))
      it(`(${how}) is set aside, says so, and begins anew`, async () => {
        const first = open();
        first.run(report(1, sent(many(500, (n) => add(addressOf(n))))));
        await first.close();
        damage();

        const second = open();
        second.act(act(2));
        await second.flushed();

        assert.deepEqual(
          (await entriesOf(second)).map(({ kind }) => kind),
          ['act'],
        );
        assert.equal(second.problem?.code, 'store.unreadable');
        assert.match(
          second.problem.detail,
          /set aside as .*history\.db\.damaged-\d{8}T\d{6}Z, and a new history is begun/,
        );
        assert.ok(readdirSync(directory).some((name) => name.startsWith('history.db.damaged-')));
      });

    it('says so for a day', async () => {
      writeFileSync(path, 'x'.repeat(9000));
      const history = open({ clock: systemClock(24 * 3600 * 4) });
      const told: (string | undefined)[] = [];
      history.onProblem(() => told.push(history.problem?.code));
      history.act(act(1));

      await eventually('it is told no more', () => told.length === 2);

      assert.deepEqual(told, ['store.unreadable', undefined]);
    });

    it('writes into a new file when somebody takes the old one away', async () => {
      const history = open();
      history.act(act(1));
      await history.flushed();
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix);

      history.act(act(2));
      await history.flushed();

      assert.deepEqual(
        (await entriesOf(history)).map(({ at }) => at),
        [2],
      );
    });
  });

  describe('where it cannot be begun', () => {
    it('waits in memory until it can', async () => {
      path = join(directory, 'later', 'history.db');
      const history = open({ clock: quick() });
      history.act(act(1));
      await history.flushed();
      const before = history.problem;

      mkdirSync(join(directory, 'later'));
      await eventually('it is written', () => history.problem === undefined);

      assert.equal(before?.code, 'store.unwritable');
      assert.deepEqual(
        (await entriesOf(history)).map(({ at }) => at),
        [1],
      );
    });

    it('keeps no more in memory than it may, people last, counts what it gives up, and says so in its place', async () => {
      path = join(directory, 'later', 'history.db');
      const history = open({ clock: quick(), waiting: 30 });
      history.act(act(1));
      await history.flushed();
      for (let at = 2; at < 22; at += 1) {
        history.run(report(at, sent([add(addressOf(at))]), at));
        history.act(act(at));
      }
      const told = history.problem?.detail;

      mkdirSync(join(directory, 'later'));
      await eventually('it is written', () => history.problem === undefined);
      await history.flushed();

      const entries = await entriesOf(history);
      assert.match(told ?? '', /31 lines of history wait in memory; 30 older ones were given up$/);
      assert.equal(entries.filter(({ kind }) => kind === 'act').length, 21);
      assert.deepEqual(
        entries
          .filter(({ kind }) => kind !== 'act')
          .map(({ what }) => what)
          .filter((what) => !what.startsWith('add')),
        ['30 lines are missing here', 'round 21', 'round 20', 'round 19', 'round 18', 'round 17'],
      );
    });
  });

  describe('within its bounds', () => {
    const now = Date.now();
    const day = 86_400_000;

    it('forgets what is older than it may be, and who held what then, but never who holds it now', async () => {
      const history = open();
      history.run(report(now - 9 * day, sent([add('10.0.0.1'), add('10.0.0.2')]), 1));
      history.run(report(now - 8 * day, sent([remove('10.0.0.2')]), 2));
      history.run(report(now - day, sent([add('10.0.0.3')]), 3));
      await history.flushed();

      history.setBounds({ keepForMs: 2 * day, bytes: 1e9 });
      await eventually('the old is gone', async () => (await entriesOf(history)).length === 2);

      const page = await history.search(historyQuerySchema.parse({}));
      assert.equal(page.oldest, now - day);
      assert.deepEqual(
        (await history.holders('10.0.0.1', undefined)).map(({ until }) => until),
        [null],
      );
      assert.deepEqual(await history.holders('10.0.0.2', undefined), []);
    });

    it('forgets the oldest beyond its size, and gives the space back', async function () {
      this.timeout(20_000);
      const history = open();
      for (let round = 0; round < 20; round += 1)
        history.run(report(now + round, sent(many(1000, (n) => add(addressOf(n)))), round));
      await history.flushed();

      history.setBounds({ keepForMs: 1e15, bytes: 4e6 });
      const file = new DatabaseSync(path);
      const size = (): number =>
        Number(
          file
            .prepare('SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size')
            .get()?.['size'],
        );
      await eventually('it is small', () => size() <= 4e6);

      const rounds = (await entriesOf(history, { kind: 'run' })).map(({ what }) => what);
      assert.equal(rounds[0], 'round 19');
      assert.ok(rounds.length < 20);
      const held = file.prepare('SELECT count(*) AS count FROM holdings WHERE until IS NULL').get();
      file.close();
      assert.equal(held?.['count'], 1000);
    });
  });
});

lane('history, when its disk is full', mounting, () => {
  let disk: SmallDisk;
  let history: History;
  beforeEach(() => {
    disk = makeSmallDisk(4);
    history = openHistory({ path: join(disk.path, 'history.db'), clock: quick(), bounds });
  });
  afterEach(async () => {
    await history.close();
    disk.remove();
  });

  it('goes on in memory, says so, can still be searched, and has everything once there is room', async () => {
    history.run(report(1, sent([add('10.0.0.1')]), 1));
    await history.flushed();
    disk.fill();
    for (let round = 2; round < 12; round += 1)
      history.run(report(round, sent(many(50, (n) => add(addressOf(round * 50 + n)))), round));
    await history.flushed();
    const full = history.problem;
    const found = await entriesOf(history);

    disk.free();
    await eventually('it is written', () => history.problem === undefined);
    await history.flushed();

    assert.equal(full?.code, 'store.unwritable');
    assert.match(full.detail, /history\.db: .* lines of history wait in memory$/);
    assert.deepEqual(
      found.map(({ what }) => what),
      ['round 1', 'add subnet 10.0.0.1/32'],
    );
    const entries = await entriesOf(history);
    assert.equal(entries.length, 2 + 10 * 51);
    assert.equal(new Set(entries.map(({ what }) => what)).size, entries.length);
  });
});

/** Lets a process write until it told of some more, and kills it; the last that it told of. */
async function killedAfter(path: string, first: number): Promise<number> {
  const child = fork(join(import.meta.dirname, 'testing', 'writer.child.ts'), [path, String(first)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let last = first;
  await new Promise<void>((resolve) => {
    child.on('message', (at) => {
      last = Number(at);
      if (last >= first + 8) resolve();
    });
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  return last;
}
