import assert from 'node:assert/strict';
import { readDocument } from './document.ts';
import type { RawCluster } from './kubernetes.ts';
import { mayHold, mustHold, trafficWishes, type TrafficWish } from './traffic.ts';

const head = `
version: 1
instance: lab0
clusters:
  - { name: c1, ranges: { pods: [10.0.0.0/8, "fd00::/16"], nodes: [10.1.0.0/16] } }
fabrics: [{ name: dc1 }]
mappings:
  - name: m
    mode: full
`;
const services = 'from: { kind: service, clusters: [c1] }';
const pools = (more: string): string =>
  `to: { pool: { loadBalancer: f5, partition: k8s, name: "{cluster}_{namespace}_{service}", ${more} } }`;

interface PodText {
  readonly ready?: boolean;
  readonly ends?: boolean;
  readonly phase?: string;
  readonly node?: string;
}

function pod(
  ip: string,
  { ready = true, ends = false, phase = 'Running', node = 'n1' }: PodText = {},
): object {
  return {
    kind: 'Pod',
    metadata: {
      name: `p${ip}`,
      namespace: 'shop',
      ...(ends && { deletionTimestamp: 'now' }),
      ownerReferences: [{ kind: 'StatefulSet', name: 'web', controller: true }],
    },
    spec: { nodeName: node, containers: [{ ports: [{ name: 'web', containerPort: 8081 }] }] },
    status: { phase, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const service = {
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { ports: [{ name: 'http', nodePort: 30_080 }] },
};

interface EndpointText {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
  readonly node?: string;
}

function slice(endpoints: Readonly<Record<string, EndpointText>>): object {
  return {
    kind: 'EndpointSlice',
    metadata: { name: 's', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    ports: [{ name: 'http', port: 8080 }],
    endpoints: Object.entries(endpoints).map(([ip, { node = 'n1', ...conditions }]) => ({
      addresses: [ip],
      conditions,
      nodeName: node,
      targetRef: { kind: 'Pod', name: `p${ip}` },
    })),
  };
}

function node(name: string, address: string, ready = true): object {
  return {
    kind: 'Node',
    metadata: { name },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      addresses: [{ type: 'InternalIP', address }],
    },
  };
}

function wanted(mapping: readonly string[], objects: readonly object[]): TrafficWish[] {
  const all = objects as { kind: string }[];
  const cluster: RawCluster = { list: (kind) => all.filter((object) => object.kind === kind) };
  const document = readDocument(head + mapping.map((line) => `    ${line}\n`).join(''));
  const fabric = {
    learned: (epg: string) =>
      epg === 'k8s/apps/vms' ? [{ address: '10.9.0.1', mac: '00:00:00:00:00:01' }] : [],
  };
  return [...trafficWishes(document, { clusters: new Map([['c1', cluster]]), fabric }).values()];
}

const one = (all: readonly TrafficWish[]): TrafficWish => {
  assert.equal(all.length, 1);
  return all[0] as unknown as TrafficWish;
};

describe('the oracle of traffic', () => {
  it('puts the endpoints of a Service into its pool, by the name of its port, and tells those that leave', () => {
    const endpoints = {
      '10.0.0.1': { ready: true },
      '10.0.0.2': { ready: false },
      '10.0.0.3': { ready: false, serving: true, terminating: true },
      '192.168.0.1': { ready: true },
    };

    const pool = one(wanted([services, pools('port: http')], [service, slice(endpoints)]));

    assert.equal(pool.id, '/k8s/c1_shop_web');
    assert.deepEqual(mustHold(pool), ['10.0.0.1 8080']);
    assert.deepEqual(mayHold(pool), ['10.0.0.1 8080', '10.0.0.2 8080', '10.0.0.3 8080']);
  });

  it('keeps a Service without endpoints its pool', () => {
    const pool = one(wanted([services, pools('port: 80')], [service]));

    assert.deepEqual([pool.id, pool.items.size], ['/k8s/c1_shop_web', 0]);
  });

  it('lets what terminates serve where the mapping says so', () => {
    const endpoints = { '10.0.0.3': { ready: false, serving: true, terminating: true } };

    const pool = one(
      wanted([services, pools('port: http, readiness: serving')], [service, slice(endpoints)]),
    );

    assert.deepEqual(mustHold(pool), ['10.0.0.3 8080']);
  });

  it('finds the port that a container names, and leaves out what has ended', () => {
    const from = 'from: { kind: workload, clusters: [c1], workloads: [StatefulSet] }';
    const to = 'to: { pool: { partition: k8s, name: "{workload}", port: { container: web } } }';

    const pool = one(
      wanted([from, to], [pod('10.0.0.1'), pod('fd00::1'), pod('10.0.0.3', { phase: 'Failed' })]),
    );

    assert.deepEqual(mayHold(pool), ['10.0.0.1 8081', 'fd00::1 8081']);
  });

  it('keeps as many that are not ready as minHealthy asks for, not counting what terminates', () => {
    const endpoints = {
      '10.0.0.1': { ready: true },
      '10.0.0.2': { ready: false },
      '10.0.0.3': { ready: false },
      '10.0.0.4': { ready: false },
      '10.0.0.5': { ready: false, terminating: true },
    };

    const half = one(wanted([services, pools('port: http')], [service, slice(endpoints)]));
    const three = one(wanted([services, pools('port: http, minHealthy: 3')], [service, slice(endpoints)]));

    assert.deepEqual([half.keeps, three.keeps], [1, 2]);
  });

  it('weighs nodes by the pods that serve there, each once, and leaves nodes out that are not ready', () => {
    const endpoints = {
      '10.0.0.1': { ready: true },
      '10.0.0.2': { ready: true },
      '10.0.0.3': { ready: true, node: 'n2' },
    };
    const objects = [
      service,
      slice(endpoints),
      slice(endpoints),
      node('n1', '10.1.0.1'),
      node('n2', '10.1.0.2', false),
      node('n3', '10.1.0.3'),
    ];

    const pool = one(wanted([services, pools('port: http, destinations: node')], objects));

    assert.deepEqual(mustHold(pool), ['10.1.0.1 30080']);
    assert.deepEqual(mayHold(pool), ['10.1.0.1 30080', '10.1.0.2 30080']);
    assert.equal(pool.items.get('10.1.0.1 30080')?.weight, 2);
  });

  it('makes a policy for each family, with a health group for each backend where there is an IP SLA', () => {
    const to = 'to: { redirectPolicy: { tenant: t, name: "{workload}", ipSla: tcp80 } }';
    const from = 'from: { kind: workload, clusters: [c1] }';

    const found = wanted([from, to], [pod('10.0.0.1'), pod('fd00::1')]);

    assert.deepEqual(
      found.map(({ id, items }) => [
        id,
        [...items].map(([name, { healthGroups }]) => [name, ...healthGroups]),
      ]),
      [
        ['uni/tn-t/svcCont/svcRedirectPol-web', [['10.0.0.1', 'c1_shop_p10.0.0.1']]],
        ['uni/tn-t/svcCont/svcRedirectPol-web_v6', [['fd00::1', 'c1_shop_pfd00::1']]],
      ],
    );
  });

  it('names the health group of what the fabric learned after its MAC address', () => {
    const from = 'from: { kind: aciEpg, epgs: [k8s/apps/vms] }';

    const [policy] = wanted([from, 'to: { redirectPolicy: { tenant: t, name: "{epg}", ipSla: x } }'], []);

    assert.deepEqual([...(policy?.items.get('10.9.0.1')?.healthGroups ?? [])], ['dc1_00:00:00:00:00:01']);
  });

  it('puts what the fabric learned in an EPG into its pool', () => {
    const from = 'from: { kind: aciEpg, epgs: [k8s/apps/vms, k8s/apps/none] }';

    const pool = one(wanted([from, 'to: { pool: { partition: p, name: "{fabric}_{epg}", port: 80 } }'], []));

    assert.deepEqual([pool.id, ...mustHold(pool)], ['/p/dc1_vms', '10.9.0.1 80']);
  });
});
