import assert from 'node:assert/strict';
import { shortId } from '../model/digest.ts';
import type { SourceName, MappingName } from '../model/identity.ts';
import { itemId } from '../model/target-object.ts';
import { ClusterWorld, ip } from './testing/cluster-world.ts';
import {
  cluster,
  contents,
  desiredOf,
  documentOf,
  fabric,
  key,
  mapping,
  prefixes,
  problemsOn,
  selector,
  wideRanges,
} from './testing/documents.ts';

const a = 'a' as SourceName;
const b = 'b' as SourceName;

describe('desire: which addresses count', () => {
  it('a pod counts from the moment it has an address, ready or not, until it is gone', () => {
    const world = new ClusterWorld('a');
    const web = world.deployment('shop', 'web');
    world.podOf(web, 'web-1', ['10.244.0.1'], { phase: 'Pending', ready: false });
    world.podOf(web, 'web-2', ['10.244.0.2'], { ready: false });
    world.podOf(web, 'web-3', ['10.244.0.3'], { terminating: true });
    world.podOf(web, 'web-4', ['10.244.0.4']);

    const desired = desiredOf(documentOf([mapping('m')]), world);

    const object = desired.get(key('a_shop_web'));
    const states = [...(object?.items.values() ?? [])].map(({ name, reasons }) => [name, reasons[0]?.state]);
    assert.deepEqual(Object.fromEntries(states), {
      '10.244.0.1/32': 'starting',
      '10.244.0.2/32': 'notReady',
      '10.244.0.3/32': 'terminating',
      '10.244.0.4/32': 'ready',
    });
  });

  it('a finished pod holds nothing, whatever its status says', () => {
    const world = new ClusterWorld('a');
    const job = world.workload('Job', 'shop', 'report');
    const owner = { kind: 'Job', path: job.path, uid: job.uid };
    world.pod('shop', 'report-1', ['10.244.0.1'], { owner, finished: true, phase: 'Succeeded' });

    const desired = desiredOf(documentOf([mapping('m')]), world);

    assert.deepEqual(contents(desired), { a_shop_report: [] });
  });

  it('a host-network pod is left out, and its workload makes no group', () => {
    const world = new ClusterWorld('a');
    const agent = world.deployment('kube-system', 'agent');
    world.podOf(agent, 'agent-1', ['10.1.0.1'], { hostNetwork: true });

    const desired = desiredOf(documentOf([mapping('m')]), world);

    assert.deepEqual(contents(desired), {});
  });

  it('a host-network pod that is asked for brings its node address, in the range of nodes', () => {
    const world = new ClusterWorld('a');
    const agent = world.deployment('kube-system', 'agent');
    world.podOf(agent, 'agent-1', ['10.1.0.1'], { hostNetwork: true });

    const desired = desiredOf(documentOf([mapping('m', { from: { hostNetwork: true } })]), world);

    assert.deepEqual(contents(desired), { 'a_kube-system_agent': ['10.1.0.1'] });
  });

  it('only the families asked for are taken', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'lone', ['10.244.0.1', 'fd00:10:244::1']);

    const desired = desiredOf(documentOf([mapping('m', { to: { families: ['ipv6'] } })]), world);

    assert.deepEqual(contents(desired), { a_shop_lone: ['fd00:10:244::1'] });
  });

  it('an address outside the ranges of its kind is refused on its key', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'lone', ['10.244.0.1', '172.16.0.1']);

    const desired = desiredOf(documentOf([mapping('m')]), world);

    assert.deepEqual(contents(desired), { a_shop_lone: ['10.244.0.1'] });
    assert.deepEqual(problemsOn(desired, 'a_shop_lone'), ['address.out-of-range']);
    assert.equal(desired.explain(ip('172.16.0.1')).problems[0]?.code, 'address.out-of-range');
  });

  it('nothing may come of a kind that has no range', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'lone', ['10.244.0.1']);
    const document = documentOf([mapping('m')], [cluster('a', { ...wideRanges, pods: prefixes() })]);

    const desired = desiredOf(document, world);

    assert.deepEqual(contents(desired), { a_shop_lone: [] });
  });

  it('running pods without an address are counted once per group', () => {
    const world = new ClusterWorld('a');
    const web = world.deployment('shop', 'web');
    for (const name of ['web-1', 'web-2']) world.podOf(web, name, []);
    world.podOf(web, 'web-3', [], { phase: 'Pending' });

    const desired = desiredOf(documentOf([mapping('m')]), world);

    const [found] = desired.get(key('a_shop_web'))?.problems ?? [];
    assert.deepEqual(found, { code: 'address.none', detail: '2 running pods' });
  });

  it('many refusals on one key are named up to ten, and counted', () => {
    const world = new ClusterWorld('a');
    const web = world.deployment('shop', 'web');
    for (let i = 0; i < 25; i += 1) world.podOf(web, `web-${i}`, [`172.16.0.${i}`]);

    const desired = desiredOf(documentOf([mapping('m')]), world);

    const problems = desired.get(key('a_shop_web'))?.problems ?? [];
    assert.equal(problems.length, 11);
    assert.equal(problems.at(-1)?.detail, 'and 15 more like these');
  });

  it('nodes bring their addresses to a mapping of nodes', () => {
    const world = new ClusterWorld('a');
    world.node('node-1', ['10.1.0.1'], { labels: { role: 'edge' } });
    world.node('node-2', ['10.1.0.2']);
    const from = { kind: 'node', groupBy: 'mapping', labels: selector('role=edge') } as const;

    const desired = desiredOf(
      documentOf([mapping('m', { from, to: { addresses: ['node'], name: '{mapping}_nodes' } })]),
      world,
    );

    assert.deepEqual(contents(desired), { m_nodes: ['10.1.0.1'] });
  });
});

