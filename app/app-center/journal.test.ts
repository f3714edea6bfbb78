import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, type Journal } from './journal.ts';
import { openLogFile } from './log-file.ts';

describe('the log of serve', () => {
  let folder: string;
  let said: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
    said = '';
  });

  function journalIn(place: string | undefined): Journal {
    const output = { write: (line: string) => (said += line) };
    return openJournal({ level: 'info', folder: place, output });
  }

  const kept = (): string => readFileSync(join(folder, 'aci-kube-sync.log'), 'utf8');

  it('has in its file what was said before that was open, in order', async () => {
    const { logger, keepIn, close } = journalIn(folder);
    logger.warn({}, 'this stays root');

    keepIn(openLogFile({ folder }, (why) => assert.fail(why)));
    logger.info({}, 'listening');
    await close();

    assert.match(kept(), /this stays root.*\n.*listening/);
    assert.equal(kept(), said);
  });

  it('has it there too when the end comes before the file was opened', async () => {
    const { logger, close } = journalIn(folder);
    logger.warn({}, 'waiting for the data directory');

    await close();

    assert.match(kept(), /waiting for the data directory/);
  });

  it('is on standard output alone where there is no folder for it', async () => {
    const { logger, close } = journalIn(undefined);
    logger.warn({}, 'waiting for the data directory');

    await close();

    assert.match(said, /waiting for the data directory/);
    assert.deepEqual(readdirSync(folder), []);
  });
});
