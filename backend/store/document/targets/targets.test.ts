import assert from 'node:assert/strict';
import type { Mapping, PoolTarget, RedirectPolicyTarget, Target } from '../../../model/mapping.ts';
import { describeFault } from '../fault.ts';
import { parseDocument } from '../parse-document.ts';
import { document, faults, learned, node, service, workload } from '../testing/one-mapping.ts';

function targets(from: string, to: string): readonly Target[] {
  const result = parseDocument(document(from, to));
  assert.ok('document' in result, 'faults' in result ? result.faults.map(describeFault).join('\n') : '');
  return (result.document.mappings[0] as Mapping).to;
}

describe('a pool, as a document writes it', () => {
  it('has every default filled in', () => {
    const [pool] = targets(
      service,
      '{ pool: { loadBalancer: f5, partition: k8s, name: "{service}", port: http } }',
    );

    assert.deepEqual(pool, {
      kind: 'pool',
      system: 'f5',
      partition: 'k8s',
      name: '{service}',
      port: { name: 'http' },
      create: true,
      monitor: undefined,
      loadBalancingMode: undefined,
      priorityGroup: undefined,
      connectionLimit: undefined,
      destinations: 'pod',
      readiness: 'ready',
      families: ['ipv4', 'ipv6'],
      minHealthy: { share: 0.5 },
      weights: false,
      drain: { forMs: 30_000, then: 'leave' },
      whenEmpty: 'keep',
      emptyForMs: 600_000,
    } satisfies Record<keyof PoolTarget, unknown>);
  });

  it('on HAProxy stands without a partition in a backend that exists', () => {
    const [pool] = targets(service, '{ pool: { loadBalancer: edge, name: web, port: 8080 } }');

    assert.ok(pool?.kind === 'pool');
    assert.deepEqual(
      [pool.system, pool.partition, pool.create, pool.port],
      ['edge', '', false, { number: 8080 }],
    );
  });

  it('weighs nodes by the pods on them, unless the nodes themselves are selected', () => {
    const to = '{ pool: { loadBalancer: edge, name: web, port: 80, destinations: node } }';
    const weights = [service, node].map((from) => {
      const [pool] = targets(from, to);
      return pool?.kind === 'pool' && [pool.destinations, pool.weights];
    });

    assert.deepEqual(weights, [
      ['node', true],
      ['node', false],
    ]);
  });

  it('takes how many must stay as a share or as a number', () => {
    const of = (minHealthy: string): unknown => {
      const [pool] = targets(
        service,
        `{ pool: { loadBalancer: edge, name: web, port: 80, minHealthy: ${minHealthy} } }`,
      );
      return pool?.kind === 'pool' && pool.minHealthy;
    };

    assert.deepEqual([of('30%'), of('2')], [{ share: 0.3 }, { count: 2 }]);
  });

  const onF5 = (rest: string): string => `{ pool: { loadBalancer: f5, partition: k8s, name: web, ${rest} } }`;
  const onEdge = (rest: string): string => `{ pool: { loadBalancer: edge, name: web, ${rest} } }`;
  const refused: readonly [string, string, string, string][] = [
    [
      'no load balancer where there are two',
      service,
      '{ pool: { partition: k8s, name: web, port: 80 } }',
      'mappings[0].to.pool.loadBalancer: found nothing, expected the name of a load balancer: f5, edge',
    ],
    [
      'a load balancer that is not there',
      service,
      '{ pool: { loadBalancer: f6, partition: k8s, name: web, port: 80 } }',
      'mappings[0].to.pool.loadBalancer: found f6, expected the name of a load balancer: f5, edge',
    ],
    [
      'no partition on a BIG-IP',
      service,
      '{ pool: { loadBalancer: f5, name: web, port: 80 } }',
      'mappings[0].to.pool.partition: found nothing, expected the partition of the pool',
    ],
    [
      'a placeholder that does not follow from the grouping',
      service,
      '{ pool: { loadBalancer: edge, name: "{workload}", port: 80 } }',
      'mappings[0].to.pool.name: found {workload}, expected placeholders that follow from groupBy service: {cluster} {namespace} {service} {mapping}',
    ],
    [
      'no port',
      service,
      onEdge('create: false'),
      "mappings[0].to.pool.port: found nothing, expected a port number, a Service's name of it, or { container: NAME }",
    ],
    [
      'a port that is none',
      service,
      onEdge('port: 70000'),
      'mappings[0].to.pool.port: found 70000, expected a whole number from 1 to 65535',
    ],
    [
      "a Service's port name without Services",
      workload,
      onEdge('port: http'),
      'mappings[0].to.pool.port: found http, expected a port number: names are those of Services, container names those of pods that are destinations',
    ],
    [
      'a container port on nodes',
      service,
      onEdge('port: { container: http }, destinations: node'),
      'mappings[0].to.pool.port: found http, expected a port number: names are those of Services, container names those of pods that are destinations',
    ],
    [
      'nodes as destinations for learned endpoints',
      learned,
      onEdge('port: 80, destinations: node'),
      'mappings[0].to.pool.destinations: found node, expected pod, or nothing, since kind is aciEpg',
    ],
    [
      'more than all of them',
      service,
      onF5('port: 80, minHealthy: 101%'),
      'mappings[0].to.pool.minHealthy: found "101%", expected a share such as 50%, or a number',
    ],
    [
      'a drain that ends in another way',
      service,
      onF5('port: 80, drain: { then: kill }'),
      'mappings[0].to.pool.drain.then: found "kill", expected one of leave, cut',
    ],
    [
      'a partition on HAProxy',
      service,
      onEdge('port: 80, partition: k8s'),
      'mappings[0].to.pool.partition: found k8s, expected no such key: HAProxy has none',
    ],
    [
      'a monitor on HAProxy',
      service,
      onEdge('port: 80, monitor: http'),
      'mappings[0].to.pool.monitor: found http, expected no such key: HAProxy has none',
    ],
    [
      'a load balancing mode on HAProxy',
      service,
      onEdge('port: 80, loadBalancingMode: round-robin'),
      'mappings[0].to.pool.loadBalancingMode: found round-robin, expected no such key: HAProxy has none',
    ],
    [
      'a priority group on HAProxy',
      service,
      onEdge('port: 80, priorityGroup: 1'),
      'mappings[0].to.pool.priorityGroup: found 1, expected no such key: HAProxy has none',
    ],
    [
      'a backend to be created on HAProxy',
      service,
      onEdge('port: 80, create: true'),
      'mappings[0].to.pool.create: found true, expected false: backends are made in the configuration of HAProxy',
    ],
  ];
  for (const [what, from, to, expected] of refused)
    it(`is refused with ${what}`, () => {
      assert.deepEqual(faults(from, to), [expected]);
    });
});

