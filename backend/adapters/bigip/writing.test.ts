import assert from 'node:assert/strict';
import type { BigIpRequest } from './exchange.ts';
import { add, create, erase, mark, marked, member, remove, update } from './testing/changes.ts';
import { startWorld, until, type World, type WorldOptions } from './testing/world.ts';

describe('what is written to a BIG-IP', () => {
  let world: World;
  const start = async (options: WorldOptions = {}): Promise<World> => (world = await startWorld(options));
  const pool = (members: readonly unknown[] = []): WorldOptions => ({
    seed: { pools: [{ name: 'web', partition: 'k8s', ...marked(), members }] },
  });
  const node = (path: string): boolean => world.bigip.device.object('node', path) !== undefined;
  const codeOf = (outcome: Awaited<ReturnType<World['write']>>): string =>
    outcome.result === 'accepted' ? 'accepted' : outcome.problem.code;

  afterEach(() => world.stop());

  it('adds 500 members with one request each, and next to none beside', async () => {
    await start(pool());
    await world.refresh('k8s/web');
    const before = world.bigip.device.stats();

    for (let index = 0; index < 500; index += 1) {
      const name = `10.1.${Math.floor(index / 250)}.${(index % 250) + 1}:80`;
      assert.deepEqual(await world.write(add('k8s/web', member(name))), { result: 'accepted' });
    }

    const after = world.bigip.device.stats();
    assert.ok(after.requests - before.requests <= 520, String(after.requests - before.requests));
    assert.equal(after.mostWritesInFlight, 1);
    assert.equal((await world.object('k8s/web')).items.size, 500);
  }).timeout(30_000);

  it('leaves a member of somebody else alone, and says so', async () => {
    await start(pool(['10.0.0.1:80']));
    const theirs = member('10.0.0.1:80');

    const added = await world.write(add('k8s/web', theirs));
    const updated = await world.write(update('k8s/web', member('10.0.0.1:80', { state: 'drain' })));
    const removed = await world.write(remove('k8s/web', theirs));

    assert.deepEqual([added, updated, removed].map(codeOf), ['object.foreign', 'mark.lost', 'mark.lost']);
    assert.deepEqual(world.members('k8s/web'), ['/k8s/10.0.0.1:80 user-enabled user-up']);
  });

  it('leaves a member alone whose mark was overwritten since it was read', async () => {
    await start(pool([{ name: '10.0.0.1:80', ...marked() }]));
    await world.refresh('k8s/web');
    world.bigip.device.change({
      pools: [{ name: 'web', partition: 'k8s', members: [{ name: '10.0.0.1:80', metadata: [] }] }],
    });

    const outcome = await world.write(remove('k8s/web', member('10.0.0.1:80')));

    assert.equal(codeOf(outcome), 'mark.lost');
    assert.equal(world.members('k8s/web').length, 1);
  });

  it('takes what is gone already for removed', async () => {
    await start(pool([{ name: '10.0.0.1:80', ...marked() }]));
    await world.refresh('k8s/web');
    world.bigip.device.remove('member', '/k8s/10.0.0.1:80', '/k8s/web');

    assert.equal(codeOf(await world.write(remove('k8s/web', member('10.0.0.1:80')))), 'accepted');
    world.bigip.device.remove('pool', '/k8s/web');
    assert.equal(codeOf(await world.write(erase('k8s/web'))), 'accepted');

    assert.equal((await world.object('k8s/web')).exists, false);
  });

  it('passes on what the device says of a pool that a virtual server uses', async () => {
    await start({
      seed: {
        pools: [{ name: 'web', partition: 'k8s', ...marked() }],
        virtuals: [{ name: 'vs', partition: 'k8s', pool: '/k8s/web', destination: '/k8s/192.0.2.1:80' }],
      },
    });

    const outcome = await world.write(erase('k8s/web'));

    assert.equal(codeOf(outcome), 'object.in-use');
    assert.match(outcome.result === 'refused' ? outcome.problem.detail : '', /\/k8s\/vs/);
  });

  it('leaves a pool alone that is not ours', async () => {
    await start({ seed: { pools: [{ name: 'web', partition: 'k8s' }] } });

    assert.equal(codeOf(await world.write(create('k8s/web'))), 'object.foreign');
    assert.equal(codeOf(await world.write(erase('k8s/web'))), 'mark.lost');
  });

  it('puts members into a pool in a folder, and into one of a routed partition', async () => {
    await start({
      seed: {
        routeDomains: [{ name: '10', id: 10 }],
        partitions: [{ name: 'routed', defaultRouteDomain: 10 }],
        folders: ['/routed/app'],
      },
      partitions: ['routed'],
    });
    await world.refresh('routed/app/web');

    const outcomes = [
      await world.write(create('routed/app/web')),
      await world.write(add('routed/app/web', member('10.0.0.1:80'))),
      await world.write(add('routed/app/web', member('[fd00::1]:80'))),
      await world.write(update('routed/app/web', member('10.0.0.1:80', { state: 'drain' }))),
      await world.write(remove('routed/app/web', member('[fd00::1]:80'))),
    ];

    assert.deepEqual(
      outcomes.map(codeOf),
      outcomes.map(() => 'accepted'),
    );
    assert.deepEqual(world.members('routed/app/web'), ['/routed/10.0.0.1:80 user-disabled user-up']);
    assert.equal(world.bigip.device.object('node', '/routed/10.0.0.1')?.attributes['address'], '10.0.0.1%10');
  });

  describe('nodes', () => {
    it('stay when a person made them', async () => {
      await start({
        ...pool(),
        prepare: ({ device }) =>
          device.seed({ nodes: [{ name: '10.0.0.1', partition: 'k8s', address: '10.0.0.1' }] }),
      });
      const one = member('10.0.0.1:80');
      await world.refresh('k8s/web');

      await world.write(add('k8s/web', one));
      await world.write(remove('k8s/web', one));

      assert.ok(node('/k8s/10.0.0.1'));
    });

    it('go with the last member of ours, in whatever order, and after a restart of ours', async () => {
      await start(pool());
      const [one, other] = [member('10.0.0.1:80'), member('10.0.0.1:81')];
      await world.refresh('k8s/web');

      await world.write(add('k8s/web', one));
      await world.write(add('k8s/web', other));
      await world.write(remove('k8s/web', one));
      assert.ok(node('/k8s/10.0.0.1'));
      await world.letGo();
      const { follow } = await import('./testing/world.ts');
      const again = await follow(world.bigip);
      await again.write(remove('k8s/web', other));

      assert.ok(!node('/k8s/10.0.0.1'));
      await again.letGo();
    });

    it('stay when a person has set something on them, or uses them', async () => {
      await start(pool());
      const [one, two] = [member('10.0.0.1:80'), member('10.0.0.2:80')];
      await world.refresh('k8s/web');
      for (const each of [one, two]) await world.write(add('k8s/web', each));
      world.bigip.device.change({
        nodes: [{ name: '10.0.0.1', partition: 'k8s', description: 'mine' }],
        pools: [{ name: 'theirs', partition: 'k8s', members: ['10.0.0.2:443'] }],
      });

      const outcomes = [await world.write(remove('k8s/web', one)), await world.write(remove('k8s/web', two))];

      assert.deepEqual(outcomes.map(codeOf), ['accepted', 'accepted']);
      assert.ok(node('/k8s/10.0.0.1'));
      assert.ok(node('/k8s/10.0.0.2'));
    });

    it('of /Common, and such that have names, are used where they are', async () => {
      await start({
        seed: {
          nodes: [
            { name: 'web01', partition: 'Common', address: '10.0.0.1' },
            { name: 'web02', partition: 'k8s', address: '10.0.0.2' },
          ],
          pools: [{ name: 'web', partition: 'k8s', ...marked() }],
        },
      });
      await world.refresh('k8s/web');

      for (const name of ['10.0.0.1:80', '10.0.0.2:80'])
        assert.equal(codeOf(await world.write(add('k8s/web', member(name)))), 'accepted');

      assert.deepEqual(world.members('k8s/web'), [
        '/Common/web01:80 user-enabled user-up',
        '/k8s/web02:80 user-enabled user-up',
      ]);
      assert.equal(codeOf(await world.write(remove('k8s/web', member('10.0.0.1:80')))), 'accepted');
      assert.ok(node('/Common/web01'));
    });

    it('that came to be since they were read are found when the device says so', async () => {
      await start(pool());
      await world.refresh('k8s/web');
      world.bigip.device.change({ nodes: [{ name: 'web01', partition: 'k8s', address: '10.0.0.1' }] });

      assert.equal(codeOf(await world.write(add('k8s/web', member('10.0.0.1:80')))), 'accepted');

      assert.deepEqual(world.members('k8s/web'), ['/k8s/web01:80 user-enabled user-up']);
    });
  });

  it('removes a member that is to be cut as any other, and says that its connections are not', async () => {
    await start(pool([{ name: '10.0.0.1:80', session: 'user-disabled', ...marked() }]));
    await world.refresh('k8s/web');
    world.bigip.device.resetStats();

    await world.write(remove('k8s/web', member('10.0.0.1:80'), true));

    assert.deepEqual(
      world.bigip.device.stats().lastWrites.map(({ method }) => method),
      ['DELETE'],
    );
    const desired = {
      traffic: { then: 'cut' },
      attributes: { monitor: 'tcp' },
      problems: [],
    } as unknown as Parameters<typeof world.system.canonicalise>[0];
    const { problems, attributes } = world.system.canonicalise(desired);
    assert.deepEqual([problems[0]?.code, attributes['monitor']], ['pool.connections-not-cut', '/Common/tcp']);
  });

  describe('is saved', () => {
    it('once, when nothing was written for a while', async () => {
      await start({ ...pool(), system: { saveAfterMs: 2000 } });
      await world.refresh('k8s/web');

      for (const name of ['10.0.0.1:80', '10.0.0.2:80', '10.0.0.3:80'])
        await world.write(add('k8s/web', member(name)));
      await until(() => world.bigip.device.unsaved === 0, 'a saved configuration');

      assert.equal(world.bigip.device.stats().saves, 1);
    });

    it('again and again while another task is at work', async () => {
      await start({ ...pool(), system: { saveAfterMs: 1000 } });
      await world.refresh('k8s/web');
      world.bigip.faults.set({ taskActive: { times: 2, matching: '/sys/config' } });

      await world.write(add('k8s/web', member('10.0.0.1:80')));

      await until(() => world.bigip.device.unsaved === 0, 'a saved configuration');
    });

    it('at the end, and never while writing is paused', async () => {
      let paused = false;
      await start({ ...pool(), system: { saveAfterMs: 3_600_000, mayWrite: () => !paused } });
      await world.refresh('k8s/web');
      await world.write(add('k8s/web', member('10.0.0.1:80')));

      paused = true;
      await world.letGo();

      assert.equal(world.bigip.device.stats().saves, 0);
      const { follow } = await import('./testing/world.ts');
      const again = await follow(world.bigip, { system: { saveAfterMs: 3_600_000 } });
      await again.write(add('k8s/web', member('10.0.0.2:80')));
      await again.letGo();
      assert.equal(world.bigip.device.unsaved, 0);
      assert.equal(world.bigip.device.stats().tokens, 0);
    });
  });

  it('never asks to replace a list of members', async () => {
    await start(pool());
    await world.refresh('k8s/web');

    for (const name of ['10.0.0.1:80', '10.0.0.2:80']) await world.write(add('k8s/web', member(name)));

    const paths = world.bigip.device.stats().lastWrites.map(({ method, path }) => `${method} ${path}`);
    const members = '/mgmt/tm/ltm/pool/~k8s~web/members' satisfies BigIpRequest['path'];
    assert.deepEqual(paths, [`POST ${members}`, `POST ${members}`]);
    assert.equal(mark.instance, '7f3a');
  });
});
