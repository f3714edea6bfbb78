import assert from 'node:assert/strict';
import { faultNames, type FaultName } from '../../../lab/bigip/faults.ts';
import { add, create, erase, marked, member, remove, update } from './testing/changes.ts';
import { follow, startWorld, until, type World, type WorldOptions } from './testing/world.ts';

const seed = {
  pools: [
    {
      name: 'web',
      partition: 'k8s',
      ...marked(),
      members: [
        { name: '10.0.0.1:80', ...marked() },
        { name: '10.0.0.2:80', ...marked() },
      ],
    },
  ],
};
const one = member('10.0.0.1:80');
const three = member('10.0.0.3:80');

describe('a BIG-IP that misbehaves', () => {
  let world: World;
  const start = async (options: WorldOptions = {}): Promise<World> =>
    (world = await startWorld({ seed, ...options }));
  const count = async (): Promise<number> => (await world.object('k8s/web')).items.size;

  afterEach(() => world.stop());

  describe('while it is read', () => {
    const readFaults: readonly FaultName[] = [
      'restartingPage',
      'notRegistered',
      'mcpdLost',
      'taskActive',
      'closed',
      'resetMidReply',
      'stall',
    ];
    for (const fault of readFaults)
      it(`has a problem of its own, and no pool is taken for absent or empty: ${fault}`, async () => {
        await start({ system: { resyncMs: 2000, requestTimeoutMs: 300 } });
        assert.equal(await count(), 2);

        world.bigip.faults.set({ [fault]: { only: 'reads' } });
        await until(() => world.system.view.problem !== undefined, 'a problem of the device');
        assert.ok(world.problem('k8s/web'));
        assert.equal([...world.system.view.owned()][0]?.items.size, 2);

        world.bigip.faults.clear();
        await until(() => world.system.view.problem === undefined, 'no problem of the device');
        assert.equal(await count(), 2);
      });

    for (const fault of ['falseAbsent', 'emptyCollection'] as const)
      it(`does not believe that something is gone when it is said once: ${fault}`, async () => {
        await start();
        assert.equal(await count(), 2);

        for (const matching of ['/members', '/ltm/pool?', '/ltm/node', '/auth/partition']) {
          world.bigip.faults.set({ [fault]: { times: 1, matching } });
          const other = await follow(world.bigip);
          assert.equal((await other.object('k8s/web')).items.size, 2);
          await other.letGo();
          world.bigip.faults.clear();
        }
      });

    it('keeps what it knew of a pool through a lie that lasts for one read', async () => {
      await start({ system: { resyncMs: 1000 } });
      await count();

      world.bigip.faults.set({ emptyCollection: { times: 1, matching: '/members' } });
      const { resyncs } = world.system.counters;
      await until(() => world.system.counters.resyncs > resyncs + 1, 'another full read');

      assert.equal(await count(), 2);
      assert.deepEqual(world.drifted(), []);
    });

    it('heals by itself after it was restarted as a whole', async () => {
      await start({ system: { resyncMs: 2000 } });
      await count();

      world.bigip.device.reboot({ downMs: 100, pageMs: 100, unregisteredMs: 100, lostMs: 100 });
      await until(() => world.system.view.problem !== undefined, 'a problem of the device');

      await until(() => world.system.view.problem === undefined, 'no problem of the device');
      assert.equal(await count(), 2);
    });
  });

  describe('while it is written to', () => {
    const unknownThenApplied: readonly FaultName[] = ['applyThenFail', 'applyThenClose'];
    for (const fault of unknownThenApplied)
      it(`a change that was applied without an answer is unknown, and found by reading: ${fault}`, async () => {
        await start();
        await count();

        world.bigip.faults.set({ [fault]: { times: 1 } });
        const outcome = await world.write(add('k8s/web', three));

        assert.equal(outcome.result, 'unknown');
        assert.equal(world.problem('k8s/web')?.code, 'loadBalancer.unknown-outcome');
        assert.equal(await count(), 3);
        assert.deepEqual(await world.write(add('k8s/web', three)), { result: 'accepted' });
      });

    const unknownAndNotApplied: readonly FaultName[] = ['restartingPage', 'mcpdLost', 'closed', 'stall'];
    for (const fault of unknownAndNotApplied)
      it(`a change without a clear answer is unknown, and can be made again: ${fault}`, async () => {
        await start({ system: { requestTimeoutMs: 300 } });
        await count();

        world.bigip.faults.set({ [fault]: { times: 1, only: 'writes' } });
        const outcome = await world.write(add('k8s/web', three));
        world.bigip.faults.clear();

        assert.equal(outcome.result, 'unknown');
        assert.equal(await count(), 2);
        assert.deepEqual(await world.write(add('k8s/web', three)), { result: 'accepted' });
        assert.equal(await count(), 3);
      });

    it('waits for another task to end', async () => {
      await start();
      await count();

      world.bigip.faults.set({ taskActive: { times: 2, only: 'writes' } });
      const outcome = await world.write(add('k8s/web', three));

      assert.deepEqual(outcome, { result: 'accepted' });
    });

    it('says that it is busy when another task does not end', async () => {
      await start();
      await count();

      world.bigip.faults.set({ taskActive: { only: 'writes' } });
      const outcome = await world.write(add('k8s/web', three));

      assert.equal(outcome.result === 'refused' && outcome.problem.code, 'loadBalancer.busy');
    });

    it('logs in again when its tokens are gone, and repeats the change', async () => {
      await start();
      await count();

      world.bigip.faults.set({ tokensLost: { times: 1 } });
      const outcome = await world.write(add('k8s/web', three));

      assert.deepEqual(outcome, { result: 'accepted' });
      assert.equal(world.system.counters.relogins, 1);
    });

    it('repeats what was refused once although the token is good', async () => {
      await start();
      await count();

      world.bigip.faults.set({ unauthorized: { times: 1 } });
      const outcome = await world.write(add('k8s/web', three));

      assert.deepEqual(outcome, { result: 'accepted' });
      assert.equal(world.system.counters.logins, 1);
    });

    it('does not take a member for changed because it is said not to be there', async () => {
      await start();
      await count();

      world.bigip.faults.set({ falseAbsent: { times: 1, only: 'writes' } });
      const outcome = await world.write(update('k8s/web', member('10.0.0.1:80', { state: 'drain' })));

      assert.equal(outcome.result, 'unknown');
      assert.equal((await world.object('k8s/web')).items.get(one.id)?.attributes['state'], 'enabled');
    });

    it('does not take a member for removed because its removal says that it is not there', async () => {
      await start();
      await count();

      world.bigip.faults.set({ falseAbsent: { times: 1, only: 'writes' } });
      const outcome = await world.write(remove('k8s/web', one));

      assert.equal(outcome.result, 'unknown');
      assert.equal(await count(), 2);
    });

    it('reads a member again that is said once not to be there, before it takes it for removed', async () => {
      await start();
      await count();

      world.bigip.faults.set({ falseAbsent: { times: 1, only: 'reads' } });
      const outcome = await world.write(remove('k8s/web', one));

      assert.equal(outcome.result, 'accepted');
      assert.equal(world.bigip.device.objects('member', '/k8s/web').length, 1);
    });

    it('one bad member is refused with the text of the device, and the others go on', async () => {
      await start({
        seed: { ...seed, nodes: [{ name: '10.0.0.9', partition: 'other', address: '10.0.0.9' }] },
      });
      await count();

      const outcomes = [
        await world.write(add('k8s/web', three)),
        await world.write(add('k8s/web', member('10.0.0.9:80'))),
        await world.write(add('k8s/web', member('10.0.0.4:80'))),
      ];

      assert.deepEqual(
        outcomes.map(({ result }) => result),
        ['accepted', 'refused', 'accepted'],
      );
      const refused = outcomes[1]!;
      assert.ok(refused.result === 'refused');
      assert.equal(refused.problem.code, 'pool.address-elsewhere');
      assert.match(refused.problem.detail, /0107176c.*\/other\/10\.0\.0\.9/);
      assert.equal(await count(), 4);
    });

    it('sends nothing while the device as a whole is not known', async () => {
      await start({ system: { resyncMs: 2000 } });
      await count();
      world.bigip.faults.set({ notRegistered: { only: 'reads' } });
      await until(() => world.system.view.problem !== undefined, 'a problem of the device');
      const { writes } = world.system.counters;

      const outcome = await world.write(add('k8s/web', three));

      assert.equal(outcome.result === 'unknown' && outcome.problem.code, 'loadBalancer.restarting');
      assert.equal(world.system.counters.writes, writes);
    });
  });

  it('nothing is deleted on a failure to read, whatever the failure', async () => {
    await start({ system: { requestTimeoutMs: 200 } });
    await count();
    world.bigip.device.resetStats();

    const saysNothingOfOneMember: ReadonlySet<FaultName> = new Set([
      'emptyCollection',
      'hollowMember',
      'slow',
    ]);
    for (const fault of faultNames.filter((each) => !each.startsWith('applyThen'))) {
      world.bigip.faults.set({ [fault]: { only: 'reads' } });
      if (!saysNothingOfOneMember.has(fault)) await world.write(remove('k8s/web', one));
      await world.write(erase('k8s/web'));
      world.bigip.faults.clear();
      assert.equal(world.members('k8s/web').length, 2, fault);
      await until(() => world.system.view.problem === undefined, 'no problem of the device');
    }

    assert.equal(world.members('k8s/web').length, 2);
    assert.equal(world.bigip.device.stats().acceptedByMethod['DELETE'], undefined);
  });

  it('takes an object without an address for what it is: no member', async () => {
    await start();
    await count();
    world.bigip.device.remove('member', '/k8s/10.0.0.1:80', '/k8s/web');

    world.bigip.faults.set({ hollowMember: {} });
    const outcome = await world.write(remove('k8s/web', one));

    assert.deepEqual(outcome, { result: 'accepted' });
    assert.equal(world.system.counters.writes, 0);
  });

  it('creates what exists by a lost answer only once', async () => {
    await start();
    await world.refresh('k8s/api');

    world.bigip.faults.set({ applyThenClose: { times: 1 } });
    const first = await world.write(create('k8s/api', { monitor: '/Common/tcp' }));
    const again = await world.write(create('k8s/api', { monitor: '/Common/http' }));

    assert.equal(first.result, 'unknown');
    assert.deepEqual(again, { result: 'accepted' });
    assert.equal((await world.object('k8s/api')).attributes['monitor'], '/Common/http');
  });
});