describe('desire: what a mapping selects', () => {
  it('a namespace is selected by name or by labels', () => {
    const world = new ClusterWorld('a');
    world.namespace('blue', { labels: { team: 'web' } });
    world.namespace('red');
    world.namespace('shop');
    for (const [i, namespace] of ['blue', 'red', 'shop'].entries())
      world.pod(namespace, 'lone', [`10.244.0.${i}`]);
    const namespaces = { names: ['shop'], labels: selector('team=web') };

    const desired = desiredOf(documentOf([mapping('m', { from: { namespaces } })]), world);

    assert.deepEqual(Object.keys(contents(desired)), ['a_blue_lone', 'a_shop_lone']);
  });

  it('labels are those of the workload, podLabels those of its pods', () => {
    const world = new ClusterWorld('a');
    const web = world.deployment('shop', 'web', { labels: { tier: 'front' } });
    const db = world.deployment('shop', 'db', { labels: { tier: 'back' } });
    world.podOf(web, 'web-1', ['10.244.0.1'], { labels: { track: 'stable', 'pod-template-hash': '1' } });
    world.podOf(web, 'web-2', ['10.244.0.2'], { labels: { track: 'canary', 'pod-template-hash': '1' } });
    world.podOf(db, 'db-1', ['10.244.0.3'], { labels: { track: 'stable', 'pod-template-hash': '1' } });
    const from = { labels: selector('tier=front'), podLabels: selector('track=stable') };

    const desired = desiredOf(documentOf([mapping('m', { from })]), world);

    assert.deepEqual(contents(desired), { a_shop_web: ['10.244.0.1'] });
  });

  it('only the kinds of workload asked for are taken', () => {
    const world = new ClusterWorld('a');
    world.podOf(world.deployment('shop', 'web'), 'web-1', ['10.244.0.1']);
    world.pod('shop', 'lone', ['10.244.0.2']);

    const desired = desiredOf(documentOf([mapping('m', { from: { workloads: ['Pod'] } })]), world);

    assert.deepEqual(contents(desired), { a_shop_lone: ['10.244.0.2'] });
  });

  it('pods keep the group of their Deployment after it and its ReplicaSet are gone', () => {
    const world = new ClusterWorld('a');
    const web = world.deployment('shop', 'web');
    const pod = world.podOf(web, 'web-1', ['10.244.0.1']);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.remove(web);
    world.remove({ kind: 'ReplicaSet', path: pod.owner!.path });
    world.put({ ...pod, terminating: true });
    desired.apply(world.take());

    assert.deepEqual(contents(desired), { a_shop_web: ['10.244.0.1'] });
    assert.equal(desired.get(key('a_shop_web'))?.owner?.ref.kind, 'ReplicaSet');
  });

  it('a pod whose controller is of an unknown kind is no bare pod', () => {
    const world = new ClusterWorld('a');
    const owner = { kind: 'Node', path: world.node('node-1', []).path, uid: 'n' };
    world.pod('kube-system', 'etcd', ['10.244.0.9'], { owner });

    const desired = desiredOf(documentOf([mapping('m')]), world);

    assert.deepEqual(contents(desired), {});
  });

  it('a workload without pods keeps its group, and says which workload it is', () => {
    const world = new ClusterWorld('a');
    const web = world.deployment('shop', 'web', { replicas: 0 });

    const desired = desiredOf(documentOf([mapping('m')]), world);

    const object = desired.get(key('a_shop_web'));
    assert.equal(object?.items.size, 0);
    assert.equal(object.group, 'a/shop/web');
    assert.deepEqual(object.owner, {
      cluster: 'a',
      ref: { kind: 'Deployment', path: web.path, uid: web.uid },
    });
  });
});

