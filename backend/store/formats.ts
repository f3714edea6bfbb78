/**
 * What version of us wrote the data directory. Looked at before anything in it is opened: a directory of a newer version is refused as a
 * whole, and nothing in it is touched; JSON files of an older one are brought to the present form, each kept beside as it was.
 * SQLite files are brought there when they are opened, by the tables of `ledger/schema.ts` and `history/schema.ts`.
 *
 * A file that cannot be understood at all is not judged here: whoever opens it knows what to do about damage.
 */
import { closeSync, copyFileSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '../model/problems.ts';
import { writeWhole } from './file/write-whole.ts';
import { migrations as historyMigrations } from './history/schema.ts';
import { migrations as ledgerMigrations } from './ledger/schema.ts';

type Json = Readonly<Record<string, unknown>>;

export interface JsonFormat {
  readonly name: string;
  /** Where the file says which form it has. */
  readonly key: 'format' | 'version';
  /** Each brings the form from its position, counted from 1, to the next; never edited once released. */
  readonly steps: readonly ((value: Json) => Json)[];
}

/** Of the files that are one JSON document. All are in their first form. */
export const jsonFormats: readonly JsonFormat[] = [
  { name: 'configuration.json', key: 'format', steps: [] },
  { name: 'keys.json', key: 'format', steps: [] },
  { name: 'access.json', key: 'version', steps: [] },
  { name: 'app-center.json', key: 'version', steps: [] },
];

const databases: readonly { readonly name: string; readonly newest: number }[] = [
  { name: 'ledger.db', newest: ledgerMigrations.length },
  { name: 'history.db', newest: historyMigrations.length },
];

/** Throws `store.newer`, with nothing touched; `store.unwritable` where an older file cannot be brought to the present form. */
export function checkFormats(folder: string, formats: readonly JsonFormat[] = jsonFormats): void {
  refuseNewer(folder, formats);
  for (const format of formats) for (const each of copiesOf(format)) upgrade(folder, each);
}

/** Writes nothing in any case. Throws `store.newer`. */
export function refuseNewer(folder: string, formats: readonly JsonFormat[] = jsonFormats): void {
  const newer = [
    ...formats.flatMap((format) => copiesOf(format).map((each) => newerJson(folder, each))),
    ...databases.map(({ name, newest }) => newerThan(name, versionOfDatabase(join(folder, name)), newest)),
  ].filter((each) => each !== undefined);
  if (newer.length > 0) throw new ProblemError('store.newer', `${folder}: ${newer.join(', ')}`);
}

/** A file and its second copy. */
function copiesOf(format: JsonFormat): readonly JsonFormat[] {
  return [format, { ...format, name: `${format.name}.bak` }];
}

function newerJson(folder: string, { name, key, steps }: JsonFormat): string | undefined {
  const value = readJson(join(folder, name))?.[key];
  return newerThan(name, typeof value === 'number' ? value : undefined, steps.length + 1);
}

function newerThan(name: string, found: number | undefined, newest: number): string | undefined {
  if (found === undefined || found <= newest) return undefined;
  return `${name} has form ${found}, this version knows up to ${newest}`;
}

function upgrade(folder: string, { name, key, steps }: JsonFormat): void {
  const path = join(folder, name);
  const value = readJson(path);
  const found = value?.[key];
  if (value === undefined || typeof found !== 'number' || found < 1 || found > steps.length) return;
  const kept = `${path}.form-${found}`;
  if (!existsSync(kept)) copyFileSync(path, kept);
  const upgraded = steps
    .slice(found - 1)
    .reduce<Json>((before, step, index) => ({ ...step(before), [key]: found + index + 1 }), value);
  writeWhole(path, `${JSON.stringify(upgraded, null, 2)}\n`);
}

function readJson(path: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

const magic = 'SQLite format 3\0';
const versionAt = 60;

/** Its `user_version`, read from the file itself: opening it would already write beside it. */
function versionOfDatabase(path: string): number | undefined {
  const header = Buffer.alloc(versionAt + 4);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const isWhole = readSync(file, header, 0, header.length, 0) === header.length;
    return isWhole && header.toString('latin1', 0, magic.length) === magic
      ? header.readUInt32BE(versionAt)
      : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
