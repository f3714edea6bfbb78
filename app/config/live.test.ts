import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../backend/model/clock.ts';
import type { InstanceId } from '../../backend/model/identity.ts';
import { openLedger } from '../../backend/store/ledger/ledger.ts';
import { openLiveConfiguration } from './live.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The instance of what is opened there. */
async function instanceOf(dataDir: string): Promise<string> {
  const live = await openLiveConfiguration({ dataDir }, { clock: systemClock(), log: quiet });
  await live.close();
  return live.document().instance;
}

describe('a configuration in the data directory', () => {
  it('begins as the instance that was followed there from a file', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'live-'));
    openLedger(join(dataDir, 'ledger.db'), { instance: 'lab0' as InstanceId }).close();

    assert.equal(await instanceOf(dataDir), 'lab0');
  });

  it('opens beside a damaged ledger, and leaves that to who brings it back', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'live-'));
    const before = await instanceOf(dataDir);
    for (const text of ['', 'torn']) {
      writeFileSync(join(dataDir, 'ledger.db'), text);

      const after = await instanceOf(dataDir);

      assert.deepEqual([after, readFileSync(join(dataDir, 'ledger.db'), 'utf8')], [before, text]);
    }
  });

  it('opens by its second copy, or as a new one, beside a damaged ledger', async () => {
    const copied = mkdtempSync(join(tmpdir(), 'live-'));
    const instance = await instanceOf(copied);
    rmSync(join(copied, 'configuration.json'));
    const empty = mkdtempSync(join(tmpdir(), 'live-'));
    for (const dataDir of [copied, empty]) writeFileSync(join(dataDir, 'ledger.db'), 'torn');

    const opened = [await instanceOf(copied), await instanceOf(empty)];

    assert.equal(opened[0], instance);
    assert.match(opened[1] ?? '', /^[a-z][a-z0-9]{7}$/);
    assert.equal(readFileSync(join(empty, 'ledger.db'), 'utf8'), 'torn');
  });
});
