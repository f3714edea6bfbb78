/**
 * What leaves a pool: alive, and then it may finish what it has begun; or dead.
 */
import assert from 'node:assert/strict';
import { itemId } from '../model/target-object.ts';
import type { DesiredState } from './desired-state.ts';
import { endpointOf } from './testing/cluster-world.ts';
import { documentOf, poolTarget } from './testing/documents.ts';
import { fed, shop, told, web, type Shop } from './testing/shop.ts';

describe('desire: what leaves', () => {
  const member = itemId('member', '10.244.0.1:8080');

  function one(): Shop & { readonly desired: DesiredState } {
    const made = shop(1);
    made.world.slice(made.service, [endpointOf(made.pods[0]!)]);
    return { ...made, desired: fed(made.world, [poolTarget()]) };
  }

  it('out of service is alive, and explained', () => {
    const { world, service, pods, desired } = one();

    world.slice(service, [endpointOf(pods[0]!, { ready: false })]);
    told(desired, world);

    assert.deepEqual(desired.departure(web, member), {
      explanation: 'no-longer-qualifies',
      owner: undefined,
      alive: true,
    });
  });

  it('with its pod is dead', () => {
    const { world, service, pods, desired } = one();

    world.remove(pods[0]!);
    world.slice(service, []);
    told(desired, world);

    assert.equal(desired.departure(web, member)?.alive, false);
    assert.notEqual(desired.departure(web, member)?.explanation, 'unexplained');
  });

  it('before its pod is alive until the pod is gone', () => {
    const { world, service, pods, desired } = one();

    world.slice(service, []);
    told(desired, world);
    const before = desired.departure(web, member)?.alive;
    world.remove(pods[0]!);
    told(desired, world);

    assert.equal(before, true);
    assert.equal(desired.departure(web, member)?.alive, false);
  });

  it('by an edit is alive as long as its pod', () => {
    const { world, desired } = one();

    desired.setDocument(documentOf([]));
    const before = desired.departure(web, member);
    world.remove({ kind: 'Pod', path: 'shop/p1' as never });

    assert.deepEqual(before, { explanation: 'mapping-edited', owner: undefined, alive: true });
    assert.equal(desired.departure(web, member)?.alive, false);
  });

  it('when another pod of the same name took the path is dead', () => {
    const { world, service, pods, desired } = one();

    world.slice(service, []);
    world.put({ ...pods[0]!, uid: 'another' });
    told(desired, world);

    assert.equal(desired.departure(web, member)?.alive, false);
  });

  it('with the whole Service is alive while its pods are', () => {
    const { world, service, desired } = one();

    world.remove(service);
    told(desired, world);

    assert.deepEqual(desired.departure(web, member), {
      explanation: 'deleted',
      owner: undefined,
      alive: true,
    });
  });

  it('that begins to terminate while it is out of service is told', () => {
    const { world, service, pods, desired } = one();
    world.slice(service, [endpointOf(pods[0]!, { ready: false, serving: false })]);
    told(desired, world);

    world.slice(service, [endpointOf(pods[0]!, { ready: false, serving: false, terminating: true })]);
    const affected = desired.apply(world.take());

    assert.ok(affected.has(web));
  });
});
