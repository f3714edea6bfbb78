import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceNotice } from '../model/source-view.ts';
import type { SourceName, KeyText } from '../model/identity.ts';
import type { DesiredObject } from '../model/target-object.ts';
import type { DesiredView } from '../plan/ports.ts';
import { createDesiredState, desiredStateInSteps } from './desired-state.ts';
import type { DesiredState } from './desired-state.ts';
import { batches, clusters } from './testing/acts.ts';
import { ClusterWorld } from './testing/cluster-world.ts';
import {
  balancer,
  documentOf,
  fabric,
  instance,
  mapping,
  policyTarget,
  poolTarget,
  selector,
} from './testing/documents.ts';

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
  mapping('balanced', {
    from: { ...both, kind: 'service', groupBy: 'service' },
    targets: [
      poolTarget({ name: '{cluster}_{namespace}_{service}', port: { name: 'http' }, weights: true }),
      policyTarget({
        name: '{cluster}_{namespace}_{service}',
        families: ['ipv4'],
        destinations: 'node',
        ipSla: 'tcp80',
        weights: true,
      }),
    ],
  }),
  mapping('pods', {
    from: { ...both, labels: selector('tier=x'), podLabels: selector('app'), groupBy: 'namespace' },
    targets: [
      poolTarget({ name: 'p_{namespace}', port: { container: 'http' }, readiness: 'serving' }),
      policyTarget({ name: 'p_{namespace}', ipSla: 'tcp80' }),
    ],
  }),
  mapping('hosts', {
    from: { ...both, kind: 'service', groupBy: 'mapping', hostNetwork: true },
    targets: [poolTarget({ name: '{mapping}', destinations: 'node', weights: true })],
  }),
]);

interface Scene {
  readonly worlds: readonly ClusterWorld[];
  readonly fresh: () => DesiredState;
  /** From the indexes of another one. */
  readonly beside: (other: DesiredView) => DesiredView;
}

function worldsAndState(): Scene {
  const worlds = clusters.map((called) => new ClusterWorld(called));
  const views = (called: SourceName): ClusterWorld | undefined =>
    worlds.find((world) => world.name === called);
  const options = { document, views, instance };
  return {
    worlds,
    fresh: () => createDesiredState(options),
    beside(other) {
      const steps = desiredStateInSteps(options, other);
      for (;;) {
        const { done, value } = steps.next();
        if (done === true) return value;
      }
    },
  };
}

function takeAll(worlds: readonly ClusterWorld[]): readonly SourceNotice[] {
  return worlds.flatMap((world) => world.take());
}

function keysOf(desired: DesiredView): KeyText[] {
  return [...desired.keys(fabric), ...desired.keys(balancer)].toSorted();
}

/** Everything that is desired, in an order that does not depend on how it came about. */
function everything(desired: DesiredView): Map<KeyText, unknown> {
  return new Map(keysOf(desired).map((key) => [key, inOrder(desired.get(key)!)]));
}

function inOrder(object: DesiredObject): unknown {
  const items = [...object.items.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { ...object, items };
}

/** What the plan reads of an object: states and nodes of its reasons left out. */
function asPlanned(desired: DesiredState): Map<KeyText, string> {
  const planned = keysOf(desired).map((key): [KeyText, string] => {
    const { items, problems, owner, ...rest } = desired.get(key)!;
    const ids = [...items.values()]
      .map(({ id, mark, leaving, attributes }) => JSON.stringify([id, mark.source, leaving, attributes]))
      .toSorted();
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

  it('computed from the indexes of another one it equals one computed from nothing', () => {
    fc.assert(
      fc.property(batches, (acts) => {
        const { worlds, fresh, beside } = worldsAndState();
        const desired = fresh();

        for (const batch of acts) {
          for (const each of batch) each(worlds);
          desired.apply(takeAll(worlds));
        }

        assert.deepEqual(everything(beside(desired)), everything(fresh()));
      }),
      { numRuns: 100 },
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
              desired.get(key)?.items.get(item)?.leaving === false,
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
      'EndpointSlice',
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
    (object as { items: readonly { id: never; address: unknown }[] }).items
      .filter(({ address }) => address !== undefined)
      .map(({ id }): [KeyText, never, string | undefined] => [
        key,
        id,
        desired.departure(key, id)?.explanation,
      ]),
  );
}
