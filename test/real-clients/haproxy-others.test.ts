/** A real HAProxy on which others are at work, too: people, and other installations of this product. */
import assert from 'node:assert/strict';
import {
  add,
  haproxy,
  member,
  remove,
  startWorld,
  until,
  update,
  type World,
  type WorldOptions,
} from '../../backend/adapters/haproxy/testing/world.ts';
import { shortId } from '../../backend/model/digest.ts';
import { lane } from '../support/lane.ts';

lane('a real HAProxy that others work on', haproxy, () => {
  let world: World;

  async function begin(options: WorldOptions = {}): Promise<void> {
    world = await startWorld(options);
  }

  afterEach(() => world.stop());

  it('takes nothing out of maintenance that begins to leave', async () => {
    await begin();
    const item = member('127.1.0.1:80');
    await world.write(add('app', item));
    await world.rig.run(`set server app/aks.7f3a.${shortId('shop')}.127.1.0.1:80 state maint`);

    const outcome = await world.write(
      update('app', { ...item, attributes: { state: 'maint' }, leaving: true }),
    );

    assert.equal(outcome.result, 'accepted');
    assert.deepEqual(
      world.shown('app').map((each) => each.split(' ')[1]),
      ['maint'],
    );
    assert.notEqual((await world.rig.servers('app'))[0]?.admin, 0);
  });

  it('leaves alone what another installation put up for the same member', async () => {
    await begin({ system: { resyncMs: 50, mayWrite: () => true } });
    const item = member('127.1.0.1:80');
    const theirs = `aks.0ff1ce.${shortId('shop')}.127.1.0.1:80`;
    await world.write(add('app', item));
    await world.rig.run(`add server app/${theirs} 127.1.0.1:80 id 70000`);
    await world.rig.run(`set server app/${theirs} state drain`);
    const { fullReads } = world.system.counters;

    await until(() => world.system.counters.fullReads > fullReads + 2, 'everything read again');
    const kept = (await world.rig.servers('app')).map(({ name }) => name).sort();
    await world.rig.run(`set server app/${theirs} state ready`);
    const outcome = await world.write(remove('app', item));

    assert.deepEqual(kept, [theirs, `aks.7f3a.${shortId('shop')}.127.1.0.1:80`].sort());
    assert.equal(outcome.result, 'accepted');
    assert.deepEqual(
      (await world.rig.servers('app')).map(({ name }) => name),
      [theirs],
    );
  });
});
