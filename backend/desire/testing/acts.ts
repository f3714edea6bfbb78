/**
 * Random histories of two clusters: records that come, change and go, few enough that they meet all the time.
 */
import fc from 'fast-check';
import type { WorkloadRecord } from '../../model/cluster-records.ts';
import { objectPath } from '../../model/identity.ts';
import type { SourceName } from '../../model/identity.ts';
import type { Sighting } from '../../model/source-view.ts';
import { ip, pod, port, ref, service } from './cluster-world.ts';
import type { ClusterWorld } from './cluster-world.ts';

export const clusters = ['a', 'b'] as SourceName[];

export type Act = (worlds: readonly ClusterWorld[]) => void;

const inWorld = <Given>(given: fc.Arbitrary<Given>, act: (world: ClusterWorld, given: Given) => void) =>
  fc.tuple(fc.constantFrom(...clusters), given).map(([which, drawn]): Act => {
    const described = {
      [fc.toStringMethod]: () => `${act.name} in ${which}: ${fc.stringify(drawn)}`,
    };
    return Object.assign((worlds: readonly ClusterWorld[]) => {
      for (const world of worlds) if (world.name === which) act(world, drawn);
    }, described);
  });

const namespace = fc.constantFrom('n1', 'n2');
const name = fc.constantFrom('p', 'q', 'r');
const sighting = fc.constantFrom<Sighting>('deleted', 'missing');
const labels = fc.constantFrom<Record<string, string>[]>(
  {},
  { tier: 'x' },
  { app: 'p' },
  { app: 'q', tier: 'x' },
);
/** Few, so that they are reused all the time; the last is out of range. */
const address = fc.constantFrom('10.244.0.1', '10.244.0.2', '10.244.0.3', '172.16.0.1').map(ip);
const balanced = fc.constantFrom('192.168.5.1', '192.168.5.2').map(ip);
const workloadKind = fc.constantFrom<WorkloadRecord['kind'][]>('Deployment', 'StatefulSet', 'ReplicaSet');

const ports = fc.array(fc.constantFrom(80, 81), { maxLength: 1 });
const owner = fc.constantFrom('none', 'ReplicaSet', 'StatefulSet', 'Node');
const pods = fc.record({
  namespace,
  name,
  owner,
  ownerName: name,
  labels: fc
    .tuple(labels, fc.boolean())
    .map(([own, hashed]) => (hashed ? { ...own, 'pod-template-hash': '1' } : own)),
  addresses: fc.uniqueArray(address, { maxLength: 2 }),
  hostNetwork: fc.constantFrom(false, false, false, true),
  ready: fc.boolean(),
  terminating: fc.boolean(),
  finished: fc.constantFrom(false, false, false, true),
  startedAt: fc.nat(2),
  node: fc.option(name, { nil: undefined }),
  ports: ports.map((list) => list.map((number) => port('http', number))),
});

