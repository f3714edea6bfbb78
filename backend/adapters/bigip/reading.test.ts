import assert from 'node:assert/strict';
import { itemId } from '../../model/target-object.ts';
import { key, marked, member } from './testing/changes.ts';
import { follow, startWorld, target, until, type World, type WorldOptions } from './testing/world.ts';

describe('what is read of a BIG-IP', () => {
  let world: World;
  const start = async (options: WorldOptions = {}): Promise<World> => (world = await startWorld(options));

  afterEach(() => world.stop());

  it('members are told as they would be written, whatever monitors make of them', async () => {
    await start({
      seed: {
        routeDomains: [{ name: '10', id: 10 }],
        partitions: [{ name: 'routed', defaultRouteDomain: 10 }],
        pools: [
          {
            name: 'web',
            partition: 'k8s',
            monitor: '/Common/tcp and /Common/http',
            ...marked(),
            members: [
              { name: '10.0.0.1:80', ratio: 7, ...marked() },
              { name: '10.0.0.2:80', session: 'user-disabled', ...marked() },
              { name: '10.0.0.3:80', session: 'user-disabled', state: 'user-down', ...marked() },
              { name: '2001:db8::1.80', priorityGroup: 4, connectionLimit: 9, ...marked() },
            ],
          },
          {
            name: 'web',
            partition: 'routed',
            ...marked(),
            members: ['10.0.0.1:80', '10.0.0.2%10:80', '10.0.0.9%0:80'],
          },
        ],
      },
      partitions: ['k8s', 'routed'],
    });

    const object = await world.object('k8s/web');
    const routed = await world.object('routed/web');

    assert.equal(object.attributes['monitor'], '/Common/http and /Common/tcp');
    assert.deepEqual(
      [...object.items.values()].map(({ name, attributes }) => [
        name,
        attributes['state'],
        attributes['weight'],
      ]),
      [
        ['10.0.0.1:80', 'enabled', '7'],
        ['10.0.0.2:80', 'drain', '1'],
        ['10.0.0.3:80', 'offline', '1'],
        ['[2001:db8::1]:80', 'enabled', '1'],
      ],
    );
    const six = object.items.get(itemId('member', '[2001:db8::1]:80'))?.attributes;
    assert.deepEqual([six?.['priorityGroup'], six?.['connectionLimit']], ['4', '9']);
    assert.deepEqual(
      [...routed.items.values()].slice(0, 2).map(({ name }) => name),
      ['10.0.0.1:80', '10.0.0.2:80'],
    );
  });

  it('members of others are counted, and not ours', async () => {
    await start({
      seed: {
        pools: [
          { name: 'web', partition: 'k8s', members: ['10.0.0.1:80', { name: '10.0.0.2:80', ...marked() }] },
        ],
      },
    });

    const object = await world.object('k8s/web');

    assert.equal(object.mark, undefined);
    assert.equal(object.foreignChildren, 1);
    assert.deepEqual(object.problems, [{ code: 'pool.foreign-member', detail: '1: 10.0.0.1:80' }]);
    assert.equal(object.items.get(member('10.0.0.1:80').id)?.mark, undefined);
  });

  it('a partition that is not there leaves its pools unknown', async () => {
    await start({ partitions: ['k8s', 'gone'] });

    await world.refresh('gone/web');

    assert.equal(world.problem('gone/web')?.code, 'pool.partition-missing');
  });

  it('a partition of AS3 is left alone, and it is said whose declaration it is', async () => {
    await start({
      prepare: ({ device }) =>
        device.setAs3({ version: '3.50.0', tenants: ['k8s'], userAgent: 'CIS/v2.20.1' }),
    });

    await world.refresh('k8s/web');

    const found = world.problem('k8s/web');
    assert.equal(found?.code, 'pool.partition-owned-by-other');
    assert.match(found.detail, /CIS\/v2\.20\.1/);
  });

  it('a partition of AS3 is left alone while AS3 starts, and it is asked again soon', async () => {
    await start({
      prepare({ device, faults }) {
        device.setAs3({ version: '3.50.0', tenants: ['k8s'], userAgent: 'CIS/v2.20.1' });
        faults.set({ notRegistered: { matching: '/appsvcs/declare' } });
      },
      system: { resyncMs: 1000 },
    });
    assert.equal(world.problem('k8s/web')?.code, 'pool.partition-owned-by-other');

    world.bigip.faults.clear();

    await until(() => /CIS/.test(world.problem('k8s/web')?.detail ?? ''), 'the owner that AS3 tells');
    assert.equal(world.problem('k8s/web')?.code, 'pool.partition-owned-by-other');
  });

  it('finds what is ours and wanted no more, in pools of ours and of others', async () => {
    await start({
      seed: {
        pools: [
          { name: 'old', partition: 'k8s', ...marked() },
          { name: 'theirs', partition: 'k8s', members: ['10.0.0.1:80'] },
          { name: 'shared', partition: 'k8s', members: [{ name: '10.0.0.2:80', ...marked() }] },
          { name: 'far', partition: 'other', ...marked() },
        ],
      },
    });

    const names = [...world.system.view.owned()].map(({ key }) => key.name).sort();

    assert.deepEqual(names, ['k8s/old', 'k8s/shared', 'other/far']);
  });

  it('shows what is left in a partition that no mapping names any more, and follows it', async () => {
    await start({
      seed: {
        partitions: [{ name: 'k9s' }, { name: 'cis' }],
        pools: [
          { name: 'web', partition: 'k8s', ...marked(), members: [{ name: '10.0.0.1:80', ...marked() }] },
          { name: 'web', partition: 'cis', ...marked() },
          { name: 'theirs', partition: 'k8s', members: [{ name: '10.0.0.2:80', ...marked() }] },
        ],
      },
      prepare: ({ device }) => device.setAs3({ version: '3.50.0', tenants: ['cis'] }),
      partitions: ['k9s'],
      system: { resyncMs: 1000 },
    });

    const owned = [...world.system.view.owned()];
    assert.deepEqual(owned.map(({ key, items }) => [key.name, items.size]).sort(), [
      ['k8s/theirs', 1],
      ['k8s/web', 1],
    ]);

    world.bigip.device.remove('member', '/k8s/10.0.0.1:80', '/k8s/web');
    await until(() => world.drifted().includes('k8s/web'), 'drift');
    assert.equal((await world.object('k8s/web')).items.size, 0);
  });

  it('looks for partitions with pools of ours once, and when mappings use others than before', async () => {
    await start({ system: { resyncMs: 1000 } });
    const read = async (): Promise<void> => {
      const { resyncs } = world.system.counters;
      await until(() => world.system.counters.resyncs > resyncs + 1, 'another read');
    };
    const shown = (): string[] => [...world.system.view.owned()].map(({ key }) => key.name);
    world.bigip.device.seed({ pools: [{ name: 'late', partition: 'other', ...marked() }] });

    await read();
    assert.deepEqual(shown(), []);

    world.system.watchFor([{ ...target, partition: 'Common' }]);
    await until(() => shown().length > 0, 'what is in a partition that nothing names');
    assert.deepEqual(shown(), ['other/late']);
  });

  it('what changed behind our back is found by the next read, and only that is told', async () => {
    await start({
      seed: {
        pools: ['a', 'b'].map((name) => ({
          name,
          partition: 'k8s',
          ...marked(),
          members: [{ name: '10.0.0.1:80', ...marked() }],
        })),
      },
      system: { resyncMs: 1000 },
    });
    world.drifted();

    world.bigip.device.remove('member', '/k8s/10.0.0.1:80', '/k8s/a');
    const seen: string[] = [];
    await until(() => seen.push(...world.drifted()) > 0, 'drift');

    assert.deepEqual([...new Set(seen)], ['k8s/a']);
    assert.equal((await world.object('k8s/a')).items.size, 0);
    assert.ok(world.system.counters.missedChanges > 0);
  });

  it('may be asked for any name without a trace: the list of the partition tells what is not there', async () => {
    await start({
      seed: { pools: [{ name: 'theirs', partition: 'k8s', members: ['10.0.0.1:80'] }] },
      system: { resyncMs: 300 },
    });
    const drafts = Array.from({ length: 100 }, (_, index) => key(`k8s/draft-${index}`));

    const before = { ...world.system.counters };
    const answers = drafts.map((each) => world.system.view.get(each));
    await until(() => world.system.counters.resyncs >= before.resyncs + 3, 'three reads over');
    const after = { ...world.system.counters };

    assert.deepEqual(
      answers.filter((each) => 'code' in each || each.exists),
      [],
    );
    const reads = after.resyncs - before.resyncs + 1;
    assert.ok(after.requests - before.requests <= 10 * reads, `${after.requests - before.requests} requests`);
  });

  it('a pool of a person’s is looked into once a round wants it, and not because somebody asks', async () => {
    await start({
      seed: { pools: [{ name: 'theirs', partition: 'k8s', members: ['10.0.0.1:80'] }] },
      system: { resyncMs: 300 },
    });

    const asked = (): string | undefined => world.problem('k8s/theirs')?.code;
    assert.equal(asked(), 'loadBalancer.incomplete');
    const { resyncs } = world.system.counters;
    await until(() => world.system.counters.resyncs > resyncs + 1, 'another read');
    assert.equal(asked(), 'loadBalancer.incomplete');

    assert.equal((await world.object('k8s/theirs')).items.size, 1);
  });

  it('asks nothing when nothing is in doubt, and counts connections only where something drains', async () => {
    await start({
      seed: {
        pools: [
          { name: 'calm', partition: 'k8s', ...marked(), members: [{ name: '10.0.0.1:80', ...marked() }] },
          {
            name: 'draining',
            partition: 'k8s',
            ...marked(),
            members: [{ name: '10.0.0.1:80', session: 'user-disabled', ...marked() }],
          },
        ],
      },
    });
    world.bigip.device.setConnections({ pool: '/k8s/draining', member: '10.0.0.1:80' }, 5);
    const before = world.system.counters.requests;

    await world.refresh('k8s/calm');
    assert.equal(world.system.counters.requests, before);
    const object = await world.object('k8s/draining');

    assert.equal(world.system.counters.requests, before + 1);
    assert.equal(object.items.get(member('10.0.0.1:80').id)?.connections, 5);
  });

  it('another device, or a standby unit, is not believed', async () => {
    const identities: string[] = [];
    await start({ system: { onIdentity: (each) => identities.push(each) } });
    const known = world.bigip.device.identity.machineId;
    assert.deepEqual([world.system.view.identity, identities[0]], [known, known]);

    const other = await follow(world.bigip, {
      impatient: true,
      system: { expectedIdentity: () => 'another', resyncMs: 1000 },
    });
    await other.system.settled(new AbortController().signal);

    assert.equal(other.system.view.problem?.code, 'loadBalancer.identity');
    await other.letGo();
  });

  it('reads a device of many pools with one request for each that concerns us, few at a time', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `p${index}`);
    await start({
      seed: {
        pools: names.map((name, index) => ({
          name,
          partition: 'k8s',
          ...(index < 10 && marked()),
          members: ['10.0.0.1:80'],
        })),
      },
      system: { resyncMs: 300 },
    });

    const before = { ...world.system.counters };
    await until(() => world.system.counters.resyncs >= before.resyncs + 3, 'three reads over');
    const after = { ...world.system.counters };

    // What was under way at either end counts as one more.
    const reads = after.resyncs - before.resyncs + 1;
    const requests = after.requests - before.requests;
    assert.ok(requests <= 16 * reads, `${requests} in ${reads} reads`);
    assert.ok(world.bigip.device.stats().mostInFlight <= 3);
  });
});
