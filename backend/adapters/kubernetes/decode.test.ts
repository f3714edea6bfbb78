import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ClusterKind, RecordOf } from '../../model/cluster-records.ts';
import type { DecodeContext } from './decode.ts';
import { createInterner } from './interner.ts';
import { kindTable } from './kinds.ts';

const kinds = Object.keys(kindTable) as ClusterKind[];

function newContext(): DecodeContext & { readonly bad: unknown[] } {
  const bad: unknown[] = [];
  return { interner: createInterner(), onBadAddress: (value) => void bad.push(value), bad };
}

const metadata = { name: 'web', namespace: 'shop', uid: 'uid-1', resourceVersion: '7' };

function decode<Kind extends ClusterKind>(
  kind: Kind,
  object: object,
  context = newContext(),
): RecordOf<Kind> {
  const record = kindTable[kind].decode({ metadata, ...object }, context);
  assert.ok(record !== undefined);
  return record as RecordOf<Kind>;
}

/** Objects that have the right fields with any values in them. */
const likeObjects = fc.dictionary(
  fc.constantFrom('metadata', 'spec', 'status', 'endpoints', 'addressType'),
  fc.oneof(
    fc.jsonValue(),
    fc.dictionary(
      fc.constantFrom(
        ...['name', 'uid', 'namespace', 'labels', 'ownerReferences', 'podIPs', 'conditions', 'clusterIPs'],
        ...[
          'addresses',
          'containerStatuses',
          'loadBalancer',
          'selector',
          'startTime',
          'replicas',
          '__proto__',
        ],
      ),
      fc.jsonValue(),
    ),
  ),
);

describe('decoding', () => {
  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.oneof(fc.jsonValue(), likeObjects), (kind, value) => {
        const record = kindTable[kind].decode(value, newContext());

        assert.ok(record === undefined || (record.kind === kind && Object.isFrozen(record)));
      }),
      { numRuns: 500 },
    );
  });

  it('gives a record wherever there is a name and a uid, whatever else there is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), likeObjects, (kind, value) => {
        const named = { ...value, metadata: { name: 'web', uid: 'uid-1' } };

        assert.equal(kindTable[kind].decode(named, newContext())?.path, 'web');
      }),
    );
  });

  it('shares equal label sets, and keeps labels of any name', () => {
    const context = newContext();
    const labels = JSON.parse('{"b":"2","a":"","__proto__":"x"}') as object;

    const one = decode('Service', { metadata: { ...metadata, labels } }, context);
    const two = decode('Service', { metadata: { ...metadata, labels: { ...labels } } }, context);

    assert.equal(one.labels, two.labels);
    assert.deepEqual(Object.entries(one.labels), [
      ['__proto__', 'x'],
      ['a', ''],
      ['b', '2'],
    ]);
    assert.ok(Object.isFrozen(one.labels));
  });

  it('leaves out addresses that are none, and counts them', () => {
    const context = newContext();
    const spec = { clusterIPs: ['10.96.0.9', '10.1', '10.0.0.300', 'FD00::0:1', '10.96.0.9', 7] };

    const service = decode('Service', { spec }, context);

    assert.deepEqual(service.clusterAddresses, ['10.96.0.9', 'fd00::1']);
    assert.equal(context.bad.length, 2);
  });

  it('reads what a Service is known by', () => {
    const service = decode('Service', {
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.96.0.9',
        externalIPs: ['192.0.2.1'],
        selector: { app: 'web' },
      },
      status: { loadBalancer: { ingress: [{ ip: '192.168.5.1' }, { hostname: 'lb.example' }, {}] } },
    });

    assert.equal(service.type, 'LoadBalancer');
    assert.deepEqual(service.selector, { app: 'web' });
    assert.deepEqual(service.clusterAddresses, ['10.96.0.9']);
    assert.deepEqual(service.externalAddresses, ['192.0.2.1']);
    assert.deepEqual(service.loadBalancerAddresses, ['192.168.5.1']);
    assert.deepEqual(service.loadBalancerHostnames, ['lb.example']);
  });

  it('takes the word None of a headless Service for no address', () => {
    const context = newContext();

    const service = decode('Service', { spec: { clusterIP: 'None', clusterIPs: ['None'] } }, context);

    assert.deepEqual(service.clusterAddresses, []);
    assert.deepEqual(context.bad, []);
  });

  it('reads internal and external addresses of a node, not its names', () => {
    const addresses = [
      { type: 'Hostname', address: 'node-1' },
      { type: 'InternalIP', address: '10.1.0.1' },
      { type: 'ExternalIP', address: '192.0.2.9' },
    ];

    const node = decode('Node', {
      status: { addresses, conditions: [{ type: 'Ready', status: 'True' }] },
    });

    assert.deepEqual(node.addresses, ['10.1.0.1', '192.0.2.9']);
    assert.equal(node.ready, true);
  });

  it('takes endpoint conditions that are not said for ready and serving', () => {
    const slice = decode('EndpointSlice', {
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: [
        { addresses: ['10.244.0.7'], targetRef: { kind: 'Pod', name: 'web-1', namespace: 'shop', uid: 'u' } },
        { addresses: ['10.244.0.8'], conditions: { ready: false } },
        { addresses: ['10.244.0.9'], conditions: { ready: false, serving: true, terminating: true } },
      ],
    });

    assert.equal(slice.service, 'shop/web');
    assert.deepEqual(
      slice.endpoints.map(({ ready, serving, terminating }) => [ready, serving, terminating]),
      [
        [true, true, false],
        [false, false, false],
        [false, true, true],
      ],
    );
    assert.deepEqual(slice.endpoints[0]?.target, { kind: 'Pod', path: 'shop/web-1', uid: 'u' });
  });
});
