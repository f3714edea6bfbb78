import assert from 'node:assert/strict';
import type { Fabric } from '../../../../lab/fabric/fabric.ts';
import { mo } from '../../../../lab/fabric/seed.ts';
import { systemClock } from '../../../model/clock.ts';
import {
  epg,
  epgDn,
  esgDn,
  followEndpoints,
  keptMemory,
  learn,
  macOf,
  startEndpointFabric,
  until,
  type FollowedFabric,
  type FollowOptions,
} from './testing/endpoint-world.ts';

describe('learned endpoints of a fabric', () => {
  let fabric: Fabric;
  const worlds: FollowedFabric[] = [];

  async function follow(options?: FollowOptions): Promise<FollowedFabric> {
    const world = await followEndpoints(fabric, options);
    worlds.push(world);
    return world;
  }

  /** Followed and synced, with these addresses on leaf 101. */
  async function following(addresses: readonly string[], options?: FollowOptions): Promise<FollowedFabric> {
    for (const each of addresses) learn(fabric, each);
    const world = await follow(options);
    await world.synced();
    world.told();
    return world;
  }

  const shows = (world: FollowedFabric, ...members: readonly string[]): Promise<void> =>
    until(
      () => world.members().join() === members.join(),
      `${members.join()}, not ${world.members().join()}`,
    );

  beforeEach(async () => {
    fabric = await startEndpointFabric();
  });

  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.letGo();
    await fabric.close();
  });

  describe('that come and go', () => {
    it('are those that are there at the start, and those that are learned later', async () => {
      const world = await following(['10.9.0.1']);

      learn(fabric, '10.9.0.2', [101, 102]);

      await shows(world, '10.9.0.1', '10.9.0.2');
      await until(() => world.record('10.9.0.2')?.nodes.join() === '101,102', 'both switches');
      assert.ok(world.told().includes(`watched ${epg}/10.9.0.2`));
    });

    it('are members at once by a notification that shows them whole, before any read', async () => {
      const world = await following([]);
      fabric.faults.set({ stall: { only: 'reads' } });

      learn(fabric, '10.9.0.2');

      await shows(world, '10.9.0.2');
      fabric.faults.clear();
    });

    it('are read with one page or with many', async () => {
      const addresses = Array.from({ length: 9 }, (_, index) => `10.9.0.${index + 1}`);

      const world = await following(addresses, { pageSize: 4 });

      assert.deepEqual(world.members(), addresses);
    });

    it('are absent when the fabric forgot them, and there again when it learns them again', async () => {
      const world = await following(['10.9.0.1', '10.9.0.2']);

      fabric.endpoints.age({ epgDn, mac: macOf('10.9.0.1') });
      await shows(world, '-10.9.0.1', '10.9.0.2');
      learn(fabric, '10.9.0.1');

      await shows(world, '10.9.0.1', '10.9.0.2');
    });

    it('are followed to another leaf, which is told to nobody', async () => {
      const world = await following(['10.9.0.1']);

      fabric.endpoints.move({ epgDn, mac: macOf('10.9.0.1') }, { nodes: [102] });

      await until(() => world.record('10.9.0.1')?.nodes.join() === '102', 'the other leaf');
      assert.deepEqual(world.told(), []);
    });

    it('cost no request when they only stir', async () => {
      const world = await following(['10.9.0.1', '10.9.0.2']);
      const before = world.counters.reads;
      fabric.endpoints.noise();
      fabric.endpoints.noise();
      const heard = world.counters.notifications;

      await until(() => world.counters.notifications >= heard + 4, 'four notifications');

      assert.equal(world.counters.reads, before);
      assert.deepEqual(world.told(), []);
    });

    it('are read together when many come at once', async () => {
      const world = await following(['10.9.0.1']);
      const before = world.counters.reads;
      const many = Array.from({ length: 60 }, (_, index) => `10.9.1.${index + 1}`);

      fabric.endpoints.learn(many.map((ip) => ({ epgDn, mac: macOf(ip), ips: [ip], nodes: [101] })));
      await until(() => world.members().length === 61, '61 members');
      await until(() => many.every((ip) => world.record(ip)?.nodes.join() === '101'), 'their switches');

      assert.ok(world.counters.reads - before < 20, `${world.counters.reads - before} reads`);
    });

    it('have one record behind two MACs, that of the later one', async () => {
      const world = await following([]);

      learn(fabric, '10.9.0.1', [101], '00:50:56:00:00:AA');
      await until(() => world.record('10.9.0.1')?.mac === '00:50:56:00:00:AA', 'the first MAC');
      fabric.clock.advance(10);
      learn(fabric, '10.9.0.1', [102], '00:50:56:00:00:BB');

      await until(() => world.record('10.9.0.1')?.mac === '00:50:56:00:00:BB', 'the later MAC');
      await shows(world, '10.9.0.1');
    });

    it('are followed where an ESG took them, and not taken for absent', async () => {
      const world = await following(['10.9.0.1']);
      const mac = macOf('10.9.0.1');

      fabric.endpoints.learn({ epgDn: esgDn, mac, ips: ['10.9.0.1'], nodes: [101], baseEpgDn: epgDn });
      fabric.endpoints.age({ epgDn, mac });
      await until(() => world.record('10.9.0.1')?.uid.startsWith(esgDn) === true, 'the ESG');
      await shows(world, '10.9.0.1');
      fabric.endpoints.age({ epgDn: esgDn, mac });

      await shows(world, '-10.9.0.1');
    });

    it('are not taken from an ESG that has them of another EPG', async () => {
      const world = await following([]);
      const mac = macOf('10.9.0.1');

      fabric.endpoints.learn({
        epgDn: esgDn,
        mac,
        ips: ['10.9.0.1'],
        nodes: [101],
        baseEpgDn: 'uni/tn-k8s/ap-apps/epg-other',
      });
      learn(fabric, '10.9.0.2');

      await shows(world, '10.9.0.2');
    });

    it('leave when they were absent for long enough', async () => {
      const world = await following(['10.9.0.1', '10.9.0.2'], {
        follow: [{ epg, absentForMs: 600_000 }],
        clock: systemClock(5000),
      });

      fabric.endpoints.age({ epgDn, mac: macOf('10.9.0.1') });

      await shows(world, '10.9.0.2');
      assert.deepEqual(
        world.told().filter((each) => each.startsWith('deleted')),
        [`deleted ${epg}/10.9.0.1`],
      );
    });
  });

  describe('of leaves that reload', () => {
    it('are not lost, whether they or the state of the leaf go first', async () => {
      for (const first of ['endpoints', 'node'] as const) {
        // Absences end within 120 ms here, outages within 600.
        const world = await following(['10.9.0.1', '10.9.0.2', '10.9.0.3'], {
          follow: [{ epg, absentForMs: 600_000 }],
          clock: systemClock(5000),
        });

        fabric.leaf.reload(101, { first, lagMs: 20, for: 500, relearnMs: 50 });
        await shows(world, '-10.9.0.1', '-10.9.0.2', '-10.9.0.3');
        await shows(world, '10.9.0.1', '10.9.0.2', '10.9.0.3');

        assert.deepEqual(
          world.told().filter((each) => each.startsWith('deleted')),
          [],
          first,
        );
        await worlds.pop()?.letGo();
      }
    });

    it('are not lost one by one either, when they are too few to look like a failure', async () => {
      const world = await following(['10.9.0.1'], {
        follow: [{ epg, absentForMs: 600_000 }],
        clock: systemClock(5000),
      });

      fabric.leaf.reload(101, { first: 'node', lagMs: 20, for: 500, relearnMs: 50 });
      await shows(world, '-10.9.0.1');
      await shows(world, '10.9.0.1');

      assert.deepEqual(
        world.told().filter((each) => each.startsWith('deleted')),
        [],
      );
    });

    it('stay where a pair of leaves sees them and one reloads', async () => {
      learn(fabric, '10.9.0.1', [101, 102]);
      const world = await following([]);

      fabric.leaf.decommission(101, { lagMs: 0 });

      await until(() => world.record('10.9.0.1')?.nodes.join() === '102', 'the partner');
      assert.deepEqual(world.members(), ['10.9.0.1']);
    });
  });

  describe('when contact is lost', () => {
    it('are read again after the socket dropped, with what happened meanwhile', async () => {
      const world = await following(['10.9.0.1', '10.9.0.2']);
      const before = world.counters.reconnects;

      fabric.dropSockets();
      fabric.endpoints.age({ epgDn, mac: macOf('10.9.0.1') });
      learn(fabric, '10.9.0.3');

      await shows(world, '-10.9.0.1', '10.9.0.2', '10.9.0.3');
      await world.synced();
      assert.equal(world.counters.reconnects, before + 1);
    });

    it('are stale, and none leaves, while the fabric does not answer', async () => {
      const world = await following(['10.9.0.1', '10.9.0.2'], {
        // Half a second here.
        follow: [{ epg, absentForMs: 2_500_000 }],
        clock: systemClock(5000),
      });
      fabric.endpoints.age({ epgDn, mac: macOf('10.9.0.1') });
      await shows(world, '-10.9.0.1', '10.9.0.2');

      fabric.faults.set({ unavailablePage: { only: 'all' } });
      fabric.dropSockets();
      await until(() => world.freshness() === 'stale', 'a stale source');
      await new Promise((resolve) => setTimeout(resolve, 800));
      const meanwhile = world.members();
      fabric.faults.clear();

      assert.deepEqual(meanwhile, ['-10.9.0.1', '10.9.0.2']);
      await shows(world, '10.9.0.2');
    });

    it('are found by the next resync when a notification was lost', async () => {
      const world = await following(['10.9.0.1'], { resyncMs: 150 });
      fabric.faults.set({ notificationsLost: {} });

      learn(fabric, '10.9.0.2');
      fabric.endpoints.age({ epgDn, mac: macOf('10.9.0.1') });

      await shows(world, '-10.9.0.1', '10.9.0.2');
    });

    it('go on being heard after their subscriptions expired', async () => {
      const world = await following(['10.9.0.1'], { subscriptionSeconds: 60 });

      fabric.expireSessions();
      learn(fabric, '10.9.0.2');

      await shows(world, '10.9.0.1', '10.9.0.2');
    });
  });

  describe('of EPGs that are not there', () => {
    const other = 'k8s/apps/other';
    const both = { follow: [epg, other].map((each) => ({ epg: each, absentForMs: 600_000 })) };

    it('are unknown, say which, and do not blind the others', async () => {
      learn(fabric, '10.9.0.1');

      const world = await follow(both);
      await until(() => world.freshness(epg) === 'synced', 'the other EPG');

      assert.deepEqual([world.freshness(other), world.freshness()], ['unknown', 'unknown']);
      const found = world.source.view.kind('LearnedEndpoint').problem;
      assert.deepEqual([found?.code, found?.detail.includes(other)], ['fabric.sentinel', true]);
    });

    it('are known as soon as the EPG is made', async () => {
      const world = await follow(both);

      fabric.seed(
        mo('fvTenant', { name: 'k8s' }, [mo('fvAp', { name: 'apps' }, [mo('fvAEPg', { name: 'other' })])]),
      );

      await world.synced();
    });

    it('keep their records when the EPG is deleted', async () => {
      const world = await following(['10.9.0.1']);

      fabric.remove(epgDn);

      await until(() => world.freshness(epg) === 'stale', 'a stale EPG');
      assert.deepEqual(
        world.members().map((each) => each.replace('-', '')),
        ['10.9.0.1'],
      );
    });
  });

  describe('after a restart', () => {
    it('are absent, not forgotten, when they vanished while nobody looked', async () => {
      const memory = keptMemory();
      const first = await following(['10.9.0.1', '10.9.0.2'], { memory });
      await until(() => memory.kept.size === 2, 'two remembered');
      await first.letGo();
      worlds.length = 0;
      fabric.endpoints.age({ epgDn, mac: macOf('10.9.0.1') });

      const second = await follow({ memory });
      await second.synced();

      assert.deepEqual(second.members(), ['-10.9.0.1', '10.9.0.2']);
    });
  });

  it('of a fabric that is not the confirmed one are not believed', async () => {
    learn(fabric, '10.9.0.1');

    const world = await follow({ expectedIdentity: 'another' });

    assert.deepEqual([world.freshness(), world.members()], ['unknown', []]);
    assert.equal(world.source.view.problem?.code, 'fabric.identity');
  });

  it('answer present for one that is there, and never gone', async () => {
    const world = await following(['10.9.0.1']);
    const record = world.record('10.9.0.1');
    assert.ok(record);
    const ref = { kind: record.kind, path: record.path, uid: record.uid };

    const before = await world.source.isGone(ref, new AbortController().signal);
    fabric.endpoints.age({ epgDn, mac: macOf('10.9.0.1') });
    const after = await world.source.isGone(ref, new AbortController().signal);

    assert.deepEqual([before, after], ['present', 'unknown']);
  });
});