describe('a redirect policy, as a document writes it', () => {
  const policy = (rest = ''): string => `{ redirectPolicy: { tenant: k8s, name: "{service}"${rest} } }`;

  it('becomes one policy for each family, with every default filled in', () => {
    const [four, six, ...rest] = targets(service, policy());

    assert.deepEqual(rest, []);
    assert.deepEqual(four, {
      kind: 'redirectPolicy',
      system: 'dc1',
      tenant: 'k8s',
      name: '{service}',
      ipSla: undefined,
      hashing: 'sip-dip-prototype',
      resilientHash: true,
      threshold: undefined,
      thresholdDownAction: 'permit',
      macs: new Map(),
      create: true,
      destinations: 'pod',
      readiness: 'ready',
      families: ['ipv4'],
      minHealthy: { share: 0.5 },
      weights: false,
      drain: { forMs: 0, then: 'leave' },
      whenEmpty: 'keep',
      emptyForMs: 600_000,
    } satisfies Record<keyof RedirectPolicyTarget, unknown>);
    assert.deepEqual(six, { ...four, name: '{service}_v6', families: ['ipv6'] });
  });

  it('of one family is one policy, and that of IPv6 says so in its name', () => {
    const names = (families: string): string[] =>
      targets(service, policy(`, families: [${families}]`)).map(({ name }) => name);

    assert.deepEqual([names('ipv4'), names('ipv6')], [['{service}'], ['{service}_v6']]);
  });

  it('has MAC addresses by canonical address', () => {
    const [four] = targets(service, policy(', families: [ipv6], macs: { "FD00::0:1": "00:11:22:aa:bb:cc" }'));

    assert.ok(four?.kind === 'redirectPolicy');
    assert.deepEqual([...four.macs], [['fd00::1', '00:11:22:AA:BB:CC']]);
  });

  const refused: readonly [string, string, string, string][] = [
    [
      'a fabric that is not there',
      service,
      policy(', fabric: dc2'),
      'mappings[0].to.redirectPolicy.fabric: found dc2, expected the name of a fabric: dc1',
    ],
    [
      'no tenant',
      service,
      '{ redirectPolicy: { name: web } }',
      'mappings[0].to.redirectPolicy.tenant: found nothing, expected an ACI tenant name of 1 to 63 of a-z, A-Z, 0-9, _, . and -',
    ],
    [
      'thresholds the wrong way round',
      service,
      policy(', threshold: { min: 60, max: 20 }'),
      'mappings[0].to.redirectPolicy.threshold: found 60 to 20, expected a min that is not above max',
    ],
    [
      'a MAC address that is none',
      service,
      policy(', macs: { "10.0.0.1": "001122" }'),
      'mappings[0].to.redirectPolicy.macs.10.0.0.1: found "001122", expected a MAC address such as 00:11:22:AA:BB:CC',
    ],
    [
      'a MAC address of what is no address',
      service,
      policy(', macs: { web: "00:11:22:aa:bb:cc" }'),
      'mappings[0].to.redirectPolicy.macs: found web, expected an IP address',
    ],
    [
      'another hashing',
      service,
      policy(', hashing: random'),
      'mappings[0].to.redirectPolicy.hashing: found "random", expected one of sip-dip-prototype, sip, dip',
    ],
    [
      'pods as destinations for nodes',
      node,
      '{ redirectPolicy: { tenant: k8s, name: web, destinations: pod } }',
      'mappings[0].to.redirectPolicy.destinations: found pod, expected node, or nothing, since kind is node',
    ],
  ];
  for (const [what, from, to, expected] of refused)
    it(`is refused with ${what}`, () => {
      assert.deepEqual(faults(from, to), [expected]);
    });
});

describe('several targets of one mapping', () => {
  it('are kept in the order of their kinds', () => {
    const to = `{ pool: { loadBalancer: edge, name: web, port: 80 },
                  redirectPolicy: { tenant: k8s, name: web, families: [ipv4] },
                  externalEpg: { tenant: k8s, l3out: calico, name: web } }`;

    assert.deepEqual(
      targets(service, to).map(({ kind, system }) => `${kind} on ${system}`),
      ['externalEpg on dc1', 'redirectPolicy on dc1', 'pool on edge'],
    );
  });

  it('are at least one', () => {
    assert.deepEqual(faults(service, '{}'), [
      'mappings[0].to: found an empty object, expected at least one of externalEpg, redirectPolicy, pool',
    ]);
  });

  it('have each their own faults, all told at once', () => {
    const to =
      '{ pool: { loadBalancer: f5, name: web, port: 80 }, redirectPolicy: { tenant: k8s, name: "{x}" } }';

    assert.deepEqual(
      faults(service, to).map((line) => line.split(':')[0]),
      ['mappings[0].to.redirectPolicy.name', 'mappings[0].to.pool.partition'],
    );
  });
});
