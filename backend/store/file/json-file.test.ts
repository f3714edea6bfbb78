import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { lane } from '../../../test/support/lane.ts';
import { problemOf } from '../../model/problems.ts';
import { openJsonFile, type JsonFile, type JsonFileOptions } from './json-file.ts';

const schema = z.strictObject({ count: z.number().int(), note: z.string() });
type Counted = z.infer<typeof schema>;

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'json-file-'));
const open = (folder: string, options?: JsonFileOptions): JsonFile<Counted> =>
  openJsonFile(join(folder, 'c.json'), schema, () => ({ count: 0, note: '' }), options);
const counting = (count: number) => (copy: Counted) => ({ ...copy, count });
const stored = (folder: string, name: string): unknown =>
  JSON.parse(readFileSync(join(folder, name), 'utf8'));
const codeOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return problemOf(error).code;
  }
  return 'nothing was thrown';
};

describe('a JSON file', () => {
  it('starts empty, and writes nothing until something changes', () => {
    const folder = newFolder();

    const file = open(folder);

    assert.deepEqual([file.value, file.exists, readdirSync(folder)], [{ count: 0, note: '' }, false, []]);
  });

  it('is on the disk twice when a change returns, for its owner only', () => {
    const folder = newFolder();

    open(folder).change(counting(3));

    assert.deepEqual(readdirSync(folder).sort(), ['c.json', 'c.json.bak']);
    for (const name of ['c.json', 'c.json.bak']) {
      assert.deepEqual(stored(folder, name), { count: 3, note: '' });
      assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
    }
  });

  it('is read again by the next who opens it', () => {
    const folder = newFolder();
    open(folder).change(counting(3));

    const file = open(folder);

    assert.deepEqual([file.value.count, file.exists, file.damage], [3, true, undefined]);
  });

  it('changes nothing, here or on the disk, when what it is changed to is not valid', () => {
    const folder = newFolder();
    const file = open(folder);
    file.change(counting(3));

    assert.throws(() => file.change(counting(0.5)));

    assert.deepEqual([file.value.count, stored(folder, 'c.json')], [3, { count: 3, note: '' }]);
  });

  it('changes nothing when whoever changes it gives up half way', () => {
    const file = open(newFolder());
    const before = file.value;

    assert.throws(() =>
      file.change((copy) => {
        copy.count = 9;
        throw new Error('gave up');
      }),
    );

    assert.deepEqual([file.value, file.exists], [before, false]);
  });

  it('removes what a killed process left beside it, but not what another has just begun', () => {
    const folder = newFolder();
    for (const name of ['c.json.17.tmp', 'c.json.18.tmp', 'c.json.old.tmp'])
      writeFileSync(join(folder, name), '{');
    for (const name of ['c.json.17.tmp', 'c.json.old.tmp']) utimesSync(join(folder, name), 1, 1);

    open(folder);

    assert.deepEqual(readdirSync(folder).sort(), ['c.json.18.tmp', 'c.json.old.tmp']);
  });
});

