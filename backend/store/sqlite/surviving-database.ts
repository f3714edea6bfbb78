/** A database that says how it fares with its file. */
import type { Problem } from '../../model/problems.ts';
import type { Database, Statements } from './database.ts';
import { versionOf } from './kept-file.ts';

export interface SurvivingDatabase extends Statements {
  /** undefined: everything is on the disk. */
  readonly problem: Problem | undefined;
  /** Called when `problem` comes or goes. */
  onProblem(listener: () => void): void;
  /** A number that changes whenever another process wrote. */
  version(): number;
  close(): void;
}

/** One that lives by its file alone: for a process that comes and goes, and for a database in memory. */
export function unaided(file: Database): SurvivingDatabase {
  return { ...file, problem: undefined, onProblem: () => undefined, version: () => versionOf(file) };
}