describe('desire: Services', () => {
  const loadBalanced = {
    type: 'LoadBalancer',
    selector: { app: 'web' },
    loadBalancerAddresses: [ip('192.168.5.1')],
    clusterAddresses: [ip('10.96.0.1')],
  } as const;
  const addresses = ['pod', 'loadBalancer'] as const;

  it("a workload has the load-balancer addresses of the Services that select one of its pods, and not the cluster's", () => {
    const world = new ClusterWorld('a');
    const web = world.deployment('shop', 'web');
    world.podOf(web, 'web-1', ['10.244.0.1'], { labels: { app: 'web', 'pod-template-hash': '1' } });
    world.podOf(world.deployment('shop', 'db'), 'db-1', ['10.244.0.2']);
    world.service('shop', 'front', loadBalanced);
    world.service('other', 'front', { ...loadBalanced, loadBalancerAddresses: [ip('192.168.5.2')] });

    const desired = desiredOf(documentOf([mapping('m', { to: { addresses } })]), world);

    assert.deepEqual(contents(desired), {
      a_shop_db: ['10.244.0.2'],
      a_shop_web: ['10.244.0.1', '192.168.5.1'],
    });
  });

  it('a Service contributes to a workload from the notice of its first pod on', () => {
    const world = new ClusterWorld('a');
    const web = world.deployment('shop', 'web');
    world.service('shop', 'front', loadBalanced);
    const desired = desiredOf(documentOf([mapping('m', { to: { addresses } })]), world);

    world.podOf(web, 'web-1', ['10.244.0.1'], { labels: { app: 'web', 'pod-template-hash': '1' } });
    const affected = desired.apply(world.take());

    assert.deepEqual([...affected], [key('a_shop_web')]);
    assert.deepEqual(contents(desired), { a_shop_web: ['10.244.0.1', '192.168.5.1'] });
  });

  it('a mapping of Services takes their addresses and the pods that they select', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'one', ['10.244.0.1'], { labels: { app: 'web' } });
    world.pod('shop', 'two', ['10.244.0.2'], { labels: { app: 'db' } });
    world.service('shop', 'front', loadBalanced);
    const from = { kind: 'service', groupBy: 'service' } as const;
    const to = { addresses, name: '{namespace}_{service}' };

    const desired = desiredOf(documentOf([mapping('m', { from, to })]), world);

    assert.deepEqual(contents(desired), { shop_front: ['10.244.0.1', '192.168.5.1'] });
    assert.equal(desired.get(key('shop_front'))?.owner?.ref.kind, 'Service');
  });

  it('pods follow the selector of their Service', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'one', ['10.244.0.1'], { labels: { app: 'web' } });
    world.pod('shop', 'two', ['10.244.0.2'], { labels: { app: 'db' } });
    const front = world.service('shop', 'front', loadBalanced);
    const from = { kind: 'service', groupBy: 'service' } as const;
    const to = { addresses: ['pod'] as const, name: '{namespace}_{service}' };
    const desired = desiredOf(documentOf([mapping('m', { from, to })]), world);

    world.put({ ...front, selector: { app: 'db' } });
    desired.apply(world.take());

    assert.deepEqual(contents(desired), { shop_front: ['10.244.0.2'] });
  });

  it('a Service with only a host name, and one without an address yet, say so on their keys', () => {
    const world = new ClusterWorld('a');
    world.service('shop', 'named', { type: 'LoadBalancer', loadBalancerHostnames: ['lb.example'] });
    world.service('shop', 'young', { type: 'LoadBalancer' });
    const from = { kind: 'service', groupBy: 'service' } as const;
    const to = { addresses: ['loadBalancer'] as const, name: '{service}' };

    const desired = desiredOf(documentOf([mapping('m', { from, to })]), world);

    assert.deepEqual(problemsOn(desired, 'named'), ['address.hostname-only']);
    assert.deepEqual(problemsOn(desired, 'young'), ['address.none']);
  });

  it('a Service that can have no address of the kinds asked for makes no group', () => {
    const world = new ClusterWorld('a');
    world.service('shop', 'inner', { selector: { app: 'web' }, clusterAddresses: [ip('10.96.0.1')] });
    world.service('shop', 'alias', { type: 'ExternalName' });
    const from = { kind: 'service', groupBy: 'service' } as const;
    const to = { addresses: ['loadBalancer'] as const, name: '{service}' };

    const desired = desiredOf(documentOf([mapping('m', { from, to })]), world);

    assert.deepEqual(contents(desired), {});
  });
});

