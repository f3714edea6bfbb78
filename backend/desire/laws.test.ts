import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WorkloadRecord } from '../model/cluster-records.ts';
import type { SourceNotice, Sighting } from '../model/source-view.ts';
import { objectPath } from '../model/identity.ts';
import type { SourceName, KeyText } from '../model/identity.ts';
import type { DesiredObject } from '../model/target-object.ts';
import { createDesiredState } from './desired-state.ts';
import type { DesiredState } from './desired-state.ts';
import { ClusterWorld, ip, pod, ref, service } from './testing/cluster-world.ts';
import { documentOf, fabric, instance, mapping, selector } from './testing/documents.ts';

const clusters = ['a', 'b'] as SourceName[];
const both = { sources: clusters } as const;

/** Mappings of every kind and grouping, some of which want the same addresses or render the same names. */
const document = documentOf([
  mapping('workloads', { from: both, to: { addresses: ['pod', 'loadBalancer'] } }),
  mapping('labelled', {
    from: { ...both, labels: selector('tier=x'), groupBy: 'namespace', podLabels: selector('app') },
    to: { name: 'l_{namespace}' },
  }),
  mapping('teams', {
    from: { ...both, namespaces: { names: ['n1'], labels: selector('tier=x') }, groupBy: 'mapping' },
    to: { name: 'teams' },
  }),
  mapping('services', {
    from: { ...both, kind: 'service', groupBy: 'service' },
    to: { name: '{cluster}_{namespace}_{service}', addresses: ['pod', 'loadBalancer'] },
  }),
  mapping('external', {
    from: { ...both, kind: 'service', groupBy: 'namespace', hostNetwork: true },
    to: { name: 'x_{namespace}', addresses: ['pod', 'external'] },
  }),
  mapping('nodes', {
    from: { ...both, kind: 'node', groupBy: 'mapping' },
    to: { name: '{mapping}', addresses: ['node'] },
  }),
]);

type Act = (worlds: readonly ClusterWorld[]) => void;

const inWorld = <Given>(given: fc.Arbitrary<Given>, act: (world: ClusterWorld, given: Given) => void) =>
  fc.tuple(fc.nat(1), given).map(([which, drawn]): Act => {
    const described = {
      [fc.toStringMethod]: () => `${act.name} in ${clusters[which]!}: ${fc.stringify(drawn)}`,
    };
    return Object.assign((worlds: readonly ClusterWorld[]) => act(worlds[which]!, drawn), described);
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
    arbitrary: inWorld(fc.record({ name, ready: fc.boolean() }), (world, given) =>
      world.node(given.name, ['10.1.0.1'], { ready: given.ready }),
    ),
  },
);

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

const batches = fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });

function worldsAndState(): { worlds: readonly ClusterWorld[]; fresh: () => DesiredState } {
  const worlds = clusters.map((called) => new ClusterWorld(called));
  const views = (called: SourceName): ClusterWorld | undefined =>
    worlds.find((world) => world.name === called);
  return { worlds, fresh: () => createDesiredState({ document, views, instance }) };
}

function takeAll(worlds: readonly ClusterWorld[]): readonly SourceNotice[] {
  return worlds.flatMap((world) => world.take());
}

/** Everything that is desired, in an order that does not depend on how it came about. */
function everything(desired: DesiredState): Map<KeyText, unknown> {
  return new Map([...desired.keys(fabric)].toSorted().map((key) => [key, inOrder(desired.get(key)!)]));
}

