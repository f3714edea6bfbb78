import assert from 'node:assert/strict';
import { join } from 'node:path';
import { lane } from '../support/lane.ts';
import type { Live } from '../support/live.ts';
import { makeSmallDisk, mounting, type SmallDisk } from '../support/small-disk.ts';
import { codes, edit, history, openShop, scale, startAgain, text, writes } from './shop.ts';

lane('a data directory that cannot be written', mounting, () => {
  let disk: SmallDisk;
  let live: Live;

  beforeEach(async function () {
    this.timeout(60_000);
    disk = makeSmallDisk(8);
    live = await openShop({ dataDir: join(disk.path, 'state') });
  });

  afterEach(async () => {
    await live.close();
    disk.remove();
  });

  it('because it is full: the fabric stays in step, it is said, no edit is half made, and all is well once there is room', async () => {
    const before = await text(live);

    disk.fill();
    await scale(live, 5);
    await scale(live, 2);
    const refused = await edit(live, 'add-only');
    const paused = await live.ask('POST', 'api/v1/pause', { body: { paused: true } });
    await live.until('it is said', async () => (await live.problems()).length >= 3);
    const said = await live.problems();
    const goesOn = await live.ask('POST', 'api/v1/pause', { body: { paused: false } });
    await scale(live, 4);

    assert.equal(refused.body['code'], 'store.unwritable');
    assert.equal(await text(live), before);
    assert.deepEqual([paused.status, goesOn.status], [200, 200]);
    assert.deepEqual([...new Set(said.map(({ code }) => code))], ['store.unwritable']);
    for (const file of ['state/versions', 'ledger.db', 'history.db'])
      assert.ok(
        said.some(({ detail }) => detail.includes(file)),
        `${file} in ${JSON.stringify(said)}`,
      );

    disk.free();
    await live.until('nothing is wrong any more', async () => (await live.problems()).length === 0);
    const taken = await edit(live, 'add-only');
    const acts = await history(live, '&kind=act');
    const written = writes(live);
    await live.stop('SIGKILL');
    await startAgain(live);

    assert.equal(taken.status, 200, taken.text);
    assert.deepEqual(await codes(live), []);
    assert.match(await text(live), /mode: add-only/);
    assert.deepEqual(written, []);
    const kept = new Set((await history(live)).map(({ id }) => id));
    assert.deepEqual(
      acts.filter(({ id }) => !kept.has(id)),
      [],
    );
    assert.ok(
      acts.some(({ what, result }) => what.includes('save mapping') && result === 'store.unwritable'),
    );
    assert.equal(acts.filter(({ what }) => what.startsWith('pause')).length, 2);
  }).timeout(90_000);

  it('because it is full, at the start: it follows all the same, says so, and has it on the disk once there is room', async () => {
    disk.fill();
    await live.stop('SIGKILL');
    await startAgain(live);
    const paused = await live.ask('POST', 'api/v1/pause', { body: { paused: true } });
    await live.until('it is said', async () => (await codes(live)).includes('store.unwritable'));
    disk.free();
    await live.until('nothing is wrong any more', async () => (await live.problems()).length === 0);
    await live.stop('SIGKILL');
    await startAgain(live);

    assert.equal(paused.status, 200);
    assert.equal((await live.ask('GET', 'api/v1/status')).body['mode'], 'paused');
    await live.ask('POST', 'api/v1/pause', { body: { paused: false } });
    await scale(live, 5);
  }).timeout(90_000);

  it('because it is read-only: the fabric stays in step, edits are refused, and are taken when it is not any more', async () => {
    const before = await text(live);

    disk.protect();
    const refused = await edit(live, 'add-only');
    const said = await live.problems();
    await scale(live, 5);
    await scale(live, 2);
    const after = await text(live);
    disk.unprotect();
    await live.until('nothing is wrong any more', async () => (await live.problems()).length === 0);
    const taken = await edit(live, 'add-only');

    assert.equal(refused.body['code'], 'store.unwritable');
    assert.match(String(refused.body['detail']), /EROFS/);
    assert.equal(said[0]?.code, 'store.unwritable');
    assert.equal(after, before);
    assert.equal(taken.status, 200, taken.text);
  }).timeout(90_000);

  it('because it is read-only, at the start: it says so and ends, and goes on where it was when it is not any more', async () => {
    const before = await text(live);
    await live.stop();
    const written = writes(live);

    disk.protect();
    const failure = await live.start().then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    disk.unprotect();
    await startAgain(live);

    assert.match(failure, /store\.closed/);
    assert.equal(await text(live), before);
    assert.deepEqual(written, []);
    await scale(live, 4);
  }).timeout(90_000);
});
