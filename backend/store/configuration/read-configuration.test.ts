import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../model/clock.ts';
import { readConfiguration } from './read-configuration.ts';
import { openConfiguration } from './stored-configuration.ts';
import { passwordOf } from './testing/scene.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const by = { name: 'alice', role: 'admin', via: 'local' } as const;
const fabric = {
  name: 'dc1',
  controllers: ['https://10.0.0.1'],
  credentials: { username: 'admin', password: { secret: 'correct horse' } },
};

async function arrange(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'read-configuration-'));
  const configuration = await openConfiguration({ folder, clock: systemClock(), log });
  await configuration.put('fabrics', fabric, { name: 'dc1', condition: { absent: true }, by });
  await configuration.close();
  return folder;
}

function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort();
}

describe('a configuration that is looked at beside its process', () => {
  it('is what was saved last, secrets included', async () => {
    const read = await readConfiguration(await arrange());

    const [dc1] = read?.document.fabrics ?? [];
    assert.equal(read?.secrets.read(passwordOf(dc1)), 'correct horse');
  });

  it('is left as it is, torn or not', async () => {
    const folder = await arrange();
    const path = join(folder, 'configuration.json');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100));
    writeFileSync(join(folder, '.configuration.json.0a1b2c'), 'of a writer that is at work');
    const before = contents(folder);

    const read = await readConfiguration(folder);

    assert.equal(read?.document.fabrics.length, 1);
    assert.deepEqual(contents(folder), before);
    assert.equal(readFileSync(path, 'utf8').length, 100);
  });

  it('is none where none was ever saved', async () => {
    assert.equal(await readConfiguration(mkdtempSync(join(tmpdir(), 'read-configuration-'))), undefined);
  });
});