function inOrder(object: DesiredObject): unknown {
  const items = [...object.items.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { ...object, items };
}

/** What the plan reads of an object: states and nodes of its reasons left out. */
function asPlanned(desired: DesiredState): Map<KeyText, string> {
  const planned = [...desired.keys(fabric)].map((key): [KeyText, string] => {
    const { items, problems, owner, ...rest } = desired.get(key)!;
    const ids = [...items.values()].map(({ id, mark }) => `${id} ${mark.source}`).toSorted();
    return [key, JSON.stringify({ ids, problems, owner, rest })];
  });
  return new Map(planned);
}

describe('desire: laws', () => {
  it('after any notices the incremental state equals one computed from nothing', () => {
    fc.assert(
      fc.property(batches, (acts) => {
        const { worlds, fresh } = worldsAndState();
        const desired = fresh();

        for (const batch of acts) {
          for (const each of batch) each(worlds);
          desired.apply(takeAll(worlds));

          assert.deepEqual(everything(desired), everything(fresh()));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the order of notices, and their repetition, do not change the result or how addresses left', () => {
    fc.assert(
      fc.property(batches, fc.infiniteStream(fc.nat(1000)), (acts, random) => {
        const { worlds, fresh } = worldsAndState();
        const [straight, shuffled] = [fresh(), fresh()];

        for (const batch of acts) {
          const before = everything(straight);
          for (const each of batch) each(worlds);
          const notices = takeAll(worlds);
          straight.apply(notices);
          shuffled.apply([...notices, ...notices.slice(0, 1)].toSorted(() => random.next().value! - 500));

          assert.deepEqual(everything(shuffled), everything(straight));
          assert.deepEqual(departuresSince(before, shuffled), departuresSince(before, straight));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('every key whose plan may change is named', () => {
    fc.assert(
      fc.property(batches, (acts) => {
        const { worlds, fresh } = worldsAndState();
        const desired = fresh();

        for (const batch of acts) {
          const before = asPlanned(desired);
          for (const each of batch) each(worlds);
          const affected = desired.apply(takeAll(worlds));
          const after = asPlanned(desired);

          const differing = [...before.keys(), ...after.keys()].filter(
            (key) => before.get(key) !== after.get(key),
          );
          assert.deepEqual(
            differing.filter((key) => !affected.has(key)),
            [],
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  it('what is wanted has not departed, and whatever left is known to have departed', () => {
    fc.assert(
      fc.property(batches, (acts) => {
        const { worlds, fresh } = worldsAndState();
        const desired = fresh();

        for (const batch of acts) {
          const before = everything(desired);
          for (const each of batch) each(worlds);
          desired.apply(takeAll(worlds));

          for (const [key, item, explanation] of departuresSince(before, desired))
            assert.equal(
              explanation === undefined,
              desired.get(key)?.items.has(item) === true,
              `${key} ${item}`,
            );
        }
      }),
      { numRuns: 150 },
    );
  });

  it('what is merely missing is never explained, while its workloads want more', () => {
    const emptied = fc.constantFrom(
      'Pod',
      'Namespace',
      'Deployment',
      'ReplicaSet',
      'StatefulSet',
      'Service',
      'Node',
    );
    fc.assert(
      fc.property(batches, fc.uniqueArray(emptied, { minLength: 1 }), (acts, kinds) => {
        const { worlds, fresh } = worldsAndState();
        for (const each of acts.flat()) each(worlds);
        for (const world of worlds) hunger(world);
        takeAll(worlds);
        const desired = fresh();
        const before = everything(desired);

        for (const world of worlds)
          for (const kind of kinds)
            for (const record of [...world.all(kind)]) world.remove(record, 'missing');
        desired.apply(takeAll(worlds));

        const left = departuresSince(before, desired).filter(
          ([key, item]) => desired.get(key)?.items.has(item) !== true,
        );
        for (const [key, item, explanation] of left)
          assert.equal(explanation, 'unexplained', `${key} ${item}`);
      }),
      { numRuns: 150 },
    );
  });
});

/** Every workload wants more than it has, and no namespace terminates. */
function hunger(world: ClusterWorld): void {
  for (const kind of ['Deployment', 'ReplicaSet', 'StatefulSet'] as const)
    for (const record of [...world.all(kind)]) world.put({ ...record, replicas: 99 });
  for (const record of [...world.all('Namespace')]) world.put({ ...record, terminating: false });
}

function departuresSince(
  before: Map<KeyText, unknown>,
  desired: DesiredState,
): [
  KeyText,
  DesiredObject['items'] extends ReadonlyMap<infer Id, unknown> ? Id : never,
  string | undefined,
][] {
  return [...before].flatMap(([key, object]) =>
    (object as { items: readonly { id: never }[] }).items.map(
      ({ id }): [KeyText, never, string | undefined] => [key, id, desired.departure(key, id)?.explanation],
    ),
  );
}
