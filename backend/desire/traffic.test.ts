/**
 * Pools and redirect policies fed by Services: their EndpointSlices, their ports, and the nodes behind them.
 */
import assert from 'node:assert/strict';
import type { PodRecord } from '../model/cluster-records.ts';
import type { PoolTarget, Target } from '../model/mapping.ts';
import { itemId } from '../model/target-object.ts';
import type { DesiredState } from './desired-state.ts';
import { endpointOf, ip, port } from './testing/cluster-world.ts';
import { backends, policyKey, policyTarget, poolTarget, selector } from './testing/documents.ts';
import { fed, shop, told, web } from './testing/shop.ts';

const weights = (desired: DesiredState, key = web): Record<string, string | undefined> =>
  Object.fromEntries(
    [...(desired.get(key)?.items.values() ?? [])].map(({ name, attributes }) => [name, attributes['weight']]),
  );

describe('desire: a Service gives traffic to', () => {
  it('endpoints that are ready, and lets the others finish', () => {
    const { world, service, pods } = shop(3);
    const [one, two, three] = pods as [PodRecord, PodRecord, PodRecord];
    world.slice(service, [
      endpointOf(one),
      endpointOf(two, { ready: false, serving: false }),
      endpointOf(three, { ready: false, serving: true, terminating: true }),
    ]);

    const desired = fed(world, [poolTarget()]);

    assert.deepEqual(backends(desired, web), [
      '10.244.0.1:8080',
      '10.244.0.2:8080 (leaving)',
      '10.244.0.3:8080 (leaving)',
    ]);
  });

  it('endpoints that serve while they terminate, where the mapping says so', () => {
    const { world, service, pods } = shop(2);
    const [one, two] = pods as [PodRecord, PodRecord];
    world.slice(service, [
      endpointOf(one, { ready: false, serving: true, terminating: true }),
      endpointOf(two, { ready: false, serving: false, terminating: true }),
    ]);

    const desired = fed(world, [poolTarget({ readiness: 'serving' })]);

    assert.deepEqual(backends(desired, web), ['10.244.0.1:8080', '10.244.0.2:8080 (leaving)']);
  });

  it('no endpoint that terminates, even when the Service publishes it as ready', () => {
    const { world, service, pods } = shop(1);
    world.slice(service, [endpointOf(pods[0]!, { ready: true, serving: true, terminating: true })]);

    const desired = fed(world, [poolTarget()]);

    assert.deepEqual(backends(desired, web), ['10.244.0.1:8080 (leaving)']);
  });

  it('the endpoints of all its slices, those of either family in policies of their own', () => {
    const { world, service } = shop(0);
    const dual = world.pod('shop', 'p1', ['10.244.0.1', 'fd00:10:244::1']);
    const [four, six] = dual.addresses.map((address) => endpointOf(dual, { addresses: [address] }));
    world.slice(service, [four!], { suffix: 'v4' });
    world.slice(service, [six!], { suffix: 'v6' });

    const desired = fed(world, [
      policyTarget({ families: ['ipv4'], ipSla: 'tcp80' }),
      policyTarget({ families: ['ipv6'], name: '{service}_v6', ipSla: 'tcp80' }),
      poolTarget(),
    ]);

    assert.deepEqual(backends(desired, policyKey('web')), ['10.244.0.1']);
    assert.deepEqual(backends(desired, policyKey('web_v6')), ['fd00:10:244::1']);
    assert.deepEqual(backends(desired, web), ['10.244.0.1:8080', '[fd00:10:244::1]:8080']);
    const groups = [policyKey('web'), policyKey('web_v6')].map(
      (key) =>
        [...desired.get(key)!.items.values()].find(({ kind }) => kind === 'destination')?.attributes[
          'healthGroup'
        ],
    );
    assert.equal(groups[0], groups[1], 'both addresses of a pod go down together');
    assert.ok(groups[0]);
  });

  it('an endpoint that is in two slices, for as long as one has it', () => {
    const { world, service, pods } = shop(1);
    world.slice(service, [endpointOf(pods[0]!)], { suffix: '1' });
    const second = world.slice(service, [endpointOf(pods[0]!)], { suffix: '2' });
    const desired = fed(world, [poolTarget()]);

    world.remove(second);
    told(desired, world);

    assert.deepEqual(backends(desired, web), ['10.244.0.1:8080']);
    assert.equal(desired.departure(web, itemId('member', '10.244.0.1:8080')), undefined);
  });

  it('nothing without endpoints, and its pool stays', () => {
    const { world } = shop(1);

    const desired = fed(world, [poolTarget()]);

    assert.deepEqual([...desired.keys(desired.get(web)!.key.system)], [web]);
    assert.deepEqual(backends(desired, web), []);
  });

  it('no endpoint whose pod is on the host network, unless asked for', () => {
    const { world, service } = shop(0);
    const host = world.pod('shop', 'h', ['10.1.0.9'], { hostNetwork: true });
    world.slice(service, [endpointOf(host)]);

    const without = fed(world, [poolTarget()]);
    const asked = fed(world, [poolTarget()], { hostNetwork: true });

    assert.deepEqual(backends(without, web), []);
    assert.deepEqual(backends(asked, web), ['10.1.0.9:8080']);
  });

  it('only pods with the labels that the mapping wants', () => {
    const { world, service, pods } = shop(1);
    const canary = world.pod('shop', 'c', ['10.244.0.9'], { labels: { track: 'canary' } });
    world.slice(service, [endpointOf(pods[0]!), endpointOf(canary)]);

    const desired = fed(world, [poolTarget()], { podLabels: selector('track=canary') });

    assert.deepEqual(backends(desired, web), ['10.244.0.9:8080']);
  });

  it('a pod once it is relabelled to match, though its slice is the same', () => {
    const { world, service, pods } = shop(1);
    world.slice(service, [endpointOf(pods[0]!)]);
    const desired = fed(world, [poolTarget()], { podLabels: selector('track=canary') });

    world.put({ ...pods[0]!, labels: { track: 'canary' } });
    told(desired, world);

    assert.deepEqual(backends(desired, web), ['10.244.0.1:8080']);
  });

  it('nothing that is out of range, and says so', () => {
    const { world, service, pods } = shop(1);
    world.slice(service, [
      endpointOf(pods[0]!),
      { ...endpointOf(pods[0]!), addresses: [ip('172.16.0.1')], target: undefined },
    ]);

    const desired = fed(world, [poolTarget()]);

    assert.deepEqual(backends(desired, web), ['10.244.0.1:8080']);
    assert.deepEqual(
      desired.get(web)?.problems.map(({ code }) => code),
      ['address.out-of-range'],
    );
  });
});

