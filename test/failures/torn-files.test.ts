import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterEntry, fabricEntry, type Live } from '../support/live.ts';
import { codes, edit, history, inStep, openShop, scale, startAgain, text, webEpg, writes } from './shop.ts';

/** What becomes of a file's bytes. */
const damages: Readonly<Record<string, (whole: Buffer) => Buffer>> = {
  'cut off in the middle': (whole) => whole.subarray(0, Math.floor(whole.length / 2)),
  'overwritten in the middle': (whole) => {
    const torn = Buffer.from(whole);
    return torn.fill(0xa5, Math.floor(torn.length / 4), Math.ceil((torn.length * 3) / 4));
  },
  empty: () => Buffer.alloc(0),
};

const files = ['configuration.json', 'keys.json', 'access.json', 'ledger.db', 'history.db'];

describe('a file of the data directory', () => {
  let live: Live;
  let token: string;
  let pods = 3;

  before(async function () {
    this.timeout(60_000);
    live = await openShop();
    const created = await live.ask('POST', 'api/v1/tokens', {
      body: { name: 'ci', role: 'viewer', days: 1 },
    });
    token = String(created.body['token']);
  });

  after(() => live.close());

  function tear(file: string, damage: (whole: Buffer) => Buffer): void {
    const path = join(live.dataDir, file);
    writeFileSync(path, damage(readFileSync(path)));
    // What a database had not yet brought to its file is torn with it.
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  }

  for (const [how, damage] of Object.entries(damages))
    it(`that is ${how} is said to be, is kept, and costs the fabric nothing, whichever it is and all at once`, async () => {
      const before = await text(live);
      await live.stop();
      const written = writes(live);

      for (const file of files) tear(file, damage);
      await startAgain(live);
      // History is opened with the first question.
      await live.until('each is said to be damaged', async () => {
        await history(live);
        const said = (await live.problems()).filter(({ code }) => code === 'store.unreadable');
        return files.every((file) => said.some(({ detail }) => detail.includes(`/${file}`)));
      });
      const who = await live.ask('GET', 'api/v1/session', { as: token });

      const kept = readdirSync(live.dataDir);
      for (const file of files)
        assert.ok(
          kept.some((name) => name.startsWith(`${file}.damaged`)),
          file,
        );
      assert.equal(await text(live), before);
      assert.equal((who.body['person'] as { name: string }).name, 'token ci');
      assert.deepEqual(written, []);
      pods += 1;
      await scale(live, pods);
      for (const name of kept.filter((each) => each.includes('.damaged'))) rmSync(join(live.dataDir, name));
    }).timeout(60_000);

  it('(configuration.json) that is torn with its second copy keeps it from starting, and nothing is touched', async () => {
    await live.stop();
    const written = writes(live);
    const [first, second] = ['configuration.json', 'configuration.json.bak'].map((name) =>
      join(live.dataDir, name),
    );
    const whole = readFileSync(first ?? '');
    for (const path of [first ?? '', second ?? '']) writeFileSync(path, whole.subarray(0, 100));

    const failure = await live.start().then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    const size = statSync(first ?? '').size;
    for (const path of [first ?? '', second ?? '']) writeFileSync(path, whole);
    await startAgain(live);

    assert.match(failure, /store\.unreadable/);
    assert.equal(size, 100);
    assert.deepEqual(written, []);
  }).timeout(60_000);

  it('(keys.json) that is gone costs entering the secrets again: nothing is removed until then, and all goes on after', async () => {
    const before = await text(live);
    await live.stop();
    const written = writes(live);
    for (const name of ['keys.json', 'keys.json.bak']) rmSync(join(live.dataDir, name));

    await live.start();
    live.cluster.scale('shop', 'web', 1);
    await live.until('it is said', async () => (await codes(live)).includes('config.key-lost'));
    const [said] = await live.problems();
    const status = await live.ask('GET', 'api/v1/status');
    const sources = status.body['sources'] as { readonly name: string; readonly freshness: string }[];
    const held = live.prefixes(webEpg).length;

    assert.match(said?.detail ?? '', /clusters\[c1\].*token/);
    assert.match(said?.detail ?? '', /fabrics\[dc1\].*password/);
    assert.notEqual(sources.find(({ name }) => name === 'c1')?.freshness, 'synced');
    assert.equal(held, 2 * pods);
    assert.equal(await text(live), before);

    await live.put('api/v1/clusters/c1', clusterEntry(live));
    await live.until(
      'one is less',
      async () => !JSON.stringify(await live.problems()).includes('clusters[c1]'),
    );
    assert.deepEqual(written, []);
    await live.put('api/v1/fabrics/dc1', fabricEntry(live));
    await inStep(live, 1);
    assert.deepEqual(await codes(live), []);
    pods = 3;
    await scale(live, pods);
  }).timeout(60_000);
});

describe('kill -9', () => {
  let live: Live;

  before(async function () {
    this.timeout(60_000);
    live = await openShop();
    for (const name of editors) await live.put(`api/v1/mappings/${name}`, numbered(name, 0));
  });

  after(() => live.close());

  /** Each of them edits a mapping of its own. */
  const editors = ['one', 'two', 'three'];

  const numberOf = async (name: string): Promise<number> => {
    const { body } = await live.ask('GET', `api/v1/mappings/${name}`);
    const { from } = body['entry'] as { readonly from: { readonly labels: string } };
    assert.deepEqual(body['entry'], numbered(name, Number(from.labels.slice(2))), 'it is whole');
    return Number(from.labels.slice(2));
  };

  /** Edits until the product is gone; gives back the number that was acknowledged last. */
  async function editOn(name: string, acknowledged: () => void): Promise<number> {
    let last = await numberOf(name);
    try {
      for (;;) {
        await live.put(`api/v1/mappings/${name}`, numbered(name, last + 1));
        last += 1;
        acknowledged();
      }
    } catch {
      return last;
    }
  }

  for (const edits of [3, 25])
    it(`after ${edits} edits, amid the next: every one that was acknowledged is there, each whole, and its line in history`, async () => {
      let count = 0;
      let kill: () => void = () => undefined;
      const reached = new Promise<void>((resolve) => (kill = resolve));
      const editing = editors.map((name) =>
        editOn(name, () => {
          count += 1;
          if (count === edits) kill();
        }),
      );

      await reached;
      const lines = await history(live, '&kind=act');
      await live.stop('SIGKILL');
      const acknowledged = await Promise.all(editing);
      await startAgain(live);

      for (const [index, name] of editors.entries()) {
        const found = await numberOf(name);
        const last = acknowledged[index] ?? 0;
        assert.ok(found === last || found === last + 1, `${name}: ${found} after ${last}`);
      }
      const kept = new Set((await history(live, '&kind=act')).map(({ id }) => id));
      assert.ok(lines.length > 0);
      assert.deepEqual(
        lines.filter(({ id }) => !kept.has(id)),
        [],
      );
      assert.deepEqual(await codes(live), []);
      assert.equal((await edit(live, 'full')).status, 200);
    }).timeout(60_000);
});

function numbered(name: string, number: number): object {
  return {
    name,
    mode: 'report',
    from: { kind: 'workload', clusters: ['c1'], labels: `n=${number}` },
    to: { externalEpg: { fabric: 'dc1', tenant: 'k8s', l3out: 'calico', name: `${name}_{workload}` } },
  };
}
