import assert from 'node:assert/strict';
import type { PodRecord } from '../model/cluster-records.ts';
import { shortId } from '../model/digest.ts';
import type { MappingName, ObjectPath } from '../model/identity.ts';
import type { Sighting } from '../model/source-view.ts';
import { itemId } from '../model/target-object.ts';
import type { DesiredState } from './desired-state.ts';
import { ClusterWorld, ip } from './testing/cluster-world.ts';
import { contents, desiredOf, documentOf, key, mapping, selector } from './testing/documents.ts';

const web = key('a_shop_web');
const subnet = itemId('subnet', '10.244.0.1/32');

/** A Deployment that wants two pods and has them. */
function shop(replicas = 2): { world: ClusterWorld; one: PodRecord; two: PodRecord } {
  const world = new ClusterWorld('a');
  world.namespace('shop', { labels: { team: 'web' } });
  const deployment = world.deployment('shop', 'web', { replicas });
  const one = world.podOf(deployment, 'web-1', ['10.244.0.1']);
  const two = world.podOf(deployment, 'web-2', ['10.244.0.2']);
  return { world, one, two };
}

function explanation(desired: DesiredState): string | undefined {
  return desired.departure(web, subnet)?.explanation;
}

describe('desire: how an address left', () => {
  it('a deletion that a live watch reported is deleted', () => {
    const { world, one } = shop();
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.remove(one, 'deleted');
    desired.apply(world.take());

    assert.equal(explanation(desired), 'deleted');
  });

  it('a pod that is there and has finished no longer qualifies', () => {
    const { world, one } = shop();
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.put({ ...one, finished: true, phase: 'Succeeded' });
    desired.apply(world.take());

    assert.equal(explanation(desired), 'no-longer-qualifies');
  });

  it('a pod that was relabelled, and one whose address changed, no longer qualify', () => {
    const { world, one } = shop();
    const labels = { ...one.labels, track: 'stable' };
    world.put({ ...one, labels });
    const desired = desiredOf(
      documentOf([mapping('m', { from: { podLabels: selector('track=stable') } })]),
      world,
    );

    world.put({ ...one, labels, addresses: [ip('10.244.0.9')] });
    desired.apply(world.take());
    const afterNewAddress = explanation(desired);
    world.put({ ...one, addresses: [ip('10.244.0.9')] });
    desired.apply(world.take());
    const afterRelabel = desired.departure(web, itemId('subnet', '10.244.0.9/32'))?.explanation;

    assert.deepEqual([afterNewAddress, afterRelabel], ['no-longer-qualifies', 'no-longer-qualifies']);
  });

  it('a missing pod is unexplained while its workload wants more pods, and names whom to ask', () => {
    const { world, one } = shop(2);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.remove(one, 'missing');
    desired.apply(world.take());

    const departure = desired.departure(web, subnet);
    assert.equal(departure?.explanation, 'unexplained');
    assert.equal(departure.owner?.ref.path, 'shop/web');
    assert.equal(departure.owner.ref.kind, 'Deployment');
  });

  it('a missing pod is explained when the same list, or a later notice, shows that fewer are wanted', () => {
    const { world, one } = shop(2);
    const desired = desiredOf(documentOf([mapping('m')]), world);
    world.remove(one, 'missing');
    desired.apply(world.take());

    world.put({ ...world.get('Deployment', 'shop/web' as PodRecord['path'])!, replicas: 1 }, 'listed');
    const affected = desired.apply(world.take());

    assert.ok(affected.has(web));
    assert.equal(explanation(desired), 'replicas-lowered');
  });

  it('lists that are not synced explain nothing', () => {
    const { world, one } = shop(1);
    const desired = desiredOf(documentOf([mapping('m')]), world);
    world.remove(one, 'missing');
    desired.apply(world.take());

    world.stale.set('Pod', 'stale');

    assert.equal(explanation(desired), 'unexplained');
  });

  it('pods that terminate or have finished are not counted as those that the workload wants', () => {
    const { world, one, two } = shop(1);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.remove(one, 'missing');
    world.put({ ...two, terminating: true });
    desired.apply(world.take());

    assert.equal(explanation(desired), 'unexplained');
  });

  it('a missing pod is explained by a namespace that terminates', () => {
    const { world, one } = shop(2);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.namespace('shop', { terminating: true });
    world.remove(one, 'missing');
    desired.apply(world.take());

    assert.equal(explanation(desired), 'namespace-terminating');
  });

  it('for a missing bare pod the pod itself is asked', () => {
    const world = new ClusterWorld('a');
    const lone = world.pod('shop', 'lone', ['10.244.0.1']);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.remove(lone, 'missing');
    desired.apply(world.take());

    assert.deepEqual(contents(desired), {});
    assert.deepEqual(desired.departure(key('a_shop_lone'), subnet), {
      explanation: 'unexplained',
      owner: { cluster: 'a', ref: { kind: 'Pod', path: lone.path, uid: lone.uid } },
      alive: false,
    });
  });

  for (const [sighting, expected] of [
    ['missing', 'unexplained'],
    ['deleted', 'deleted'],
  ] as const satisfies readonly (readonly [Sighting, string])[])
    it(`pods that leave because their Namespace is ${sighting} are ${expected}`, () => {
      const { world } = shop();
      const namespaces = { names: [], labels: selector('team=web') };
      const desired = desiredOf(documentOf([mapping('m', { from: { namespaces } })]), world);

      world.remove({ kind: 'Namespace', path: 'shop' as PodRecord['path'] }, sighting);
      desired.apply(world.take());

      assert.equal(explanation(desired), expected);
    });

  it('pods that leave because their workload is missing are unexplained, and the workload is asked', () => {
    const { world } = shop();
    const labelled = {
      ...world.get('Deployment', 'shop/web' as PodRecord['path'])!,
      labels: { tier: 'front' },
    };
    world.put(labelled);
    const desired = desiredOf(
      documentOf([mapping('m', { from: { labels: selector('tier=front') } })]),
      world,
    );

    world.remove(labelled, 'missing');
    desired.apply(world.take());

    const departure = desired.departure(web, subnet);
    assert.equal(departure?.explanation, 'unexplained');
    assert.equal(departure.owner?.ref.kind, 'Deployment');
  });

  it("a Service's address that leaves with the last missing pod behind it is no better explained than the pod", () => {
    const world = new ClusterWorld('a');
    const deployment = world.deployment('shop', 'web', { replicas: 1 });
    const labels = { app: 'web', 'pod-template-hash': '1' };
    const pod = world.podOf(deployment, 'web-1', ['10.244.0.1'], { labels });
    const loadBalancerAddresses = [ip('192.168.5.1')];
    world.service('shop', 'web', { type: 'LoadBalancer', selector: { app: 'web' }, loadBalancerAddresses });
    const desired = desiredOf(
      documentOf([mapping('m', { to: { addresses: ['loadBalancer', 'pod'] } })]),
      world,
    );

    world.remove(pod, 'missing');
    desired.apply(world.take());

    const departure = desired.departure(web, itemId('subnet', '192.168.5.1/32'));
    assert.equal(departure?.explanation, 'unexplained');
    assert.equal(departure.owner?.ref.kind, 'Deployment');
  });

  it('an address that comes back has not departed', () => {
    const { world, one } = shop();
    const desired = desiredOf(documentOf([mapping('m')]), world);
    world.remove(one, 'missing');
    desired.apply(world.take());

    world.put(one);
    desired.apply(world.take());

    assert.equal(desired.departure(web, subnet), undefined);
  });

  it('what was forgotten is not known any more', () => {
    const { world, one } = shop();
    const desired = desiredOf(documentOf([mapping('m')]), world);
    world.remove(one, 'deleted');
    desired.apply(world.take());

    desired.forgetDepartures(web, [subnet]);

    assert.equal(desired.departure(web, subnet), undefined);
  });

  it('a deletion reported after a rebuild had already noticed its effect still explains it', () => {
    const { world, one } = shop();
    const desired = desiredOf(documentOf([mapping('m')]), world);
    world.remove(one, 'deleted');
    desired.rebuild();
    const before = explanation(desired);

    desired.apply(world.take());

    assert.deepEqual([before, explanation(desired)], ['unexplained', 'deleted']);
  });

  it('a pod that was deleted and made again under its name in one batch was deleted', () => {
    const { world, one } = shop();
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.remove(one, 'deleted');
    world.put({ ...one, uid: 'another', addresses: [ip('10.244.0.7')] });
    desired.apply(world.take());

    assert.equal(explanation(desired), 'deleted');
  });
});