describe('desire: the port of a member', () => {
  const choose = (chosen: PoolTarget['port']): readonly Target[] => [poolTarget({ port: chosen })];

  it('by the name that the Service has for it is that of each slice', () => {
    const { world, service, pods } = shop(2, { ports: [{ ...port('http', 80), nodePort: 0 }] });
    const [one, two] = pods as [PodRecord, PodRecord];
    world.slice(service, [endpointOf(one)], { suffix: '1', ports: [port('http', 8080)] });
    world.slice(service, [endpointOf(two)], { suffix: '2', ports: [port('http', 9090)] });

    const desired = fed(world, choose({ name: 'http' }));

    assert.deepEqual(backends(desired, web), ['10.244.0.1:8080', '10.244.0.2:9090']);
  });

  it('by the name of a container port is that of each pod', () => {
    const { world, service } = shop(0);
    const one = world.pod('shop', 'p1', ['10.244.0.1'], { ports: [port('admin', 9901)] });
    const two = world.pod('shop', 'p2', ['10.244.0.2'], { ports: [port('admin', 9902)] });
    world.slice(service, [endpointOf(one), endpointOf(two)]);

    const desired = fed(world, choose({ container: 'admin' }));

    assert.deepEqual(backends(desired, web), ['10.244.0.1:9901', '10.244.0.2:9902']);
  });

  it('that nobody has makes no member, and is a problem on the pool', () => {
    const { world, service, pods } = shop(1);
    world.slice(service, [endpointOf(pods[0]!)], { ports: [port('http', 8080)] });

    for (const chosen of [{ name: 'https' }, { container: 'https' }]) {
      const desired = fed(world, choose(chosen));

      assert.deepEqual(backends(desired, web), []);
      assert.deepEqual(
        desired.get(web)?.problems.map(({ code }) => code),
        ['port.not-found'],
      );
    }
  });

  it('that changes makes another member, and the old one leaves alive', () => {
    const { world, service, pods } = shop(1);
    world.slice(service, [endpointOf(pods[0]!)], { ports: [port('http', 8080)] });
    const desired = fed(world, choose({ name: 'http' }));

    world.slice(service, [endpointOf(pods[0]!)], { ports: [port('http', 9090)] });
    told(desired, world);

    assert.deepEqual(backends(desired, web), ['10.244.0.1:9090']);
    assert.deepEqual(desired.departure(web, itemId('member', '10.244.0.1:8080')), {
      explanation: 'no-longer-qualifies',
      owner: undefined,
      alive: true,
    });
  });
});

