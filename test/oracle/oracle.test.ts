import assert from 'node:assert/strict';
import { readDocument } from './document.ts';
import { fits, type RawCluster } from './kubernetes.ts';
import { wishes } from './oracle.ts';

const yaml = `
version: 1
instance: lab0
clusters:
  - { name: c1, ranges: { pods: [10.0.0.0/8, "fd00::/16"], loadBalancers: [192.168.5.0/24] } }
mappings:
  - name: pods
    mode: full
    from: { kind: workload, clusters: [c1], namespaces: { names: [shop] } }
    to: { externalEpg: { tenant: k8s, l3out: out, name: "{cluster}_{namespace}_{workload}" } }
  - name: services
    mode: full
    from: { kind: service, clusters: [c1] }
    to: { externalEpg: { tenant: k8s, l3out: out, name: "lb_{service}", addresses: [loadBalancer] } }
`;

interface PodWish {
  readonly ip: string;
  readonly phase?: string;
  readonly ends?: boolean;
  readonly started?: string;
  readonly owner?: string;
}

function pod(
  name: string,
  { ip, phase = 'Running', ends = false, started = '1', owner = 'web' }: PodWish,
): object {
  return {
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      ...(ends && { deletionTimestamp: 'now' }),
      ownerReferences: [{ kind: 'StatefulSet', name: owner, controller: true }],
    },
    spec: {},
    status: { phase, startTime: started, podIPs: [{ ip }] },
  };
}

function held(objects: readonly object[]): Record<string, string[]> {
  const all = objects as { kind: string }[];
  const cluster: RawCluster = { list: (kind) => all.filter((object) => object.kind === kind) };
  return Object.fromEntries(
    [...wishes(readDocument(yaml), new Map([['c1', cluster]])).values()].map(({ dn, prefixes }) => [
      dn.slice(dn.indexOf('instP-') + 6),
      [...prefixes],
    ]),
  );
}

describe('the oracle', () => {
  it('gives a group the addresses of its pods, both families, in canonical text', () => {
    const found = held([pod('web-0', { ip: '10.0.0.1' }), pod('web-1', { ip: 'FD00:0::1' })]);

    assert.deepEqual(found, { c1_shop_web: ['10.0.0.1/32', 'fd00::1/128'] });
  });

  it('leaves out what has ended, what is out of range and what is elsewhere', () => {
    const found = held([
      pod('web-0', { ip: '10.0.0.1', phase: 'Failed' }),
      pod('web-1', { ip: '172.16.0.1' }),
      { ...pod('web-2', { ip: '10.0.0.2' }), metadata: { name: 'web-2', namespace: 'other' } },
    ]);

    assert.deepEqual(found, { c1_shop_web: [] });
  });

  it('gives an address that two pods show to the one that stays, then to the one that started last', () => {
    const found = held([
      pod('a-0', { ip: '10.0.0.1', ends: true, started: '9', owner: 'a' }),
      pod('b-0', { ip: '10.0.0.1', started: '1', owner: 'b' }),
      pod('b-1', { ip: '10.0.0.2', started: '1', owner: 'b' }),
      pod('c-0', { ip: '10.0.0.2', started: '2', owner: 'c' }),
    ]);

    assert.deepEqual(found, { c1_shop_a: [], c1_shop_b: ['10.0.0.1/32'], c1_shop_c: ['10.0.0.2/32'] });
  });

  it('gives a Service its load-balancer addresses, and a group before it has any', () => {
    const service = (name: string, ingress: object[]): object => ({
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { type: 'LoadBalancer' },
      status: { loadBalancer: { ingress } },
    });

    const found = held([service('a', [{ ip: '192.168.5.1' }]), service('b', [{ hostname: 'b.example' }])]);

    assert.deepEqual(found, { lb_a: ['192.168.5.1/32'], lb_b: [] });
  });

  it('reads selectors', () => {
    const labels = { app: 'web', tier: 'front' };

    const results = ['app=web,tier!=back', 'app in (api, web)', '!team', 'tier notin (front)', 'team'].map(
      (text) => fits(text, labels),
    );

    assert.deepEqual(results, [true, true, true, false, false]);
  });
});
