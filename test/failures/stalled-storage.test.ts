/** A data directory that stops answering, as GlusterFS does under App Center: the fabric stays in step, and nothing is lost. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freezing, makeFrozenDisk, type FrozenDisk } from '../support/frozen-disk.ts';
import { lane } from '../support/lane.ts';
import type { Live } from '../support/live.ts';
import { codes, edit, history, openShop, scale, startAgain, text } from './shop.ts';

/** How long it stands still. An APIC's may for minutes: `STALL_SECONDS=180`. */
const stallMs = Number(process.env['STALL_SECONDS'] ?? '10') * 1000;

lane('a data directory that does not answer', freezing, () => {
  let disk: FrozenDisk;
  let live: Live;

  beforeEach(async function () {
    this.timeout(90_000);
    disk = makeFrozenDisk(64);
    live = await openShop({ dataDir: join(disk.path, 'state') });
  });

  afterEach(async function () {
    this.timeout(30_000);
    disk.thaw();
    await live.close();
    disk.remove();
  });

  it('stops nothing: pods are followed, the page answers and says so, an edit is refused; and all is on the disk afterwards', async () => {
    const before = await text(live);
    const isSaid = async (): Promise<boolean> => (await codes(live)).includes('store.stalled');

    disk.freeze();
    const begun = Date.now();
    const paused = await live.ask('POST', 'api/v1/pause', { body: { paused: true } });
    const goesOn = await live.ask('POST', 'api/v1/pause', { body: { paused: false } });
    await scale(live, 5);
    const refused = await edit(live, 'add-only');
    await live.until('it is said', isSaid);
    const said = await live.problems();
    await scale(live, 2);
    await live.ask('POST', 'api/v1/pause', { body: { paused: true } });
    while (Date.now() - begun < stallMs) {
      assert.equal((await live.ask('GET', 'livez')).status, 200);
      await sleep(200);
    }
    const wasSaid = await isSaid();

    disk.thaw();
    await live.until('nothing is wrong any more', async () => (await live.problems()).length === 0);
    await live.until('history has it', async () => (await history(live, '&kind=act')).length >= 4);
    const unchanged = await text(live);
    const taken = await edit(live, 'add-only');
    const acts = await history(live, '&kind=act');
    await live.stop('SIGKILL');
    await startAgain(live);

    assert.deepEqual([paused.status, goesOn.status], [200, 200]);
    assert.deepEqual([refused.status, refused.body['code']], [503, 'store.stalled']);
    assert.ok(
      said.some(
        ({ code, detail }) =>
          code === 'store.stalled' && /ledger\.db: no answer since 2.*memory/.test(detail),
      ),
      JSON.stringify(said),
    );
    assert.ok(wasSaid);
    assert.equal(unchanged, before, 'what was refused is not in effect later either');
    assert.equal(taken.status, 200, taken.text);
    assert.equal((await live.ask('GET', 'api/v1/status')).body['mode'], 'paused');
    const kept = new Set((await history(live)).map(({ id }) => id));
    assert.deepEqual(
      acts.filter(({ id }) => !kept.has(id)),
      [],
    );
    assert.equal(acts.filter(({ what }) => what.startsWith('pause')).length, 3);
    assert.deepEqual(await codes(live), []);
  }).timeout(120_000 + 2 * stallMs);
});