describe('a damaged JSON file', () => {
  const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5);
  const damages: readonly [string, string, RegExp][] = [
    ['torn', '{ "count": 3, "no', /not whole/],
    ['empty', '', /is empty/],
    ['of another shape', '{ "count": "three", "note": "" }', /count: /],
  ];
  for (const [what, text, expected] of damages)
    it(`that is ${what} is read from its second copy, and kept aside`, () => {
      const folder = newFolder();
      open(folder).change(counting(3));
      writeFileSync(join(folder, 'c.json'), text);

      const file = open(folder, { now });

      const aside = 'c.json.damaged-2026-01-02T03-04-05-000Z';
      assert.equal(file.value.count, 3);
      assert.equal(file.damage?.code, 'store.unreadable');
      assert.match(file.damage.detail, expected);
      assert.ok(file.damage.detail.includes(aside));
      assert.equal(readFileSync(join(folder, aside), 'utf8'), text);
      assert.deepEqual(stored(folder, 'c.json'), { count: 3, note: '' });
    });

  it('is said to be damaged once: the next time it is whole', () => {
    const folder = newFolder();
    open(folder).change(counting(3));
    writeFileSync(join(folder, 'c.json'), '');
    open(folder);

    assert.equal(open(folder).damage, undefined);
  });

  it('that is gone is brought back from its second copy', () => {
    const folder = newFolder();
    open(folder).change(counting(3));
    rmSync(join(folder, 'c.json'));

    const file = open(folder);

    assert.equal(file.value.count, 3);
    assert.match(file.damage?.detail ?? '', /not there/);
  });

  it('is refused, and left as it is, when its second copy is damaged too', () => {
    const folder = newFolder();
    for (const name of ['c.json', 'c.json.bak']) writeFileSync(join(folder, name), '{ "hunter2');

    assert.equal(
      codeOf(() => open(folder)),
      'store.unreadable',
    );
    assert.deepEqual(readdirSync(folder).sort(), ['c.json', 'c.json.bak']);
  });

  it('is refused at the second start as at the first', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'c.json.bak'), '{');

    assert.deepEqual(
      [1, 2].map(() => codeOf(() => open(folder))),
      ['store.unreadable', 'store.unreadable'],
    );
  });

  it('starts empty where the caller can do without, and both copies are kept aside', () => {
    const folder = newFolder();
    for (const name of ['c.json', 'c.json.bak']) writeFileSync(join(folder, name), '{ "hunter2');

    const file = open(folder, { whenUnreadable: 'empty' });

    assert.deepEqual([file.value.count, file.damage?.code], [0, 'store.unreadable']);
    assert.ok(readdirSync(folder).every((name) => name.includes('.damaged-')));
  });

  it('is never quoted: what stands in it may be a key', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'c.json'), 'hunter2');

    const file = open(folder, { whenUnreadable: 'empty' });

    assert.doesNotMatch(JSON.stringify(file.damage), /hunter2/);
  });
});

describe('a JSON file that cannot be written', () => {
  it('says so, keeps what it had, and goes on when it can be written again', () => {
    const folder = newFolder();
    const file = open(folder);
    file.change(counting(3));
    renameSync(folder, `${folder}-away`);
    writeFileSync(folder, 'a file where the folder was');

    assert.equal(
      codeOf(() => file.change(counting(4))),
      'store.unwritable',
    );

    assert.deepEqual([file.value.count, file.unwritten?.code], [3, 'store.unwritable']);
    rmSync(folder);
    renameSync(`${folder}-away`, folder);
    file.change(counting(5));
    assert.deepEqual([file.value.count, file.unwritten, open(folder).value.count], [5, undefined, 5]);
  });

  it('tells that only its second copy could not be written, since the change stands', () => {
    const folder = newFolder();
    const file = openJsonFile(join(folder, 'c.json'), schema, () => ({ count: 0, note: '' }), {
      whenUnreadable: 'empty',
    });
    mkdirSync(join(folder, 'c.json.bak'));

    file.change(counting(4));

    assert.deepEqual([file.value.count, file.unwritten?.code], [4, 'store.unwritable']);
  });

  lane('on a full disk', { names: ['mount'], install: 'apt-get install mount', asRoot: true }, (mount) => {
    it('keeps the last good text whole: a short write never takes its place', () => {
      const folder = newFolder();
      execFileSync(mount, ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
      try {
        const file = open(folder);
        file.change(counting(3));

        const code = codeOf(() => file.change((copy) => ({ ...copy, note: 'x'.repeat(100_000) })));

        assert.equal(code, 'store.unwritable');
        assert.deepEqual(stored(folder, 'c.json'), { count: 3, note: '' });
        assert.deepEqual(readdirSync(folder).sort(), ['c.json', 'c.json.bak']);
        file.change(counting(4));
        assert.deepEqual(stored(folder, 'c.json'), { count: 4, note: '' });
      } finally {
        execFileSync('umount', [folder]);
      }
    });
  });
});
