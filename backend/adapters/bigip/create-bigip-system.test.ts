import assert from 'node:assert/strict';
import { add, create, erase, marked, member, modify, remove, update } from './testing/changes.ts';
import { follow, startWorld, type World, type WorldOptions } from './testing/world.ts';

describe('a BIG-IP as a System', () => {
  let world: World;
  const start = async (options: WorldOptions = {}): Promise<World> => (world = await startWorld(options));

  afterEach(() => world.stop());

  it('creates a pool with its mark, and shows it without reading it again', async () => {
    await start();
    await world.refresh('k8s/web');
    const before = world.system.counters.reads;

    const outcome = await world.write(
      create('k8s/web', { monitor: '/Common/tcp', loadBalancingMode: 'ratio-member' }),
    );

    assert.deepEqual(outcome, { result: 'accepted' });
    const object = await world.object('k8s/web');
    assert.equal(object.mark?.instance, '7f3a');
    assert.deepEqual(object.attributes, { monitor: '/Common/tcp', loadBalancingMode: 'ratio-member' });
    assert.equal(world.system.counters.reads, before);
    assert.deepEqual(
      world.bigip.device.object('pool', '/k8s/web')?.attributes['metadata'],
      marked().metadata,
    );
  });

  it('adds, changes, drains, enables and removes a member, and its node with it', async () => {
    await start();
    await world.refresh('k8s/web');
    await world.write(create('k8s/web'));
    const one = member('10.0.0.1:8080', { weight: '3' });

    await world.write(add('k8s/web', one));
    assert.deepEqual(world.members('k8s/web'), ['/k8s/10.0.0.1:8080 user-enabled user-up']);
    assert.equal((await world.object('k8s/web')).items.get(one.id)?.attributes['weight'], '3');

    await world.write(update('k8s/web', member('10.0.0.1:8080', { state: 'drain' })));
    assert.deepEqual(world.members('k8s/web'), ['/k8s/10.0.0.1:8080 user-disabled user-up']);

    await world.write(update('k8s/web', one));
    assert.deepEqual(world.members('k8s/web'), ['/k8s/10.0.0.1:8080 user-enabled user-up']);

    assert.deepEqual(await world.write(remove('k8s/web', one)), { result: 'accepted' });
    assert.deepEqual(world.members('k8s/web'), []);
    assert.deepEqual(world.bigip.device.objects('node'), []);
    assert.equal((await world.object('k8s/web')).items.size, 0);
  });

  it('reads back what it wrote as it wrote it', async () => {
    await start();
    await world.refresh('k8s/web');
    await world.write(create('k8s/web', { monitor: '/Common/http and /Common/tcp' }));
    await world.write(add('k8s/web', member('10.0.0.1:80', { priorityGroup: '2', connectionLimit: '9' })));
    await world.write(add('k8s/web', member('[fd00::1]:80', { state: 'drain' })));
    const shown = await world.object('k8s/web');

    const other = await follow(world.bigip);

    assert.deepEqual(await other.object('k8s/web'), shown);
    await other.letGo();
  });

  it('changes attributes of a pool and keeps what others wrote in its metadata', async () => {
    const theirs = { name: 'team', value: 'shop', persist: 'true' };
    await start({
      seed: { pools: [{ name: 'web', partition: 'k8s', metadata: [theirs, ...marked().metadata] }] },
    });
    await world.refresh('k8s/web');
    const as = { ...(await world.object('k8s/web')).mark!, source: '-' as const };

    const outcome = await world.write(modify('k8s/web', { monitor: '/Common/http' }, as));

    assert.deepEqual(outcome, { result: 'accepted' });
    const { attributes } = world.bigip.device.object('pool', '/k8s/web')!;
    assert.equal(attributes['monitor'], '/Common/http');
    assert.deepEqual(attributes['metadata'], [theirs, ...marked(as).metadata]);
  });

  it('deletes an empty pool of ours, and none that holds a member', async () => {
    await start({
      seed: {
        pools: [
          { name: 'empty', partition: 'k8s', ...marked() },
          { name: 'held', partition: 'k8s', ...marked(), members: ['10.9.9.9:80'] },
        ],
      },
    });

    const empty = await world.write(erase('k8s/empty'));
    const held = await world.write(erase('k8s/held'));

    assert.deepEqual(empty, { result: 'accepted' });
    assert.equal(held.result === 'refused' && held.problem.code, 'object.in-use');
    assert.deepEqual(
      world.bigip.device.objects('pool').map(({ name }) => name),
      ['held'],
    );
  });
});
