import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { problemOf } from '../model/problems.ts';
import { checkFormats, jsonFormats, type JsonFormat } from './formats.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'formats-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function contentsOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );
}

function refusalOf(folder: string): string {
  try {
    checkFormats(folder);
    return 'none';
  } catch (thrown) {
    const { code, detail } = problemOf(thrown);
    assert.equal(code, 'store.newer');
    return detail;
  }
}

function database(folder: string, name: string, version: number): void {
  const handle = new DatabaseSync(join(folder, name));
  handle.exec(`CREATE TABLE kept (value TEXT); PRAGMA user_version = ${version}`);
  handle.close();
}

describe('a data directory of a newer version', () => {
  for (const { name, key } of jsonFormats)
    for (const copy of [name, `${name}.bak`])
      it(`is refused for ${copy}, and nothing is touched`, () => {
        const folder = folderWith({ 'access.json': '{"version":1}', [copy]: JSON.stringify({ [key]: 2 }) });
        const before = contentsOf(folder);

        assert.match(refusalOf(folder), new RegExp(`${copy} has form 2, this version knows up to 1`));
        assert.deepEqual(contentsOf(folder), before);
      });

  for (const name of ['ledger.db', 'history.db'])
    it(`is refused for ${name}, and nothing is touched`, () => {
      const folder = folderWith({ 'keys.json': '{"format":1}' });
      database(folder, name, 4711);
      const before = contentsOf(folder);

      assert.match(refusalOf(folder), new RegExp(`${name} has form 4711`));
      assert.deepEqual(contentsOf(folder), before);
    });
});

describe('a data directory of this version, or of none', () => {
  it('is left as it is, damaged files too', () => {
    const folder = folderWith({
      'configuration.json': '{"format":1}',
      'access.json': 'torn',
      'keys.json': '',
      'ledger.db': 'torn',
      'history.db': '',
    });
    database(folder, 'other.db', 4711);
    const before = contentsOf(folder);

    assert.equal(refusalOf(folder), 'none');
    assert.deepEqual(contentsOf(folder), before);
  });
});

describe('a data directory of an older version', () => {
  const formats: readonly JsonFormat[] = [
    {
      name: 'access.json',
      key: 'version',
      steps: [
        (value) => ({ ...value, tokens: [] }),
        ({ tokens, ...value }) => ({ ...value, tokens: [tokens, 'third'] }),
      ],
    },
  ];
  const cases: readonly [string, object, object][] = [
    [
      'of the first form by every step',
      { version: 1, by: 'x' },
      { version: 3, by: 'x', tokens: [[], 'third'] },
    ],
    [
      'of the second form by the last',
      { version: 2, tokens: ['t'] },
      { version: 3, tokens: [['t'], 'third'] },
    ],
    ['of the present form by none', { version: 3, tokens: [] }, { version: 3, tokens: [] }],
  ];
  for (const [what, before, after] of cases)
    it(`is brought to the present form: ${what}`, () => {
      const text = JSON.stringify(before);
      const folder = folderWith({ 'access.json': text, 'access.json.bak': text });

      checkFormats(folder, formats);

      for (const name of ['access.json', 'access.json.bak'])
        assert.deepEqual(JSON.parse(readFileSync(join(folder, name), 'utf8')), after);
    });

  it('is left as it is when anything in it is of a newer version', () => {
    const folder = folderWith({ 'access.json': '{"version":1}', 'access.json.bak': '{"version":4}' });
    const before = contentsOf(folder);

    assert.throws(() => checkFormats(folder, formats), /access\.json\.bak has form 4/);
    assert.deepEqual(contentsOf(folder), before);
  });

  it('keeps each file as it was, also when it is brought there twice', () => {
    const text = '{"version":1}';
    const folder = folderWith({ 'access.json': text });

    checkFormats(folder, formats);
    checkFormats(folder, formats);

    assert.equal(readFileSync(join(folder, 'access.json.form-1'), 'utf8'), text);
  });
});