describe('desire: groups and names', () => {
  it('groups by namespace, and by mapping over all clusters', () => {
    const one = new ClusterWorld('a');
    const two = new ClusterWorld('b');
    one.pod('shop', 'x', ['10.244.0.1']);
    two.pod('bank', 'y', ['10.244.0.2']);
    const clusters = [a, b];
    const document = documentOf([
      mapping('n', {
        from: { sources: clusters, groupBy: 'namespace' },
        to: { name: '{cluster}_{namespace}' },
      }),
      mapping('all', { from: { sources: clusters, groupBy: 'mapping' }, to: { name: '{mapping}' } }),
    ]);

    const desired = desiredOf(document, one, two);

    assert.deepEqual(contents(desired), {
      a_shop: ['10.244.0.1'],
      all: ['10.244.0.1', '10.244.0.2'],
      b_bank: ['10.244.0.2'],
    });
  });

  it('of two groups that render one name the first in order has it, and nothing is merged', () => {
    const world = new ClusterWorld('a');
    world.podOf(world.deployment('shop', 'web'), 'web-1', ['10.244.0.1']);
    const set = world.workload('StatefulSet', 'shop', 'web');
    world.pod('shop', 'web-0', ['10.244.0.2'], {
      owner: { kind: 'StatefulSet', path: set.path, uid: set.uid },
    });

    const desired = desiredOf(documentOf([mapping('m')]), world);

    assert.deepEqual(contents(desired), { a_shop_web: ['10.244.0.1'] });
    assert.deepEqual(problemsOn(desired, 'a_shop_web'), ['name.collision']);
    assert.deepEqual(
      desired.problems('m' as MappingName).map(({ code }) => code),
      ['name.collision'],
    );
  });

  it('the earlier mapping of the document has a name that two mappings render', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'x', ['10.244.0.1']);
    world.pod('bank', 'y', ['10.244.0.2']);
    const only = (name: string) => ({ names: [name], labels: undefined });
    const document = documentOf([
      mapping('z', { from: { namespaces: only('bank') }, to: { name: 'same' } }),
      mapping('m', { from: { namespaces: only('shop') }, to: { name: 'same' } }),
    ]);

    const desired = desiredOf(document, world);

    assert.deepEqual(contents(desired), { same: ['10.244.0.2'] });
    assert.deepEqual(desired.wantedElsewhere(key('other'), itemId('subnet', '10.244.0.1/32')), []);
  });

  it('marks carry the cluster, and - where several contribute', () => {
    const one = new ClusterWorld('a');
    const two = new ClusterWorld('b');
    one.pod('shop', 'x', ['10.244.0.1']);
    two.pod('shop', 'y', ['10.244.0.1']);
    two.pod('shop', 'z', ['10.244.0.2']);
    const from = { sources: [a, b], groupBy: 'mapping' } as const;

    const desired = desiredOf(documentOf([mapping('m', { from, to: { name: 'all' } })]), one, two);

    const object = desired.get(key('all'));
    assert.deepEqual(object?.mark, { instance: '7f3a', mapping: shortId('m'), source: '-' });
    assert.equal(object.items.get(itemId('subnet', '10.244.0.1/32'))?.mark.source, '-');
    assert.equal(object.items.get(itemId('subnet', '10.244.0.1/32'))?.reasons.length, 2);
    assert.equal(object.items.get(itemId('subnet', '10.244.0.2/32'))?.mark.source, shortId('b'));
  });

  it('contracts and scope come from the mapping', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'x', ['10.244.0.1']);
    const contracts = { provide: ['web'], consume: ['dns'], master: 'base' };
    const scope = ['shared-security', 'import-security'] as const;

    const desired = desiredOf(documentOf([mapping('m', { to: { contracts, scope } })]), world);

    const items = desired.get(key('a_shop_x'))?.items;
    assert.deepEqual([...(items?.keys() ?? [])].toSorted(), [
      'consumes:dns',
      'inherits:base',
      'provides:web',
      'subnet:10.244.0.1/32',
    ]);
    assert.deepEqual(items?.get(itemId('subnet', '10.244.0.1/32'))?.attributes, {
      scope: 'import-security,shared-security',
    });
  });
});

