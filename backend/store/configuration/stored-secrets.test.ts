import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '../../../lab/authority.ts';
import { problemOf } from '../../model/problems.ts';
import {
  add,
  alice,
  cluster,
  everything,
  fabric,
  faultLines,
  faultsFrom,
  mapping,
  onWhole,
  openFilledScene,
  openScene,
  save,
  type Scene,
  passwordIn,
  passwordOf,
} from './testing/scene.ts';

const hunter2 = 'hunter2-of-the-fabric';
const password = ({ configuration }: Scene, name = 'dc1'): string =>
  (configuration.entry('fabrics', name).entry as { credentials: { password: string } }).credentials.password;

async function openSceneWithSecret(): Promise<Scene> {
  const scene = await openScene();
  await add(scene, 'fabrics', fabric('dc1', { secret: hunter2 }));
  return scene;
}

describe('a secret that is typed in', () => {
  it('is read back by its reference, at once and after a restart', async () => {
    const scene = await openSceneWithSecret();

    const reference = password(scene);

    assert.match(reference, /^secret:[\w-]{12}$/);
    assert.equal(passwordIn(scene.configuration.document()), reference);
    assert.equal(scene.configuration.secrets.read(reference), hunter2);
    const again = await scene.reopened();
    assert.equal(again.configuration.secrets.read(reference), hunter2);
  });

  it('is there when the listeners are told of the document that names it', async () => {
    const scene = await openScene();
    const read: string[] = [];
    scene.configuration.onChange(({ fabrics }) => {
      read.push(scene.configuration.secrets.read(passwordOf(fabrics[0])));
      return Promise.resolve();
    });

    await add(scene, 'fabrics', fabric('dc1', { secret: hunter2 }));

    assert.deepEqual(read, [hunter2]);
  });

  it('is nowhere in the open: not in a file, a model, an export, a version, or the log', async () => {
    const scene = await openSceneWithSecret();
    const text = scene.configuration.exported().replace(/secret:[\w-]+/, `{ secret: ${hunter2} }`);
    const preview = scene.configuration.preview(text);
    await scene.configuration.replace(text, onWhole(scene));
    await scene.configuration.rotateKey(alice);

    const shown = JSON.stringify([
      scene.configuration.current(),
      scene.configuration.document(),
      scene.configuration.entry('fabrics', 'dc1'),
      scene.configuration.exported(),
      scene.configuration.versions(),
      [1, 2].map((revision) => scene.configuration.version(revision)),
      preview,
      scene.logged,
    ]);
    assert.equal(scene.configuration.secrets.read(password(scene)), hunter2);
    assert.doesNotMatch(shown + everything(scene.folder), new RegExp(hunter2));
    assert.match(shown, /secret:/);
  });

  it('loses the line end that comes with pasting, and nothing else', async () => {
    const scene = await openScene();

    await add(scene, 'clusters', cluster('prod-a', { secret: ' two\nlines \r\n' }));

    const reference = (scene.configuration.document().clusters[0]?.credentials as { token: string }).token;
    assert.equal(scene.configuration.secrets.read(reference), ' two\nlines ');
  });

  it('stays when its reference is sent again, or the entry is renamed', async () => {
    const scene = await openSceneWithSecret();
    const reference = password(scene);

    await save(scene, 'fabrics', fabric('dc2', reference), 'dc1');

    assert.equal(scene.configuration.secrets.read(password(scene, 'dc2')), hunter2);
  });

  it('is forgotten with the last version that names it', async () => {
    const scene = await openSceneWithSecret();
    const before = password(scene);
    const stored = (): number =>
      Object.keys(
        (JSON.parse(readFileSync(join(scene.folder, 'configuration.json'), 'utf8')) as { secrets: object })
          .secrets,
      ).length;

    await save(scene, 'fabrics', fabric('dc1', { secret: 'another' }));
    for (let count = 0; count < 48; count += 1)
      await save(scene, 'fabrics', { ...fabric('dc1', password(scene)), resync: `${count + 1}m` });
    const [kept, keptIn] = [scene.configuration.secrets.read(before), stored()];
    await save(scene, 'fabrics', fabric('dc1', password(scene)));

    assert.deepEqual([kept, keptIn, stored()], [hunter2, 2, 1]);
    assert.throws(() => scene.configuration.secrets.read(before), /not stored here/);
  });

  it('is refused when it is empty', async () => {
    const scene = await openScene();

    assert.deepEqual(
      await faultsFrom(add(scene, 'fabrics', fabric('dc1', { secret: '\n' }))).then((all) => all[0]),
      ['credentials.password.secret: found an empty text, expected the secret itself'][0],
    );
  });

  it('is refused, and not told, where no reference may stand', async () => {
    const scene = await openFilledScene();
    const secret = { secret: hunter2 };
    const wrong = [
      add(scene, 'fabrics', { ...fabric('dc2'), name: secret }),
      add(scene, 'fabrics', { ...fabric('dc2'), controllers: [secret] }),
      add(scene, 'fabrics', { ...fabric('dc2'), credentials: { username: secret, password: 'env:P' } }),
      add(scene, 'fabrics', { ...fabric('dc2'), passwort: hunter2 }),
      add(scene, 'fabrics', fabric('dc2', { secret: hunter2, more: 1 })),
      add(scene, 'fabrics', fabric('dc2', hunter2)),
      add(scene, 'fabrics', { ...fabric('dc2'), ca: hunter2 }),
      add(scene, 'clusters', cluster('prod-b', hunter2)),
      add(scene, 'mappings', { ...mapping('web'), secret: hunter2 }),
      add(scene, 'mappings', { ...mapping('web'), mode: secret }),
    ];

    const told = await Promise.all(wrong.map(faultsFrom));

    assert.doesNotMatch(JSON.stringify([told, scene.logged]) + everything(scene.folder), new RegExp(hunter2));
    assert.ok(told.every((lines) => lines.length > 0));
  });

  it('is not told when it breaks the text that it stands in', async () => {
    const { configuration } = await openScene();
    const broken = ['"', "'", '*', '|', '>', '@', '%', '`', '{', '[', '&a &', '- ', '? ', 'x: '].map(
      (start) => `fabrics:\n  - credentials: { password: ${start}${hunter2} }\n    x: ${start}${hunter2}\n`,
    );

    const previews = broken.map((text) => configuration.preview(text));

    assert.doesNotMatch(JSON.stringify(previews), new RegExp(hunter2));
    assert.ok(previews.every(({ faults }) => faults.length > 0));
  });
});

