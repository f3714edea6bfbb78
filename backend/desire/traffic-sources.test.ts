/**
 * Pools and redirect policies fed by workloads, by nodes, and by endpoints that a fabric learned.
 */
import assert from 'node:assert/strict';
import type { SourceName } from '../model/identity.ts';
import type { Target } from '../model/mapping.ts';
import { itemId } from '../model/target-object.ts';
import { ClusterWorld, ip } from './testing/cluster-world.ts';
import {
  backends,
  fabric,
  mapping,
  policyKey,
  policyTarget,
  poolKey,
  poolTarget,
  selector,
} from './testing/documents.ts';
import { fed, told, web } from './testing/shop.ts';

describe('desire: other sources of traffic', () => {
  const workload = { kind: 'workload', groupBy: 'workload' } as const;
  const named = (target: Target): Target => ({ ...target, name: '{workload}' });

  it('a workload gives traffic to its pods once they are ready', () => {
    const world = new ClusterWorld('a');
    const deployment = world.deployment('shop', 'web');
    world.podOf(deployment, 'p1', ['10.244.0.1']);
    world.podOf(deployment, 'p2', ['10.244.0.2'], { ready: false });
    world.podOf(deployment, 'p3', ['10.244.0.3'], { terminating: true });
    world.podOf(deployment, 'p4', ['10.244.0.4'], { finished: true });

    const desired = fed(world, [named(poolTarget())], workload);

    assert.deepEqual(backends(desired, web), [
      '10.244.0.1:8080',
      '10.244.0.2:8080 (leaving)',
      '10.244.0.3:8080 (leaving)',
    ]);
  });

  it('an external EPG keeps what a pool lets go', () => {
    const world = new ClusterWorld('a');
    const deployment = world.deployment('shop', 'web');
    const one = world.podOf(deployment, 'p1', ['10.244.0.1']);
    const desired = fed(world, [...mapping('m').to, named(poolTarget())], workload);

    world.put({ ...one, terminating: true });
    told(desired, world);

    assert.deepEqual(backends(desired, web), ['10.244.0.1:8080 (leaving)']);
    assert.deepEqual(
      [...desired.keys(fabric)].map((text) => backends(desired, text)),
      [['10.244.0.1/32']],
    );
  });

  it('nodes are members while they are ready', () => {
    const world = new ClusterWorld('a');
    world.node('n1', ['10.1.0.1'], { labels: { role: 'edge' } });
    world.node('n2', ['10.1.0.2'], { labels: { role: 'edge' }, ready: false });
    world.node('n3', ['10.1.0.3']);

    const desired = fed(world, [poolTarget({ name: 'edge', destinations: 'node' })], {
      kind: 'node',
      groupBy: 'mapping',
      labels: selector('role=edge'),
    });

    assert.deepEqual(backends(desired, poolKey('edge')), ['10.1.0.1:8080', '10.1.0.2:8080 (leaving)']);
  });

  describe('endpoints that a fabric learned', () => {
    const ofFabric = {
      kind: 'aciEpg',
      groupBy: 'epg',
      sources: ['dc1' as SourceName],
      epgs: ['t/app/clones'],
    } as const;
    const clones = poolKey('clones');
    const pool = (): Target => poolTarget({ name: '{epg}' });

    it('are members of the pool of their EPG, and those of other EPGs are not', () => {
      const world = new ClusterWorld('dc1');
      world.learned('t/app/clones', '192.168.7.1');
      world.learned('t/app/other', '192.168.7.2');

      const desired = fed(world, [pool()], ofFabric);

      assert.deepEqual(backends(desired, clones), ['192.168.7.1:8080']);
    });

    it('stay members while the fabric has not seen them for a while', () => {
      const world = new ClusterWorld('dc1');
      const one = world.learned('t/app/clones', '192.168.7.1');
      const desired = fed(world, [pool()], ofFabric);

      world.put({ ...one, absentSince: 1 });
      const affected = desired.apply(world.take());

      assert.deepEqual([...affected], []);
      assert.deepEqual(backends(desired, clones), ['192.168.7.1:8080']);
    });

    it('leave as aged out, with nothing left to finish', () => {
      const world = new ClusterWorld('dc1');
      const one = world.learned('t/app/clones', '192.168.7.1');
      const desired = fed(world, [pool()], ofFabric);

      world.remove(one, 'deleted');
      told(desired, world);

      assert.deepEqual(desired.departure(clones, itemId('member', '192.168.7.1:8080')), {
        explanation: 'aged-out',
        owner: undefined,
        alive: false,
      });
    });

    it('that are merely missing are unexplained', () => {
      const world = new ClusterWorld('dc1');
      const one = world.learned('t/app/clones', '192.168.7.1');
      const desired = fed(world, [pool()], ofFabric);

      world.remove(one, 'missing');
      told(desired, world);

      const departure = desired.departure(clones, itemId('member', '192.168.7.1:8080'));
      assert.equal(departure?.explanation, 'unexplained');
    });

    it('bring their own MAC address, unless the mapping has one for them', () => {
      const world = new ClusterWorld('dc1');
      world.learned('t/app/clones', '192.168.7.1');
      world.learned('t/app/clones', '192.168.7.2');
      const macs = new Map([[ip('192.168.7.2'), '00:50:56:00:00:99']]);

      const desired = fed(world, [policyTarget({ name: '{epg}', macs })], ofFabric);

      const items = [...desired.get(policyKey('clones'))!.items.values()];
      assert.deepEqual(
        items.map(({ attributes }) => attributes['mac']),
        ['00:50:56:AA:BB:01', '00:50:56:00:00:99'],
      );
    });
  });
});
