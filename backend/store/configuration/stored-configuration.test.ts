import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  add,
  alice,
  bob,
  cluster,
  fabric,
  faultsFrom,
  mapping,
  onWhole,
  openFilledScene,
  openScene,
  problemFrom,
  save,
} from './testing/scene.ts';

const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

describe('a configuration that is kept here', () => {
  it('is empty at first, with an instance that stays', async () => {
    const scene = await openScene();

    const { revision, document, problem } = scene.configuration.current();

    assert.match(document.instance, /^[a-z][a-z0-9]{3,11}$/);
    assert.deepEqual([revision, problem, document.mappings], [0, null, []]);
    const again = await scene.reopened();
    assert.equal(again.configuration.current().document.instance, document.instance);
  });

  it('is followed as it was parsed, and shown as it was written', async () => {
    const scene = await openFilledScene();

    const { mappings } = scene.configuration.document();

    assert.deepEqual([mappings[0]?.name, mappings[0]?.mode], ['shop', 'report']);
    assert.deepEqual(scene.configuration.entry('mappings', 'shop').entry, mapping('shop'));
  });

  it('is what it was after a restart, with who changed what and when', async () => {
    const scene = await openFilledScene();
    const before = scene.configuration.current();
    const entry = scene.configuration.entry('clusters', 'prod-a');

    const again = await scene.reopened();

    assert.deepEqual(again.configuration.current(), before);
    assert.deepEqual(again.configuration.entry('clusters', 'prod-a'), entry);
    assert.deepEqual([entry.by, entry.at, entry.revision], ['alice', Date.UTC(2026, 0, 2), 3]);
    assert.deepEqual(again.configuration.document(), scene.configuration.document());
  });

  it('has told its listeners, with the change on the disk, when an edit resolves', async () => {
    const scene = await openFilledScene();
    const seen: unknown[] = [];
    scene.configuration.onChange(async ({ mappings }) => {
      const file = readFileSync(join(scene.folder, 'configuration.json'), 'utf8');
      await new Promise((resolve) => setImmediate(resolve));
      seen.push([names(mappings), file.includes('"name": "web"')]);
    });

    await add(scene, 'mappings', mapping('web'));

    assert.deepEqual(seen, [[['shop', 'web'], true]]);
  });

  it('is not written again, nor told, when an edit changes nothing', async () => {
    const scene = await openFilledScene();
    scene.configuration.onChange(() => assert.fail('nothing changed'));

    const { revision } = await save(scene, 'mappings', mapping('shop'));

    assert.equal(revision, 3);
  });

  it('makes edits one after another, each seeing the one before', async () => {
    const scene = await openFilledScene();

    await Promise.all(['a', 'b', 'c'].map((name) => add(scene, 'mappings', mapping(name))));

    assert.deepEqual(names(scene.configuration.current().document.mappings), ['shop', 'a', 'b', 'c']);
    assert.equal(scene.configuration.current().revision, 6);
  });

  it('stands although a listener fails, and says that it is not in force until a later change is', async () => {
    const scene = await openFilledScene();
    let why: Error | undefined = new Error('no');
    scene.configuration.onChange(() => (why === undefined ? Promise.resolve() : Promise.reject(why)));

    const added = await add(scene, 'mappings', mapping('web'));
    const unchanged = await save(scene, 'mappings', mapping('web'));
    const { problem } = scene.configuration.current();
    why = undefined;
    const later = await save(scene, 'mappings', mapping('web', 'other'));

    assert.match(added.problem?.detail ?? '', /^saved, and not in force yet: .*no/);
    assert.deepEqual(unchanged.problem, added.problem);
    assert.equal(problem?.code, 'internal.bug');
    assert.deepEqual([later.problem, scene.configuration.current().problem], [null, null]);
    assert.equal((await scene.reopened()).configuration.entry('mappings', 'web').name, 'web');
  });

  it('changes one entry, in its place, and leaves every other tag as it is', async () => {
    const scene = await openFilledScene();
    await add(scene, 'mappings', mapping('web'));
    const web = scene.configuration.entry('mappings', 'web').tag;
    const shop = scene.configuration.entry('mappings', 'shop').tag;

    const saved = await save(scene, 'mappings', mapping('shop', 'other'));

    assert.notEqual(saved.tag, shop);
    assert.equal(scene.configuration.entry('mappings', 'web').tag, web);
    assert.deepEqual(names(scene.configuration.current().document.mappings), ['shop', 'web']);
  });

  it('renames an entry, which is then found under its new name only', async () => {
    const scene = await openFilledScene();

    const renamed = await save(scene, 'mappings', mapping('store'), 'shop');

    assert.equal(renamed.name, 'store');
    assert.deepEqual(names(scene.configuration.current().document.mappings), ['store']);
    assert.throws(() => scene.configuration.entry('mappings', 'shop'), /mapping shop/);
    assert.equal(scene.configuration.versions()[0]?.summary, 'rename mapping shop to store');
  });

  it('saves its settings under a tag of their own', async () => {
    const scene = await openScene();
    const { tag } = scene.configuration.settings();

    const saved = await scene.configuration.putSettings(
      { guard: { atMost: 7 } },
      { condition: { tag }, by: bob },
    );

    assert.deepEqual([saved.by, saved.entry], ['bob (dc1)', { guard: { atMost: 7 } }]);
    assert.equal(scene.configuration.document().settings.guard.atMost, 7);
  });

  it('removes an entry', async () => {
    const scene = await openFilledScene();
    const { tag } = scene.configuration.entry('mappings', 'shop');

    await scene.configuration.remove('mappings', { name: 'shop', condition: { tag }, by: alice });

    assert.deepEqual(scene.configuration.document().mappings, []);
  });
});

