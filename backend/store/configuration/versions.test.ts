import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { exportText } from './export-text.ts';
import type { Written } from './written.ts';
import {
  add,
  bob,
  cluster,
  fabric,
  faultLines,
  faultsFrom,
  mapping,
  onWhole,
  openFilledScene,
  openScene,
  problemFrom,
  save,
} from './testing/scene.ts';

describe('an export', () => {
  it('says what it is, and is the same text after it was imported', async () => {
    const scene = await openFilledScene();
    const text = scene.configuration.exported();
    const other = await openScene();

    await other.configuration.replace(text, onWhole(other));

    assert.match(text, /^# The configuration of aci-kube-sync\. Secrets are not in it/);
    assert.equal(other.configuration.exported(), text);
    assert.deepEqual(other.configuration.current().document, scene.configuration.current().document);
  });

  it('is read as what it was made of, whatever that says', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (settings) => {
        const document = JSON.parse(JSON.stringify({ settings })) as Written;

        assert.deepEqual(JSON.parse(JSON.stringify(parse(exportText(document)))), document);
      }),
      { numRuns: 200 },
    );
  });
});

describe('an import', () => {
  it('that is broken names each fault at its path in the text, and changes nothing', async () => {
    const scene = await openFilledScene();
    const before = scene.configuration.current();
    const text = scene.configuration
      .exported()
      .replace('tenant: k8s', 'tennant: k8s')
      .replace('prod-a', 'Prod A');

    const faults = await faultsFrom(scene.configuration.replace(text, onWhole(scene)));

    assert.deepEqual(
      faults.map((line) => line.split(':')[0]),
      ['clusters[0].name', 'mappings[0].to.externalEpg.tenant', 'mappings[0].to.externalEpg.tennant'],
    );
    assert.deepEqual(faultLines(scene.configuration.preview(text).faults), faults);
    assert.deepEqual(scene.configuration.current(), before);
    assert.deepEqual((await scene.reopened()).configuration.current(), before);
  });

  for (const text of ['', '[]', '5', 'text', 'a: b: c', 'a: *b', 'version: 2', '{"version":1,'])
    it(`is refused with faults when its text is ${JSON.stringify(text)}`, async () => {
      const scene = await openFilledScene();

      const faults = await faultsFrom(scene.configuration.replace(text, onWhole(scene)));

      assert.ok(faults.length > 0);
      assert.equal(scene.configuration.current().revision, 3);
    });

  it('shows beforehand what it would change, and what each mapping would be allowed', async () => {
    const scene = await openFilledScene();
    const text = scene.configuration
      .exported()
      .replace('name: shop\n    from', 'name: shop\n    mode: full\n    from');

    const { difference, modes, faults } = scene.configuration.preview(text);

    assert.deepEqual(difference, [{ sign: '+', path: 'mappings[shop].mode', before: null, after: 'full' }]);
    assert.deepEqual(modes, [{ mapping: 'shop', mode: 'full' }]);
    assert.deepEqual(faults, []);
    assert.equal(scene.configuration.current().revision, 3);
  });

  it('keeps the instance when it names none, and takes another only where nothing is declared yet', async () => {
    const scene = await openFilledScene();
    const { instance } = scene.configuration.current().document;
    const without = scene.configuration
      .exported()
      .replace(/^instance: .*\n/m, '')
      .replace('k8s', 'k9s');
    const foreign = scene.configuration.exported().replace(/^instance: .*$/m, 'instance: other1');

    assert.deepEqual(await faultsFrom(scene.configuration.replace(foreign, onWhole(scene))), [
      `instance: found other1, expected ${instance}, or no instance: this installation's stays`,
    ]);
    await scene.configuration.replace(without, onWhole(scene));
    assert.equal(scene.configuration.current().document.instance, instance);
    const empty = await openScene();
    await empty.configuration.replace(foreign, onWhole(empty));
    assert.equal(empty.configuration.document().instance, 'other1');
  });

  it('takes another instance where nothing is declared but the fabric that an app declares by itself', async () => {
    const exported = (await openFilledScene()).configuration.exported();
    const installedAnew = await openScene();
    await add(installedAnew, 'fabrics', { name: 'apic', appCenter: true });

    await installedAnew.configuration.replace(
      exported.replace(/^instance: .*$/m, 'instance: other1'),
      onWhole(installedAnew),
    );

    assert.equal(installedAnew.configuration.document().instance, 'other1');
  });

  it('notes who changed what, and leaves the rest to whoever it was before', async () => {
    const scene = await openFilledScene();
    const text = scene.configuration.exported().replace('calico', 'cilium');

    await scene.configuration.replace(text, onWhole(scene, bob));

    const { configuration } = scene;
    assert.deepEqual(
      [configuration.entry('mappings', 'shop').by, configuration.entry('clusters', 'prod-a').by],
      ['bob (dc1)', 'alice'],
    );
  });
});

