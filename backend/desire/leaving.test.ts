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

  it('with an endpoint that was kept by hand may be alive', () => {
    const { world, service } = shop(0);
    const endpoint = endpointOf(world.pod('shop', 'x', ['10.244.0.1']), { target: undefined });
    world.slice(service, [endpoint]);
    const desired = fed(world, [poolTarget()]);

    world.slice(service, []);
    told(desired, world);

    assert.deepEqual(desired.departure(web, member), {
      explanation: 'no-longer-qualifies',
      owner: undefined,
      alive: true,
    });
  });

  describe('from a slice that ought to list it', () => {
    const labels = { app: 'web' };

    function selected(): Shop & { readonly desired: DesiredState } {
      const made = shop(1, { selector: labels });
      const pods = made.pods.map((pod) => made.world.put({ ...pod, labels }));
      made.world.slice(made.service, [endpointOf(pods[0]!)]);
      return { ...made, pods, desired: fed(made.world, [poolTarget()]) };
    }

    const explanation = (desired: DesiredState): string | undefined =>
      desired.departure(web, member)?.explanation;

    it('is unexplained, and alive, and its Service is asked', () => {
      const { world, service, desired } = selected();

      world.slice(service, []);
      told(desired, world);

      assert.deepEqual(desired.departure(web, member), {
        explanation: 'unexplained',
        owner: { cluster: 'a', ref: { kind: 'Service', path: service.path, uid: service.uid } },
        alive: true,
      });
    });

    it('is unexplained when the slice is deleted or missing', () => {
      for (const sighting of ['deleted', 'missing'] as const) {
        const { world, desired } = selected();

        world.remove({ kind: 'EndpointSlice', path: 'shop/web-1' as never }, sighting);
        told(desired, world);

        assert.equal(explanation(desired), 'unexplained');
      }
    });

    it('stays so when pod and Service are merely missing afterwards', () => {
      const { world, service, pods, desired } = selected();

      world.slice(service, []);
      told(desired, world);
      world.remove(pods[0]!, 'missing');
      world.remove(service, 'missing');
      told(desired, world);

      assert.equal(explanation(desired), 'unexplained');
    });

    for (const [what, then] of [
      ['its pod is deleted', ({ world, pods }: Shop) => world.remove(pods[0]!)],
      ['its pod terminates', ({ world, pods }: Shop) => world.put({ ...pods[0]!, terminating: true })],
      ['its pod has finished', ({ world, pods }: Shop) => world.put({ ...pods[0]!, finished: true })],
      ['its pod is relabelled', ({ world, pods }: Shop) => world.put({ ...pods[0]!, labels: {} })],
      [
        'the Service selects others',
        ({ world, service }: Shop) => world.put({ ...service, selector: { a: 'b' } }),
      ],
      ['the Service is deleted', ({ world, service }: Shop) => world.remove(service)],
    ] as const)
      it(`is explained once ${what}, whichever is told first`, () => {
        const before = selected();
        const after = selected();

        then(before);
        told(before.desired, before.world);
        before.world.slice(before.service, []);
        told(before.desired, before.world);
        after.world.slice(after.service, []);
        told(after.desired, after.world);
        then(after);
        const affected = after.desired.apply(after.world.take());

        assert.ok(affected.has(web));
        for (const { desired } of [before, after]) assert.notEqual(explanation(desired), 'unexplained');
      });

    it('is explained where another slice of the Service still lists the pod, with another port', () => {
      const { world, service, pods } = selected();
      const ports = (number: number) => [{ name: 'http', number, protocol: 'TCP' as const }];
      world.slice(service, [endpointOf(pods[0]!)], { ports: ports(8080) });
      const desired = fed(world, [poolTarget({ port: { name: 'http' } })]);

      world.slice(service, [endpointOf(pods[0]!)], { suffix: '2', ports: ports(9090) });
      world.remove({ kind: 'EndpointSlice', path: 'shop/web-1' as never });
      told(desired, world);

      assert.equal(explanation(desired), 'deleted');
    });
  });
});