const endpoint = fc.record({
  addresses: fc.uniqueArray(address, { maxLength: 2 }),
  ready: fc.boolean(),
  serving: fc.boolean(),
  terminating: fc.boolean(),
  node: fc.option(name, { nil: undefined }),
  pod: fc.option(name, { nil: undefined }),
});
const slices = fc.record({
  namespace,
  name,
  suffix: fc.constantFrom('1', '2'),
  ports: ports.map((list) => list.map((number) => port('http', number))),
  endpoints: fc.array(endpoint, { maxLength: 3 }),
});

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: inWorld(pods, putPod) },
  {
    weight: 3,
    arbitrary: inWorld(fc.record({ namespace, name, sighting }), (world, given) =>
      world.remove({ kind: 'Pod', path: objectPath(given.namespace, given.name) }, given.sighting),
    ),
  },
  {
    weight: 2,
    arbitrary: inWorld(
      fc.record({ namespace, name, labels, kind: workloadKind, replicas: fc.nat(2) }),
      putWorkload,
    ),
  },
  {
    weight: 1,
    arbitrary: inWorld(fc.record({ namespace, name, sighting, kind: workloadKind }), (world, given) => {
      const suffix = given.kind === 'ReplicaSet' ? '-1' : '';
      world.remove(
        { kind: given.kind, path: objectPath(given.namespace, given.name + suffix) },
        given.sighting,
      );
    }),
  },
  {
    weight: 2,
    arbitrary: inWorld(
      fc.record({
        namespace,
        name,
        labels,
        selector: labels,
        loadBalancerAddresses: fc.array(balanced, { maxLength: 1 }),
        ports: ports.map((list) => list.map((number) => ({ ...port('http', number), nodePort: number }))),
      }),
      (world, { namespace: home, name: called, ...given }) =>
        world.put(service(home, called, { type: 'LoadBalancer', ...given })),
    ),
  },
  {
    weight: 1,
    arbitrary: inWorld(fc.record({ namespace, name, sighting }), (world, given) =>
      world.remove({ kind: 'Service', path: objectPath(given.namespace, given.name) }, given.sighting),
    ),
  },
  {
    weight: 1,
    arbitrary: inWorld(
      fc.record({ namespace, labels, terminating: fc.boolean() }),
      (world, { namespace: called, ...given }) => world.namespace(called, given),
    ),
  },
  {
    weight: 1,
    arbitrary: inWorld(fc.record({ namespace, sighting }), (world, given) =>
      world.remove({ kind: 'Namespace', path: objectPath('', given.namespace) }, given.sighting),
    ),
  },
  {
    weight: 1,
    arbitrary: inWorld(
      fc.record({ name, ready: fc.boolean(), other: fc.constantFrom(false, false, true) }),
      (world, given) =>
        world.node(given.name, [given.other ? '10.1.0.2' : '10.1.0.1'], { ready: given.ready }),
    ),
  },
  { weight: 3, arbitrary: inWorld(slices, putSlice) },
  {
    weight: 1,
    arbitrary: inWorld(
      fc.record({ namespace, name, sighting, suffix: fc.constantFrom('1', '2') }),
      (world, given) =>
        world.remove(
          { kind: 'EndpointSlice', path: objectPath(given.namespace, `${given.name}-${given.suffix}`) },
          given.sighting,
        ),
    ),
  },
  {
    weight: 1,
    arbitrary: inWorld(fc.record({ name, sighting }), (world, given) =>
      world.remove({ kind: 'Node', path: objectPath('', given.name) }, given.sighting),
    ),
  },
);

function putSlice(
  world: ClusterWorld,
  { namespace: home, name: called, suffix, ports: named, endpoints }: SliceGiven,
): void {
  const made = endpoints.map(({ pod: of, ...rest }) => {
    const path = of === undefined ? undefined : objectPath(home, of);
    return { ...rest, target: path && { kind: 'Pod', path, uid: `uid-of-Pod-${path}` } };
  });
  world.slice(service(home, called), made, { suffix, ports: named });
}

type SliceGiven = typeof slices extends fc.Arbitrary<infer Given> ? Given : never;
type PodGiven = typeof pods extends fc.Arbitrary<infer Given> ? Given : never;

function putPod(
  world: ClusterWorld,
  { namespace: home, name: called, owner: kind, ownerName, ...given }: PodGiven,
): void {
  const path = objectPath(home, kind === 'ReplicaSet' ? `${ownerName}-1` : ownerName);
  const controller = kind === 'none' ? undefined : { kind, path, uid: `uid-of-${kind}-${path}` };
  world.put(pod(home, called, [], { ...given, owner: controller }));
}

interface WorkloadGiven {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly kind: WorkloadRecord['kind'];
  readonly replicas: number;
}

/** A ReplicaSet `NAME-1` belongs to the Deployment NAME when that is there, as a controller would have it. */
function putWorkload(
  world: ClusterWorld,
  { namespace: home, name: called, kind, ...given }: WorkloadGiven,
): void {
  if (kind !== 'ReplicaSet') {
    world.workload(kind, home, called, given);
    return;
  }
  const deployment = world.get('Deployment', objectPath(home, called));
  world.workload(kind, home, `${called}-1`, { ...given, owner: deployment && ref(deployment) });
}

export const batches = fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 12,
});