describe('versions', () => {
  it('say who did what, newest first, and how they differ from what is declared now', async () => {
    const scene = await openFilledScene();
    await save(scene, 'mappings', mapping('shop', 'other'));

    const versions = scene.configuration.versions();

    assert.deepEqual(
      versions.map(({ revision, by, summary }) => `${revision} ${by}: ${summary}`),
      [
        '4 alice: save mapping shop',
        '3 alice: add mapping shop',
        '2 alice: add fabric dc1',
        '1 alice: add cluster prod-a',
      ],
    );
    assert.deepEqual(scene.configuration.version(3).difference, [
      { sign: '~', path: 'mappings[shop].to.externalEpg.name', before: 'shop', after: 'other' },
    ]);
    assert.deepEqual((await scene.reopened()).configuration.versions(), versions);
  });

  it('are restored as a revision of their own', async () => {
    const scene = await openFilledScene();
    await save(scene, 'mappings', mapping('shop', 'other'));

    const { revision, document } = await scene.configuration.restore(3, onWhole(scene, bob));

    assert.deepEqual([revision, document.mappings], [5, [mapping('shop')]]);
    assert.equal(scene.configuration.versions()[0]?.summary, 'restore revision 3');
    assert.deepEqual(scene.configuration.version(3).difference, []);
  });

  it('keep the instance of this installation when they are restored', async () => {
    const scene = await openScene();
    await add(scene, 'fabrics', fabric('dc1'));
    const { tag } = scene.configuration.entry('fabrics', 'dc1');
    await scene.configuration.remove('fabrics', { name: 'dc1', condition: { tag }, by: bob });
    await scene.configuration.replace('{ version: 1, instance: other1 }', onWhole(scene));

    const { document } = await scene.configuration.restore(1, onWhole(scene));

    assert.deepEqual([document.instance, document.fabrics.length], ['other1', 1]);
  });

  it('that are not there, or are damaged, are told as not found', async () => {
    const scene = await openFilledScene();
    writeFileSync(join(scene.folder, 'versions', '000002.json'), '{');

    const again = await scene.reopened();

    for (const revision of [2, 9])
      assert.equal(
        (await problemFrom(again.configuration.restore(revision, onWhole(again)))).code,
        'request.not-found',
      );
    assert.equal(again.configuration.versions().length, 2);
  });

  it('are the last fifty', async () => {
    const scene = await openScene();
    for (let count = 0; count < 52; count += 1)
      await (count === 0
        ? add(scene, 'clusters', cluster('c'))
        : save(scene, 'clusters', { ...cluster('c'), server: `https://127.0.0.1:${6000 + count}` }));

    const kept = scene.configuration.versions().map(({ revision }) => revision);

    assert.deepEqual([kept.length, kept[0], kept.at(-1)], [50, 52, 3]);
    assert.equal(readdirSync(join(scene.folder, 'versions')).length, 50);
  });
});
