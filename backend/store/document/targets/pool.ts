/** Pools of load balancers, as a document writes them. */
import { z } from 'zod';
import type { PortChoice, Selection } from '../../../model/mapping.ts';
import type { Fault } from '../../../model/fault.ts';
import * as field from '../fields.ts';
import { nameFaults, systemFaults, systemName, type Surroundings, type TargetForm } from './form.ts';
import { destinationFaults, drain, traffic, trafficOf } from './traffic.ts';

const schema = z.strictObject({
  loadBalancer: field.name.optional(),
  partition: field
    .text('a partition, with folders behind it if need be: Common, k8s, k8s/shop', /^[\w.-]+(\/[\w.-]+)*$/)
    .optional(),
  name: field.nameTemplate,
  port: field.port,
  create: field.flag.optional(),
  monitor: z.string().min(1).optional(),
  loadBalancingMode: z.string().min(1).optional(),
  priorityGroup: field.integer(0, 65_535).optional(),
  connectionLimit: field.integer(0, 1_000_000).optional(),
  ...traffic,
  drain: drain(30_000),
  ...field.life,
});

export const poolForm: TargetForm<typeof schema> = {
  schema,
  faults: (at, written, around) => [
    ...systemFaults(`${at}.loadBalancer`, 'load balancer', {
      found: written.loadBalancer,
      known: around.loadBalancers,
    }),
    ...nameFaults(at, written.name, around),
    ...destinationFaults(at, written, around.kind),
    ...portFaults(at, written, around.kind),
    ...(isHaproxy(written, around) ? haproxyFaults(at, written) : bigIpFaults(at, written)),
  ],
  targets(written, around) {
    const { emptyFor, loadBalancer, partition, port, create, ...pool } = written;
    return [
      {
        ...pool,
        ...trafficOf(written, around.kind),
        kind: 'pool',
        system: systemName(loadBalancer, around.loadBalancers),
        partition: partition ?? '',
        port: choiceOf(port),
        create: create ?? !isHaproxy(written, around),
        monitor: pool.monitor,
        loadBalancingMode: pool.loadBalancingMode,
        priorityGroup: pool.priorityGroup,
        connectionLimit: pool.connectionLimit,
        emptyForMs: emptyFor,
      },
    ];
  },
};

type Written = z.output<typeof schema>;

function isHaproxy({ loadBalancer }: Written, { loadBalancers }: Surroundings): boolean {
  const name = systemName(loadBalancer, loadBalancers);
  return loadBalancers.some((each) => each.name === name && each.kind === 'haproxy');
}

function bigIpFaults(at: string, { partition }: Written): Fault[] {
  return partition === undefined
    ? [{ path: `${at}.partition`, found: 'nothing', expected: 'the partition of the pool' }]
    : [];
}

/** What its Runtime API cannot do. */
function haproxyFaults(at: string, { create, ...written }: Written): Fault[] {
  const foreign = (['partition', 'monitor', 'loadBalancingMode', 'priorityGroup'] as const)
    .filter((each) => written[each] !== undefined)
    .map((each) => ({
      path: `${at}.${each}`,
      found: String(written[each]),
      expected: 'no such key: HAProxy has none',
    }));
  if (create !== true) return foreign;
  const expected = 'false: backends are made in the configuration of HAProxy';
  return [...foreign, { path: `${at}.create`, found: 'true', expected }];
}

function portFaults(at: string, { port, destinations }: Written, kind: Selection['kind']): Fault[] {
  const [found, allowed] =
    typeof port === 'number'
      ? ['', true]
      : typeof port === 'string'
        ? [port, kind === 'service']
        : [port.container, destinations !== 'node' && (kind === 'service' || kind === 'workload')];
  const expected =
    'a port number: names are those of Services, container names those of pods that are destinations';
  return allowed ? [] : [{ path: `${at}.port`, found, expected }];
}

function choiceOf(port: Written['port']): PortChoice {
  if (typeof port === 'number') return { number: port };
  return typeof port === 'string' ? { name: port } : port;
}
