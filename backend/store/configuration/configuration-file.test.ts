import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { eventually } from '../../../test/support/eventually.ts';
import { manualClock, systemClock, type Clock } from '../../model/clock.ts';
import { problemOf } from '../../model/problems.ts';
import { openConfigurationFile } from './configuration-file.ts';
import type { LiveConfiguration } from './live-configuration.ts';
import { alice, cluster, fabric, logInto, mapping, problemFrom } from './testing/scene.ts';

const becomes = (found: () => unknown, expected: unknown): Promise<void> =>
  eventually(JSON.stringify(expected), () => isDeepStrictEqual(found(), expected));
const textWith = (...mappings: object[]): string =>
  stringify({
    version: 1,
    instance: '7f3a',
    clusters: [cluster('prod-a')],
    fabrics: [fabric('dc1')],
    mappings,
  });

interface FileScene {
  readonly path: string;
  readonly configuration: LiveConfiguration;
  /** Names of the mappings of each document that was told. */
  readonly told: string[][];
}

describe('a configuration that is a file', () => {
  const opened: LiveConfiguration[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  const follow = async (path: string, clock: Clock = systemClock()): Promise<FileScene> => {
    const configuration = await openConfigurationFile(path, { clock, log: logInto([]) });
    const told: string[][] = [];
    configuration.onChange(({ mappings }) => {
      told.push(mappings.map(({ name }) => name));
      return Promise.resolve();
    });
    opened.push(configuration);
    return { path, configuration, told };
  };
  const newFile = (text = textWith(mapping('shop'))): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'configuration-file-')), 'config.yaml');
    writeFileSync(path, text);
    return path;
  };

  it('shows where it is read from, and refuses every edit', async () => {
    const { configuration, path } = await follow(newFile());
    const edit = { name: 'shop', condition: { tag: configuration.entry('mappings', 'shop').tag }, by: alice };

    const refused = await Promise.all(
      [
        configuration.put('mappings', mapping('shop'), edit),
        configuration.remove('mappings', edit),
        configuration.putSettings({}, edit),
        configuration.replace(textWith(), edit),
        configuration.restore(1, edit),
        configuration.rotateKey(alice),
      ].map(async (each) => (await problemFrom(each)).code),
    );

    assert.deepEqual([...new Set(refused)], ['config.read-only']);
    assert.equal(configuration.current().readOnly, path);
    assert.deepEqual(configuration.versions(), []);
    assert.equal(configuration.preview(configuration.exported()).difference.length, 0);
  });

  it('is taken again when it is written', async () => {
    const { configuration, path, told } = await follow(newFile());

    writeFileSync(path, textWith(mapping('shop'), mapping('web')));
    await becomes(() => told, [['shop', 'web']]);

    assert.equal(configuration.current().revision, 2);
    assert.equal(configuration.document().mappings.length, 2);
  });

  it('is taken again when another file takes its place, as editors do it', async () => {
    const { path, told } = await follow(newFile());

    writeFileSync(`${path}~`, textWith(mapping('web')));
    renameSync(`${path}~`, path);

    await becomes(() => told, [['web']]);
  });

  it('is taken again when a link leads elsewhere, as Kubernetes does it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'configuration-link-'));
    for (const [name, text] of [
      ['..1', textWith(mapping('shop'))],
      ['..2', textWith(mapping('web'))],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'config.yaml'), text);
    }
    symlinkSync('..1', join(folder, '..data'));
    symlinkSync('..data/config.yaml', join(folder, 'config.yaml'));
    const { told } = await follow(join(folder, 'config.yaml'));

    symlinkSync('..2', join(folder, '..new'));
    renameSync(join(folder, '..new'), join(folder, '..data'));

    await becomes(() => told, [['web']]);
  });

  it('is looked at every two seconds, whether or not the system tells of a change', async () => {
    const clock = manualClock();
    const elsewhere = newFile();
    const folder = mkdtempSync(join(tmpdir(), 'configuration-link-'));
    symlinkSync(elsewhere, join(folder, 'config.yaml'));
    const { told } = await follow(join(folder, 'config.yaml'), clock);
    // Not in the folder that is watched.
    writeFileSync(elsewhere, textWith(mapping('web')));
    assert.deepEqual(told, []);

    await clock.advance(2000);
    await clock.advance(250);

    assert.deepEqual(told, [['web']]);
  });

  it('keeps what it said before while it has faults, and tells them', async () => {
    const { configuration, path, told } = await follow(newFile());

    writeFileSync(path, textWith({ ...mapping('shop'), mode: 'some' }));
    await becomes(() => configuration.current().problem?.code, 'config.invalid');

    assert.deepEqual(configuration.current().faults, [
      { path: 'mappings[0].mode', found: '"some"', expected: 'one of report, add-only, full' },
    ]);
    assert.deepEqual([told, configuration.document().mappings[0]?.mode], [[], 'report']);
    writeFileSync(path, textWith({ ...mapping('shop'), mode: 'full' }));
    await becomes(() => [configuration.problems(), configuration.current().faults], [[], []]);
    assert.equal(configuration.document().mappings[0]?.mode, 'full');
  });

  it('keeps what it said before while it is gone', async () => {
    const { configuration, path, told } = await follow(newFile());
    const text = readFileSync(path, 'utf8');

    rmSync(path);
    await becomes(() => configuration.problems()[0]?.code, 'config.unreadable');

    writeFileSync(path, text);
    await becomes(() => configuration.problems(), []);
    assert.deepEqual(told, []);
  });

  it('is not taken half written, although that half would be a configuration', async () => {
    const clock = manualClock();
    const whole = textWith(mapping('shop'), mapping('web'));
    const { path, told } = await follow(newFile(textWith(mapping('shop'))), clock);

    for (const [text, ms] of [
      [whole.slice(0, whole.indexOf('mappings:')), 2000],
      [textWith(mapping('web')), 250],
      [whole, 250],
    ] as const) {
      writeFileSync(path, text);
      await clock.advance(ms);
    }
    await clock.advance(250);

    assert.deepEqual(told, [['shop', 'web']]);
  });

  it('refers to no stored secret: there is none', async () => {
    const path = newFile(textWith().replace('env:TOKEN', 'secret:abc'));

    await assert.rejects(follow(path), (error) => {
      const { code, faults } = problemOf(error);
      assert.deepEqual([code, faults?.[0]?.path], ['config.invalid', 'clusters[0].credentials.token']);
      return true;
    });
  });

  it('does not open when it is not there, or cannot be followed from the start', async () => {
    const codes = await Promise.all(
      [join(tmpdir(), 'nowhere.yaml'), newFile(''), newFile('version: 2'), newFile('a: *b')].map(
        async (path) => (await problemFrom(follow(path))).code,
      ),
    );

    assert.deepEqual(codes, ['config.unreadable', 'config.invalid', 'config.invalid', 'config.invalid']);
  });
});
