import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapping, openStage, type Stage } from './stage.ts';

const inShop = { namespaces: { names: ['shop'] } };
const web = mapping('web', { ...inShop, labels: 'app=web' });
const api = mapping('api', { ...inShop, labels: 'app=api' });
const webEpg = 'c1_shop_web';
const apiEpg = 'c1_shop_api';

/** Six pods of `web` and three of `api`, each with two addresses; only `web` is declared. */
async function openShop(): Promise<Stage> {
  const stage = await openStage({
    mappings: [web],
    prepare({ cluster }) {
      cluster.deployment('shop', 'web', 6);
      cluster.deployment('shop', 'api', 3);
    },
  });
  await stage.until('the pods of web are in', () => stage.prefixes(webEpg).length === 12);
  return stage;
}

function writesOf(stage: Stage): number {
  const { writes, deletes } = stage.fabric.stats();
  return writes + deletes;
}

async function names(stage: Stage): Promise<string[]> {
  const { mappings } = (await stage.product.get('api/v1/status')) as {
    mappings: readonly { readonly name: string }[];
  };
  return mappings.map(({ name }) => name);
}

interface Asked {
  readonly fingerprint: string;
  readonly detail: string;
}

async function askedOf(stage: Stage, name: string): Promise<Asked | undefined> {
  const { mappings } = (await stage.product.get('api/v1/plan')) as {
    mappings: readonly {
      readonly name: string;
      readonly fingerprint: string | null;
      readonly groups: readonly { readonly changes: readonly { readonly detail: string }[] }[];
    }[];
  };
  const found = mappings.find((each) => each.name === name);
  if (found === undefined || found.fingerprint === null) return undefined;
  return { fingerprint: found.fingerprint, detail: found.groups[0]?.changes[0]?.detail ?? '' };
}

describe('a document that changes while the product runs', () => {
  let stage: Stage;

  afterEach(() => stage.close());

  it('brings in a new mapping, and touches nothing that was in step', async () => {
    stage = await openShop();
    const before = stage.fabric.stats().logins;
    const touched: string[] = [];
    stage.fabric.onCommit(({ changes }) => {
      for (const { mo } of changes)
        if (mo.dn.includes(webEpg) && mo.meta.name === 'l3extSubnet') touched.push(mo.dn);
    });

    stage.redeclare({ mappings: [web, api] });
    await stage.until('the pods of api are in', () => stage.prefixes(apiEpg).length === 6);

    assert.deepEqual(touched, []);
    assert.equal(stage.fabric.stats().logins, before);
    assert.equal(stage.prefixes(webEpg).length, 12);
  });

  it('lets a mapping go without deleting what it made', async () => {
    stage = await openShop();

    stage.redeclare({ mappings: [api] });
    await stage.until('the pods of api are in', () => stage.prefixes(apiEpg).length === 6);

    await stage.says(webEpg, 'object.orphan');
    assert.equal(stage.prefixes(webEpg).length, 12);
  });

  it('puts down to the edit what leaves by the edit, and lets it go once a person said yes', async () => {
    stage = await openShop();

    stage.redeclare({ mappings: [mapping('web', { ...inShop, labels: 'app=web', podLabels: 'none=such' })] });
    let asked: Asked | undefined;
    await stage.until('it waits', async () => (asked = await askedOf(stage, 'web')) !== undefined);
    const held = stage.prefixes(webEpg).length;
    await stage.product.command('approve', 'web', asked?.fingerprint ?? '');
    await stage.until('nothing is left', () => stage.prefixes(webEpg).length === 0);

    assert.equal(held, 12);
    assert.match(asked?.detail ?? '', /removed by an edit of web/);
  });

  it('takes in new credentials for a fabric without writing, and goes on', async () => {
    stage = await openShop();
    writeFileSync(join(stage.folder, 'again'), stage.fabric.password);
    // What describes the object for people follows in a request of its own.
    await stage.until('it is described', () => writesOf(stage) === 2);

    stage.redeclare({
      fabrics: [{ name: 'dc2', credentials: { username: 'admin', password: 'file:again' } }],
      mappings: [mapping('web', { ...inShop, labels: 'app=web' })],
    });
    await stage.until('the other fabric is there', async () => {
      const { systems } = (await stage.product.get('api/v1/status')) as {
        systems: readonly { name: string; freshness: string }[];
      };
      return systems.some(({ name, freshness }) => name === 'dc2' && freshness === 'synced');
    });

    assert.equal(writesOf(stage), 2);
    stage.cluster.scale('shop', 'web', 8);
    await stage.until('it goes on', () => stage.prefixes(webEpg).length === 16);
  });

  it('holds everything of a cluster that cannot be reached as it is declared now, until it can again', async () => {
    stage = await openShop();

    writeFileSync(join(stage.folder, 'wrong'), 'not-a-token');
    stage.redeclare({ c1: { credentials: { token: 'file:wrong' } } });
    await stage.says('c1', 'cluster.unauthorized');
    stage.cluster.scale('shop', 'web', 2);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(stage.prefixes(webEpg).length, 12);

    stage.redeclare({});
    await stage.until('it follows again', () => stage.prefixes(webEpg).length === 4);
  });

  it('stays as it was when the new one has faults, and says each of them', async () => {
    stage = await openShop();

    stage.redeclare({ mappings: [web, mapping('api', { kind: 'nothing' })] });
    const said = await stage.says('the product', 'config.invalid');

    assert.match(said.detail, /mappings\[1\]\.from\.kind/);
    assert.deepEqual(await names(stage), ['web']);
    stage.cluster.scale('shop', 'web', 7);
    await stage.until('it goes on as before', () => stage.prefixes(webEpg).length === 14);
    stage.redeclare({ mappings: [web, api] });
    await stage.until(
      'the faults are gone',
      async () => !(await stage.said()).some(({ about }) => about === 'the product'),
    );
  });

  it('is the last one, however fast they follow each other', async () => {
    stage = await openShop();

    for (let turn = 0; turn < 10; turn += 1)
      stage.redeclare({ mappings: turn % 2 === 0 ? [web, api] : [api] });
    stage.redeclare({ mappings: [web] });

    await stage.until('only web is declared', async () => (await names(stage)).join() === 'web');
    stage.cluster.scale('shop', 'web', 9);
    await stage.until('it goes on', () => stage.prefixes(webEpg).length === 18);
  });
}).timeout(120_000);