describe('desire: the mapping as a whole', () => {
  it('says when it selects nothing, once its sources are certain', () => {
    const world = new ClusterWorld('a');
    world.stale.set('Pod', 'unknown');
    const desired = desiredOf(documentOf([mapping('m')]), world);
    const before = desired.problems('m' as MappingName);

    world.stale.clear();
    const after = desired.problems('m' as MappingName);

    assert.deepEqual(before, []);
    assert.deepEqual(
      after.map(({ code }) => code),
      ['mapping.empty'],
    );
  });

  it('is as fresh as the worst kind that it is read from', () => {
    const world = new ClusterWorld('a');
    world.stale.set('ReplicaSet', 'stale');
    world.stale.set('Service', 'unknown');
    const desired = desiredOf(
      documentOf([
        mapping('pods', { from: { workloads: ['Deployment'] } }),
        mapping('sets', { from: { workloads: ['StatefulSet'] } }),
        mapping('lbs', { to: { addresses: ['loadBalancer'] } }),
      ]),
      world,
    );

    const freshness = ['pods', 'sets', 'lbs'].map((name) =>
      desired.freshness(name as MappingName, shortId('a')),
    );

    assert.deepEqual(freshness, ['stale', 'synced', 'unknown']);
  });

  it('a cluster that is not followed is unknown; one that the mapping does not name is as certain as all that it names', () => {
    const world = new ClusterWorld('a');
    const desired = desiredOf(documentOf([mapping('m', { from: { sources: [a, b] } })]), world);
    const of = (source: Parameters<typeof desired.freshness>[1]) =>
      desired.freshness('m' as MappingName, source);

    assert.deepEqual(
      [of(shortId('a')), of(shortId('b')), of('-'), of(shortId('c'))],
      ['synced', 'unknown', 'unknown', 'unknown'],
    );
    const alone = desiredOf(documentOf([mapping('m', { from: { sources: [a] } })]), new ClusterWorld('a'));
    assert.equal(alone.freshness('m' as MappingName, shortId('c')), 'synced');
  });

  it('explains an address by everything that has it, and where it is wanted', () => {
    const world = new ClusterWorld('a');
    world.podOf(world.deployment('shop', 'web'), 'web-1', ['10.244.0.1']);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    const { reasons, wantedIn } = desired.explain(ip('10.244.0.1'));

    assert.deepEqual(wantedIn, [key('a_shop_web')]);
    assert.deepEqual(
      reasons.map(({ origin, owner, state }) => [origin.path, owner?.kind, state]),
      [['shop/web-1', 'Deployment', 'ready']],
    );
  });

  it('lists keys by system', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'x', ['10.244.0.1']);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    assert.deepEqual([...desired.keys(fabric)], [key('a_shop_x')]);
    assert.deepEqual([...desired.keys('dc2' as typeof fabric)], []);
  });
});