describe('desire: how an address left by an edit of the document', () => {
  it('what a mapping no longer wants is explained by the edit, contracts included', () => {
    const { world } = shop();
    const contracts = { provide: ['web'], consume: [], master: undefined };
    const desired = desiredOf(documentOf([mapping('m', { to: { contracts } })]), world);

    const affected = desired.setDocument(
      documentOf([mapping('m', { from: { podLabels: selector('none=here') } })]),
    );

    assert.ok(affected.has(web));
    assert.equal(explanation(desired), 'mapping-edited');
    assert.equal(desired.departure(web, itemId('provides', 'web'))?.explanation, 'mapping-edited');
  });

  it('what depends on a kind that is not read yet is not taken out by the edit, and comes back with it', () => {
    const { world } = shop();
    world.remove({ kind: 'Namespace', path: 'shop' as ObjectPath }, 'missing');
    world.stale.set('Namespace', 'unknown');
    const desired = desiredOf(documentOf([mapping('m')]), world);
    const labels = selector('team=web');

    desired.setDocument(documentOf([mapping('m', { from: { namespaces: { names: [], labels } } })]));
    const unread = [explanation(desired), desired.freshness('m' as MappingName, shortId('a'))];
    world.stale.delete('Namespace');
    world.namespace('shop', { labels: { team: 'web' } });
    desired.apply(world.take());

    assert.deepEqual(unread, ['unexplained', 'unknown']);
    assert.deepEqual(contents(desired), { a_shop_web: ['10.244.0.1', '10.244.0.2'] });
    assert.equal(desired.departure(web, subnet), undefined);
  });

  it('what a renamed key held is explained, and wanted under the new name', () => {
    const { world } = shop();
    const desired = desiredOf(documentOf([mapping('m')]), world);

    desired.setDocument(documentOf([mapping('m', { to: { name: 'new' } })]));

    assert.equal(explanation(desired), 'mapping-edited');
    assert.deepEqual(desired.wantedElsewhere(web, subnet), [key('new')]);
  });

  it('what was taken out by an edit and is deleted while it waits is deleted', () => {
    const { world, one } = shop();
    const desired = desiredOf(documentOf([mapping('m')]), world);
    desired.setDocument(documentOf([mapping('m', { from: { podLabels: selector('none=here') } })]));

    world.remove(one, 'deleted');
    const affected = desired.apply(world.take());

    assert.ok(affected.has(web));
    assert.equal(explanation(desired), 'deleted');
    assert.equal(desired.departure(web, itemId('subnet', '10.244.0.2/32'))?.explanation, 'mapping-edited');
  });

  it('what went missing before the edit is not put down to it', () => {
    const { world, one } = shop();
    const desired = desiredOf(documentOf([mapping('m')]), world);
    world.remove(one, 'missing');

    desired.setDocument(documentOf([mapping('m', { to: { whenEmpty: 'delete' } })]));

    assert.equal(explanation(desired), 'unexplained');
  });

  it('a group that takes a name over explains nothing of what the other had under it', () => {
    const { world } = shop();
    const document = documentOf([mapping('m', { to: { name: 'same' } })]);
    const desired = desiredOf(document, world);

    world.pod('aaa', 'first', ['10.244.0.9'], {});
    world.podOf(world.deployment('aaa', 'first'), 'first-1', ['10.244.0.8']);
    desired.apply(world.take());

    assert.deepEqual(contents(desired), { same: ['10.244.0.8'] });
    assert.equal(desired.departure(key('same'), subnet)?.explanation, 'unexplained');
  });
});

describe('desire: items from before this process', () => {
  it('are explained when the workload has all the pods that it wants', () => {
    const { world } = shop(2);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    const departure = desired.departure(web, itemId('subnet', '10.244.0.77/32'));

    assert.equal(departure?.explanation, 'replicas-lowered');
    assert.equal(departure.owner?.ref.kind, 'Deployment');
  });

  it('are unknown when a pod of the workload has the address: somebody took it out', () => {
    const { world } = shop(2);
    const desired = desiredOf(
      documentOf([mapping('m', { from: { podLabels: selector('none=here') } })]),
      world,
    );

    assert.equal(desired.departure(web, subnet), undefined);
  });

  it('are unknown when it wants more, when they are no pod addresses, and when the group is not there', () => {
    const { world } = shop(3);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    const found = [
      desired.departure(web, itemId('subnet', '10.244.0.77/32')),
      desired.departure(web, itemId('subnet', '192.168.5.7/32')),
      desired.departure(key('a_shop_gone'), itemId('subnet', '10.244.0.77/32')),
    ];

    assert.deepEqual(found, [undefined, undefined, undefined]);
  });

  it('what is wanted now has not departed', () => {
    const { world } = shop(2);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    assert.equal(desired.departure(web, subnet), undefined);
  });
});
