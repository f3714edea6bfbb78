import assert from 'node:assert/strict';
import fc from 'fast-check';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemOf } from '../../model/problems.ts';
import { openSecretBox } from './secret-box.ts';

const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys.json');
const open = (path: string): ReturnType<typeof openSecretBox> => openSecretBox(path, { now: () => 1 });
const lost = (error: unknown): boolean => problemOf(error).code === 'config.key-lost';

describe('a secret box', () => {
  it('opens what it sealed, whatever it is', async () => {
    const box = open(newPath());

    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string(), async (text, id) => {
        assert.equal(await box.open(id, await box.seal(id, text)), text);
      }),
      { numRuns: 50 },
    );
  });

  it('makes its first key at the first secret, for its owner only', async () => {
    const path = newPath();
    const box = open(path);
    assert.equal(existsSync(path), false);

    await box.seal('a', 'hunter2');

    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('opens after a restart', async () => {
    const path = newPath();
    const sealed = await open(path).seal('a', 'hunter2');

    assert.equal(await open(path).open('a', sealed), 'hunter2');
  });

  it('opens nothing that was sealed for another secret', async () => {
    const box = open(newPath());
    const sealed = await box.seal('a', 'hunter2');

    await assert.rejects(box.open('b', sealed), lost);
  });

  it('opens nothing that was changed, cut, or never sealed', async () => {
    const box = open(newPath());
    const sealed = await box.seal('a', 'hunter2');
    const parts = sealed.split('.');
    const changed = [...parts.slice(0, 4), `A${(parts[4] ?? '').slice(1)}`].join('.');

    for (const wrong of [changed === sealed ? `${changed}A` : changed, sealed.slice(0, -4), '', 'a.b.c.d.e'])
      await assert.rejects(box.open('a', wrong), lost);
  });

  it('opens nothing when its keys are lost, and seals again', async () => {
    const path = newPath();
    const sealed = await open(path).seal('a', 'hunter2');
    for (const each of [path, `${path}.bak`]) writeFileSync(each, '{');

    const box = open(path);

    assert.equal(box.damage?.code, 'store.unreadable');
    await assert.rejects(box.open('a', sealed), lost);
    assert.equal(await box.open('a', await box.seal('a', 'again')), 'again');
  });

  it('seals with a new key after a rotation, and still opens what an older one sealed', async () => {
    const path = newPath();
    const box = open(path);
    const before = await box.seal('a', 'hunter2');

    box.addKey();

    const after = await box.seal('a', 'hunter2');
    assert.notEqual(before.split('.')[0], after.split('.')[0]);
    assert.deepEqual([await box.open('a', before), await box.open('a', after)], ['hunter2', 'hunter2']);
  });

  it('forgets the keys that nothing is sealed with any more', async () => {
    const path = newPath();
    const box = open(path);
    const before = await box.seal('a', 'hunter2');
    box.addKey();
    const after = await box.seal('a', 'hunter2');

    box.keepKeysOf([after]);

    await assert.rejects(box.open('a', before), lost);
    assert.equal(await box.open('a', after), 'hunter2');
    assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { keys: unknown[] }).keys.length, 1);
  });
});
