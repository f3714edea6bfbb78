/**
 * Keeps history within its bounds: a small step at a time, the oldest first, and gives the space back to the disk. Who holds an address
 * now is never forgotten, however long that is.
 */
import type { Database } from '../sqlite/database.ts';
import type { Bounds } from './messages.ts';

/** Lines per step: some milliseconds. */
const step = 1000;
/** Pages per step that are given back. */
const pages = 1000;
/** Once it is too large, it is brought down to this share of the bound, so that not every batch has to make room for itself. */
const enough = 0.95;

interface Course {
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
  /** Numbers of names may mean something else from now on. */
  readonly onNamesGone: () => void;
}

export async function prune(
  database: Database,
  { bounds: { keepForMs, bytes }, now }: { readonly bounds: Bounds; readonly now: number },
  { pause, onNamesGone }: Course,
): Promise<null> {
  let gone = 0;
  for (let count = 1; count > 0; gone += count) {
    count = forgetBefore(database, now - keepForMs);
    await pause();
  }
  if (used(database) > bytes)
    for (let count = 1; count > 0 && used(database) > bytes * enough; gone += count) {
      count = forgetOldest(database);
      await pause();
    }
  if (gone > 0) {
    onNamesGone();
    forgetNames(database);
  }
  await giveBack(database, pause);
  return null;
}

/** A file that somebody else made may not be able to give back anything. */
async function giveBack(database: Database, pause: Course['pause']): Promise<void> {
  let [before, free] = [Infinity, freePages(database)];
  while (free > 0 && free < before) {
    // `all`, because it takes one page per row that is asked for.
    database.all(`PRAGMA incremental_vacuum(${pages})`);
    await pause();
    [before, free] = [free, freePages(database)];
  }
}

/** Lines and ended holdings before a time; how many. */
function forgetBefore(database: Database, time: number): number {
  let count = 0;
  database.transaction(() => {
    count =
      database.run(
        `DELETE FROM entries WHERE id IN
         (SELECT id FROM entries INDEXED BY entries_by_time WHERE at < ? ORDER BY at, id LIMIT ${step})`,
        time,
      ) + endedBefore(database, time);
  });
  return count;
}

function forgetOldest(database: Database): number {
  let count = 0;
  database.transaction(() => {
    const last = database.get('SELECT at, id FROM entries ORDER BY at, id LIMIT 1 OFFSET ?', step);
    const at = Number(last?.['at'] ?? Number.MAX_SAFE_INTEGER);
    count =
      database.run(`DELETE FROM entries WHERE id IN (SELECT id FROM entries ORDER BY at, id LIMIT ${step})`) +
      endedBefore(database, at);
  });
  return count;
}

function endedBefore(database: Database, time: number): number {
  return database.run(
    `DELETE FROM holdings WHERE id IN (SELECT id FROM holdings WHERE until < ? ORDER BY until LIMIT ${step})`,
    time,
  );
}

function forgetNames(database: Database): void {
  const unused = ['system', 'mapping', 'key', 'person'].map(
    (column) => `NOT EXISTS (SELECT 1 FROM entries WHERE ${column} = names.id)`,
  );
  database.run(`DELETE FROM names WHERE ${unused.join(' AND ')}`);
}

function used(database: Database): number {
  return (
    (pragma(database, 'page_count') - pragma(database, 'freelist_count')) * pragma(database, 'page_size')
  );
}

function freePages(database: Database): number {
  return pragma(database, 'freelist_count');
}

function pragma(database: Database, name: string): number {
  return Number(database.get(`PRAGMA ${name}`)?.[name]);
}
