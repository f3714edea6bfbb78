/**
 * The log of `serve`: standard output, and on an APIC a file too, since nobody sees the output there. The file opens after the first
 * lines, once the data directory has answered and the folder is ours; what was said before is kept for it, in bounds.
 */
import { createLogger, type Logger, type LogLevel } from '../logging.ts';
import { openLogFile, type LogFile } from './log-file.ts';

export interface Journal {
  readonly logger: Logger;
  /** What was said before goes there too. */
  readonly keepIn: (file: LogFile) => void;
  /** As `LogFile.close`. A file that was not opened yet is opened for that. */
  readonly close: () => Promise<boolean>;
}

interface JournalOptions {
  readonly level: LogLevel;
  /** Where the file will be; undefined: there will be none. */
  readonly folder: string | undefined;
  readonly output?: { write(line: string): unknown };
}

const keptLines = 1000;

export function openJournal({ level, folder, output = process.stdout }: JournalOptions): Journal {
  let file: LogFile | undefined;
  let early: string[] = [];
  const write = (line: string): void => {
    output.write(line);
    if (file !== undefined) file.write(line);
    else if (folder !== undefined && early.length < keptLines) early.push(line);
  };
  const keepIn = (opened: LogFile): void => {
    for (const line of early) opened.write(line);
    early = [];
    file = opened;
  };
  return {
    logger: createLogger(level, { write }),
    keepIn,
    async close() {
      if (folder !== undefined && early.length > 0) keepIn(openLogFile({ folder }, () => undefined));
      return (await file?.close()) ?? true;
    },
  };
}