describe('a reference to a secret that is not stored', () => {
  it('is refused in an entry', async () => {
    const scene = await openScene();

    assert.deepEqual(await faultsFrom(add(scene, 'fabrics', fabric('dc1', 'secret:nobody'))), [
      'credentials.password: found secret:nobody, expected the secret itself, or the reference that the saved entry of this name has here',
    ]);
  });

  it('is taken by an import, which tells beforehand what has to be entered, as the configuration does after', async () => {
    const scene = await openSceneWithSecret();
    const text = scene.configuration.exported();
    const other = await openScene();

    assert.deepEqual(other.configuration.preview(text).secrets, ['fabrics[dc1].credentials.password']);
    const { problem } = await other.configuration.replace(text, onWhole(other));

    assert.equal(problem?.code, 'config.key-lost');
    assert.match(problem.detail, /^fabrics\[dc1\]\.credentials\.password \(/);
    await save(other, 'fabrics', fabric('dc1', { secret: 'again' }));
    assert.equal(other.configuration.current().problem, null);
  });

  it('does not keep anything else from being edited', async () => {
    const scene = await openSceneWithSecret();
    const other = await openScene();
    await other.configuration.replace(scene.configuration.exported(), onWhole(other));

    await add(other, 'clusters', cluster('prod-a'));
    await save(other, 'fabrics', { ...fabric('dc1', password(other)), resync: '5m' });

    assert.equal(other.configuration.current().revision, 3);
  });
});

describe('keys of stored secrets', () => {
  it('that are lost cost entering the secrets again, one by one, and nothing else', async () => {
    const scene = await openSceneWithSecret();
    await add(scene, 'fabrics', fabric('dc2', { secret: 'another' }));
    for (const name of ['keys.json', 'keys.json.bak']) rmSync(join(scene.folder, name));

    const again = await scene.reopened();

    assert.equal(again.configuration.document().fabrics.length, 2);
    assert.throws(
      () => again.configuration.secrets.read(password(again)),
      (error) => problemOf(error).code === 'config.key-lost',
    );
    assert.match(again.configuration.problems()[0]?.detail ?? '', /dc1.*dc2/);
    await save(again, 'fabrics', fabric('dc1', { secret: 'entered again' }));
    assert.equal(again.configuration.secrets.read(password(again)), 'entered again');
    assert.doesNotMatch(again.configuration.problems()[0]?.detail ?? '', /dc1/);
  });

  it('that are damaged are said to be', async () => {
    const scene = await openSceneWithSecret();
    for (const name of ['keys.json', 'keys.json.bak']) writeFileSync(join(scene.folder, name), '{"keys');

    const again = await scene.reopened();

    assert.deepEqual(
      again.configuration.problems().map(({ code }) => code),
      ['store.unreadable', 'config.key-lost'],
    );
  });

  it('are another after a rotation: what was stored opens as before, and nothing is sealed with the old one', async () => {
    const scene = await openSceneWithSecret();
    const kid = (): string =>
      /"kid": "(\w+)"/.exec(readFileSync(join(scene.folder, 'keys.json'), 'utf8'))?.[1] ?? '';
    const before = kid();
    const revision = scene.configuration.current().revision;

    await scene.configuration.rotateKey(alice);

    assert.notEqual(kid(), before);
    assert.doesNotMatch(everything(scene.folder, /^versions$/), new RegExp(before));
    const again = await scene.reopened();
    assert.equal(again.configuration.secrets.read(password(again)), hunter2);
    assert.equal(again.configuration.current().revision, revision);
  });

  it('may be rotated when some are lost: what opens goes on opening', async () => {
    const scene = await openSceneWithSecret();
    for (const name of ['keys.json', 'keys.json.bak']) rmSync(join(scene.folder, name));
    const again = await scene.reopened();
    await add(again, 'fabrics', fabric('dc2', { secret: 'another' }));

    await again.configuration.rotateKey(alice);

    const last = await again.reopened();
    assert.equal(last.configuration.secrets.read(password(last, 'dc2')), 'another');
    assert.throws(() => last.configuration.secrets.read(password(last, 'dc1')));
  });
});

describe('a certificate', () => {
  it('may stand as the text itself: it is no secret', async () => {
    const scene = await openScene();
    const { caPem: pem } = await createAuthority();

    await add(scene, 'fabrics', { ...fabric('dc1'), pin: pem });

    const [dc1] = scene.configuration.document().fabrics;
    assert.deepEqual(dc1 && 'trust' in dc1 && dc1.trust, { pin: pem });
    assert.deepEqual(faultLines(scene.configuration.preview(scene.configuration.exported()).faults), []);
  });
});