describe('desire: nodes as destinations of a Service', () => {
  const nodes = (given: Partial<PoolTarget> = {}): readonly Target[] => [
    poolTarget({ destinations: 'node', port: { number: 30_080 }, weights: true, ...given }),
  ];

  it('are those with a ready pod of their own, weighted by how many', () => {
    const { world, service, pods } = shop(3);
    const [one, two, three] = pods as [PodRecord, PodRecord, PodRecord];
    const second = world.pod('shop', 'p4', ['10.244.0.4'], { node: 'node-1' });
    world.slice(service, [
      endpointOf(one),
      endpointOf(second),
      endpointOf(two),
      endpointOf(three, { ready: false, serving: false }),
    ]);

    const desired = fed(world, nodes());

    assert.deepEqual(backends(desired, web), [
      '10.1.0.1:30080',
      '10.1.0.2:30080',
      '10.1.0.3:30080 (leaving)',
    ]);
    assert.equal(weights(desired)['10.1.0.1:30080'], '2');
    assert.equal(weights(desired)['10.1.0.2:30080'], '1');
  });

  it('count a pod once that its Service shows in a slice of each family', () => {
    const { world, service, pods } = shop(1);
    const [one] = pods as [PodRecord];
    world.slice(service, [endpointOf(one)]);
    world.slice(service, [{ ...endpointOf(one), addresses: [ip('fd00:10:244::1')] }], { suffix: 'v6' });

    const desired = fed(world, nodes());

    assert.equal(weights(desired)['10.1.0.1:30080'], '1');
  });

  it('leave when the node is not ready, and come back with it', () => {
    const { world, service, pods } = shop(2);
    world.slice(
      service,
      pods.map((each) => endpointOf(each)),
    );
    const desired = fed(world, nodes());

    world.node('node-2', ['10.1.0.2'], { ready: false });
    const affected = desired.apply(world.take());
    const without = backends(desired, web);
    world.node('node-2', ['10.1.0.2']);
    told(desired, world);

    assert.deepEqual([...affected], [web]);
    assert.deepEqual(without, ['10.1.0.1:30080', '10.1.0.2:30080 (leaving)']);
    assert.deepEqual(backends(desired, web), ['10.1.0.1:30080', '10.1.0.2:30080']);
  });

  it('take the node port of the Service port of that name', () => {
    const { world, service, pods } = shop(1, {
      type: 'NodePort',
      ports: [
        { ...port('http', 80), nodePort: 30_123 },
        { ...port('grpc', 81), nodePort: 0 },
      ],
    });
    world.slice(service, [endpointOf(pods[0]!)], { ports: [port('http', 8080), port('grpc', 8081)] });

    const named = fed(world, nodes({ port: { name: 'http' } }));
    const without = fed(world, nodes({ port: { name: 'grpc' } }));

    assert.deepEqual(backends(named, web), ['10.1.0.1:30123']);
    assert.deepEqual(backends(without, web), []);
    assert.deepEqual(
      without.get(web)?.problems.map(({ code }) => code),
      ['port.not-found'],
    );
  });

  it('are destinations of a redirect policy with the weight and health group of the node', () => {
    const { world, service, pods } = shop(1);
    const second = world.pod('shop', 'p4', ['10.244.0.4'], { node: 'node-1' });
    world.slice(service, [endpointOf(pods[0]!), endpointOf(second)]);

    const desired = fed(world, [policyTarget({ destinations: 'node', weights: true, ipSla: 'tcp80' })]);

    const items = [...desired.get(policyKey('web'))!.items.values()];
    assert.deepEqual(
      items.map(({ id, attributes }) => [id, attributes]),
      [
        ['destination:10.1.0.1', { weight: '2', mac: '', healthGroup: 'a_node-1' }],
        ['ipSla:tcp80', {}],
      ],
    );
  });

  it('are wanted without the MAC address and the health group that the mapping does not give', () => {
    const { world, service, pods } = shop(1);
    world.slice(service, [endpointOf(pods[0]!)]);

    const desired = fed(world, [policyTarget()]);

    const items = [...desired.get(policyKey('web'))!.items.values()];
    assert.deepEqual(
      items.map(({ attributes }) => attributes),
      [{ mac: '', healthGroup: '' }],
    );
  });
});
