/**
 * A configuration on a disk that fails, in a process that dies.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lane } from '../../../test/support/lane.ts';
import { problemOf } from '../../model/problems.ts';
import {
  add,
  everything,
  fabric,
  mapping,
  openFilledScene,
  openScene,
  problemFrom,
  save,
  type Scene,
  passwordIn,
} from './testing/scene.ts';

const codes = ({ configuration }: Scene): string[] => configuration.problems().map(({ code }) => code);

/** Somebody puts a file where the folder was. */
function takeAway(folder: string): () => void {
  renameSync(folder, `${folder}-away`);
  writeFileSync(folder, '');
  return () => {
    rmSync(folder);
    renameSync(`${folder}-away`, folder);
  };
}

describe('a process that is killed while it saves the configuration', () => {
  it('has lost nothing that it told, and left a whole document', async function () {
    this.timeout(120_000);
    const scene = await openScene();
    let told = 0;

    for (let kill = 0; kill < 20; kill += 1) {
      const child = fork(join(import.meta.dirname, 'testing/saving.child.ts'), [scene.folder]);
      child.on('message', (revision) => {
        told = Number(revision);
      });
      await once(child, 'message');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      child.kill('SIGKILL');
      await once(child, 'exit');

      const { configuration } = await openScene(scene.folder);

      const { revision, document, problem } = configuration.current();
      assert.ok(revision >= told, `revision ${revision}, told ${told}`);
      assert.deepEqual([document.settings, problem], [{ guard: { atMost: revision } }, null]);
      assert.equal(configuration.versions()[0]?.revision, revision);
    }

    assert.ok(told > 20);
  });
});

describe('a configuration that cannot be written', () => {
  it('refuses the edit, stays what it was, and says so until it can be written again', async () => {
    const scene = await openFilledScene();
    scene.configuration.onChange(() => assert.fail('it was not saved'));
    const before = scene.configuration.current();
    const giveBack = takeAway(scene.folder);

    const { code } = await problemFrom(add(scene, 'mappings', mapping('web')));

    assert.equal(code, 'store.unwritable');
    assert.deepEqual({ ...scene.configuration.current(), problem: null }, before);
    assert.deepEqual(codes(scene), ['store.unwritable']);
    giveBack();
    await scene.clock.advance(30_000);
    assert.deepEqual([codes(scene), scene.configuration.current()], [[], before]);
  });

  it('tells whoever listens when it begins and when it is over', async () => {
    const scene = await openFilledScene();
    const heard: string[][] = [];
    scene.configuration.onProblem(() => heard.push(codes(scene)));
    const giveBack = takeAway(scene.folder);
    await problemFrom(add(scene, 'mappings', mapping('web')));
    await scene.clock.advance(30_000);

    giveBack();
    await scene.clock.advance(30_000);

    assert.deepEqual(heard, [['store.unwritable'], []]);
  });

  it('is saved by the next edit that succeeds', async () => {
    const scene = await openFilledScene();
    const giveBack = takeAway(scene.folder);
    await problemFrom(add(scene, 'mappings', mapping('web')));
    giveBack();

    await add(scene, 'mappings', mapping('web'));

    assert.deepEqual(codes(scene), []);
    assert.equal((await scene.reopened()).configuration.current().revision, 4);
  });

  it('has no version of what was not saved', async () => {
    const scene = await openFilledScene();
    const [newest] = scene.configuration.versions();
    rmSync(join(scene.folder, 'configuration.json'));
    mkdirSync(join(scene.folder, 'configuration.json'));

    await problemFrom(add(scene, 'mappings', mapping('web')));

    assert.deepEqual(scene.configuration.versions()[0], newest);
    assert.deepEqual(readdirSync(join(scene.folder, 'versions')).sort().at(-1), '000003.json');
  });

  it('loses no secret when only its keys can be written', async () => {
    const scene = await openScene();
    await add(scene, 'fabrics', fabric('dc1', { secret: 'hunter2' }));
    const reference = passwordIn(scene.configuration.document());
    rmSync(join(scene.folder, 'configuration.json'));
    mkdirSync(join(scene.folder, 'configuration.json'));

    const { code } = await problemFrom(
      scene.configuration.rotateKey({ name: 'alice', role: 'admin', via: 'local' }),
    );

    assert.equal(code, 'store.unwritable');
    rmSync(join(scene.folder, 'configuration.json'), { recursive: true });
    const again = await scene.reopened();
    assert.equal(again.configuration.secrets.read(reference), 'hunter2');
  });

  lane('on a full disk', { names: ['mount'], install: 'apt-get install mount', asRoot: true }, (mount) => {
    it('refuses what does not fit, and goes on once there is room', async () => {
      const scene = await openFilledScene();
      const before = scene.configuration.current();
      const files = everything(scene.folder);
      execFileSync(mount, ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', scene.folder]);
      try {
        const full = await openScene(scene.folder);
        await add(full, 'fabrics', fabric('dc1'));
        const large = { ...fabric('dc1'), credentials: { username: 'x'.repeat(60_000), password: 'env:P' } };

        const { code } = await problemFrom(save(full, 'fabrics', large));

        assert.equal(code, 'store.unwritable');
        assert.deepEqual(full.configuration.entry('fabrics', 'dc1').entry, fabric('dc1'));
        assert.deepEqual(
          (await openScene(scene.folder)).configuration.entry('fabrics', 'dc1').entry,
          fabric('dc1'),
        );
        await save(full, 'fabrics', { ...fabric('dc1'), resync: '5m' });
        assert.deepEqual(codes(full), []);
      } finally {
        execFileSync('umount', [scene.folder]);
      }
      assert.deepEqual([scene.configuration.current(), everything(scene.folder)], [before, files]);
    });
  });
});

describe('a configuration whose file is damaged', () => {
  for (const text of ['', '{ "format": 1, "revi', '{}', '{"format":1,"revision":9}'])
    it(`as ${JSON.stringify(text)} is what it was, and says that it was`, async () => {
      const scene = await openFilledScene();
      const before = scene.configuration.current();
      writeFileSync(join(scene.folder, 'configuration.json'), text);

      const again = await scene.reopened();

      assert.deepEqual({ ...again.configuration.current(), problem: null }, before);
      assert.deepEqual(codes(again), ['store.unreadable']);
      assert.match(again.logged[0] ?? '', /store\.unreadable/);
      assert.ok(readdirSync(scene.folder).some((name) => name.startsWith('configuration.json.damaged-')));
    });

  it('by an edit of somebody who made a fault in it is what it was, too', async () => {
    const scene = await openFilledScene();
    const path = join(scene.folder, 'configuration.json');
    const { document } = scene.configuration.current();
    const wrong = { ...document, mappings: [{ ...mapping('shop'), mode: 'some' }] };
    writeFileSync(
      path,
      JSON.stringify({
        format: 1,
        revision: 9,
        by: '',
        at: 1,
        document: wrong,
        secrets: {},
        changed: {},
      }),
    );

    const again = await scene.reopened();

    assert.deepEqual(again.configuration.current().document, document);
    assert.match(again.configuration.problems()[0]?.detail ?? '', /mappings\[0\]\.mode: found "some"/);
  });

  it('in both copies does not open, rather than start with nothing', async () => {
    const scene = await openFilledScene();
    for (const name of ['configuration.json', 'configuration.json.bak'])
      writeFileSync(join(scene.folder, name), '{');

    await assert.rejects(scene.reopened(), (error) => problemOf(error).code === 'store.unreadable');
  });
});
