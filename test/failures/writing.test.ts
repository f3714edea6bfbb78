import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapping, openStage, type Stage } from './stage.ts';

/** Descriptions of new EPGs are written a moment after them. */
async function quiet({ fabric }: Stage): Promise<number> {
  let seen = -1;
  while (seen !== fabric.stats().writes) {
    seen = fabric.stats().writes;
    await sleep(500);
  }
  return seen;
}

describe('writing', () => {
  let stage: Stage;

  beforeEach(async function () {
    this.timeout(60_000);
    stage = await openStage({
      mappings: [mapping('web', { namespaces: { names: ['shop'] } })],
      prepare: ({ cluster }) => cluster.deployment('shop', 'web', 3),
    });
    await stage.until('six addresses', () => stage.prefixes('c1_shop_web').length === 6);
    await quiet(stage);
  });

  afterEach(() => stage.close());

  it('does not happen when nothing changed over a restart', async () => {
    const before = stage.fabric.stats().writes;

    await stage.restart();
    await stage.until('everything was read', async () => {
      const { ready } = (await stage.product.get('readyz')) as { ready: boolean };
      return ready;
    });

    assert.equal(await quiet(stage), before);
  }).timeout(40_000);

  it('stops while a person pauses it, and goes on from there', async () => {
    await stage.product.command('approve', '--pause');
    await stage.until('it says so', async () => {
      const { mode } = (await stage.product.get('api/v1/status')) as { mode: string };
      return mode === 'paused';
    });
    const before = stage.fabric.stats().writes;

    stage.cluster.scale('shop', 'web', 5);
    await stage.cluster.settled();
    await sleep(500);

    assert.equal(stage.fabric.stats().writes, before);
    await stage.product.command('approve', '--resume');
    await stage.until('ten addresses', () => stage.prefixes('c1_shop_web').length === 10);
  }).timeout(40_000);
});