describe('an edit of something that another has edited', () => {
  it('is refused, saying who did and when', async () => {
    const scene = await openFilledScene();
    const { tag } = scene.configuration.entry('mappings', 'shop');
    await scene.configuration.put('mappings', mapping('shop', 'theirs'), {
      name: 'shop',
      condition: { tag },
      by: bob,
    });

    const { code, detail } = await problemFrom(
      scene.configuration.put('mappings', mapping('shop', 'mine'), {
        name: 'shop',
        condition: { tag },
        by: alice,
      }),
    );

    assert.equal(code, 'config.changed');
    assert.equal(detail, 'mapping shop: saved by bob (dc1) at 2026-01-02T00:00:00.000Z');
    assert.deepEqual(scene.configuration.entry('mappings', 'shop').entry, mapping('shop', 'theirs'));
  });

  it('is refused when the two are made at once', async () => {
    const scene = await openFilledScene();
    const { tag } = scene.configuration.entry('mappings', 'shop');

    const both = await Promise.allSettled(
      ['one', 'two'].map((eepg) =>
        scene.configuration.put('mappings', mapping('shop', eepg), {
          name: 'shop',
          condition: { tag },
          by: alice,
        }),
      ),
    );

    assert.deepEqual(
      both.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
  });

  it('is refused when it was removed or renamed meanwhile, saying by whom', async () => {
    const scene = await openFilledScene();
    const { tag } = scene.configuration.entry('mappings', 'shop');
    const edit = { name: 'shop', condition: { tag }, by: alice };
    await scene.configuration.put('mappings', mapping('store'), { ...edit, by: bob });

    const saving = await problemFrom(scene.configuration.put('mappings', mapping('shop', 'mine'), edit));
    const removing = await problemFrom(scene.configuration.remove('mappings', edit));

    for (const { code, detail } of [saving, removing]) {
      assert.equal(code, 'config.changed');
      assert.match(detail, /mapping shop is not there any more: removed or renamed by bob \(dc1\)/);
    }
  });

  it('is refused when the whole is replaced, whatever was changed in it', async () => {
    const scene = await openFilledScene();
    const edit = onWhole(scene);
    await add(scene, 'mappings', mapping('web'));

    const { code } = await problemFrom(scene.configuration.replace(scene.configuration.exported(), edit));

    assert.equal(code, 'config.changed');
  });

  it('is refused when it does not say what it was made from', async () => {
    const { configuration } = await openFilledScene();
    const edit = { name: 'shop', condition: undefined, by: alice };

    const codes = await Promise.all(
      [
        configuration.put('mappings', mapping('shop'), edit),
        configuration.remove('mappings', edit),
        configuration.remove('mappings', { ...edit, condition: { absent: true } }),
        configuration.putSettings({}, edit),
        configuration.replace('', edit),
        configuration.restore(1, edit),
      ].map(async (promise) => (await problemFrom(promise)).code),
    );

    assert.deepEqual([...new Set(codes)], ['config.condition']);
  });

  it('is refused when it would make what is there already, or change what never was', async () => {
    const { configuration } = await openFilledScene();
    const making = { name: 'shop', condition: { absent: true }, by: alice } as const;
    const changing = { name: 'nobody', condition: { tag: 'x' }, by: alice };

    const codes = await Promise.all(
      [
        configuration.put('mappings', mapping('shop'), making),
        configuration.put('mappings', mapping('nobody'), changing),
        configuration.remove('mappings', changing),
      ].map(async (promise) => (await problemFrom(promise)).code),
    );

    assert.deepEqual(codes, ['config.changed', 'request.not-found', 'request.not-found']);
  });
});

describe('an edit with faults', () => {
  it('changes nothing, here or on the disk', async () => {
    const scene = await openFilledScene();
    const before = [scene.configuration.current(), readdirSync(join(scene.folder, 'versions'))];

    await faultsFrom(add(scene, 'mappings', { name: 'web' }));

    assert.deepEqual([scene.configuration.current(), readdirSync(join(scene.folder, 'versions'))], before);
  });

  it('names each at its path in what was sent', async () => {
    const scene = await openFilledScene();
    const entry = {
      ...mapping('web'),
      mode: 'some',
      to: { externalEpg: { l3out: 'calico', name: 'x', nmae: 'y' } },
    };

    const faults = await faultsFrom(add(scene, 'mappings', entry));

    assert.deepEqual(
      faults.map((line) => line.split(':')[0]),
      ['mode', 'to.externalEpg.tenant', 'to.externalEpg.nmae'],
    );
  });

  it('names what refers to nothing, too', async () => {
    const scene = await openFilledScene();

    assert.deepEqual(await faultsFrom(add(scene, 'mappings', mapping('web', 'web', 'prod-b'))), [
      'from.clusters[0]: found prod-b, expected the name of a cluster: prod-a',
    ]);
  });

  it('elsewhere in the document names the entry there', async () => {
    const scene = await openFilledScene();
    const { tag } = scene.configuration.entry('clusters', 'prod-a');
    const removing = scene.configuration.remove('clusters', {
      name: 'prod-a',
      condition: { tag },
      by: alice,
    });

    assert.deepEqual(await faultsFrom(removing), [
      'mappings[shop].from.clusters[0]: found prod-a, expected the name of a cluster: none is defined',
    ]);
    assert.deepEqual(await faultsFrom(save(scene, 'clusters', cluster('prod-b'), 'prod-a')), [
      'mappings[shop].from.clusters[0]: found prod-a, expected the name of a cluster: prod-b',
    ]);
  });

  it('is told of a name that is taken, and where', async () => {
    const scene = await openFilledScene();
    await add(scene, 'mappings', mapping('web'));

    assert.deepEqual(await faultsFrom(save(scene, 'mappings', mapping('web'), 'shop')), [
      'name: found web, expected another name: mappings[web] has it',
    ]);
    assert.deepEqual(await faultsFrom(save(scene, 'clusters', cluster('dc1'), 'prod-a')), [
      'name: found dc1, expected another name: fabrics[dc1] has it',
    ]);
  });

  it('is told of another name inside than the one it is made under', async () => {
    const scene = await openScene();
    const making = scene.configuration.put('fabrics', fabric('dc2'), {
      name: 'dc1',
      condition: { absent: true },
      by: alice,
    });

    assert.deepEqual(await faultsFrom(making), [
      'name: found dc2, expected dc1, as it is called where it is sent to',
    ]);
  });

  for (const entry of [undefined, null, 5, 'text', [], { name: 5 }, {}])
    it(`is refused where there is no entry at all: ${JSON.stringify(entry)}`, async () => {
      const { configuration } = await openFilledScene();
      const { tag } = configuration.entry('mappings', 'shop');

      const lines = await faultsFrom(
        configuration.put('mappings', entry, { name: 'shop', condition: { tag }, by: alice }),
      );

      assert.ok(lines.length > 0);
    });

  it('in the settings names each at its path in them', async () => {
    const { configuration } = await openScene();
    const { tag } = configuration.settings();
    const saving = configuration.putSettings({ guard: { share: 2 } }, { condition: { tag }, by: alice });

    assert.deepEqual(await faultsFrom(saving), ['guard.share: found 2, expected a share from 0 to 1']);
  });
});
