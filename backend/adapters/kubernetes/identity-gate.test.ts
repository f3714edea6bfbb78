import assert from 'node:assert/strict';
import { ProblemError, problemOf } from '../../model/problems.ts';
import { createIdentityGate, type ClusterMemory, type IdentityGate } from './identity-gate.ts';

interface Scene {
  readonly gate: IdentityGate;
  /** What the cluster answers next. */
  answer: object | ProblemError;
  readonly told: string[];
  /** What is remembered beyond the process. */
  identity: string | undefined;
  version: string | undefined;
  check(): Promise<string>;
}

const listOf = (uid: string, resourceVersion: string): object => ({
  metadata: { resourceVersion },
  items: [{ metadata: { uid } }],
});

function setUp(answer: object, identity?: string, version?: string): Scene {
  const told: string[] = [];
  const memory: ClusterMemory = {
    expectedIdentity: () => scene.identity,
    onIdentity: (uid) => (scene.identity = uid),
    lowestResourceVersion: () => scene.version,
    onResourceVersion: (seen) => (scene.version = seen),
  };
  const get = (): Promise<object> =>
    scene.answer instanceof ProblemError ? Promise.reject(scene.answer) : Promise.resolve(scene.answer);
  const gate = createIdentityGate({ get }, memory, {
    identified: (uid) => void told.push(`identified ${uid}`),
    clusterProblem: (problem) => void told.push(problem?.code ?? 'no problem'),
    voided: () => void told.push('voided'),
    returned: () => void told.push('returned'),
  });
  const scene: Scene = {
    gate,
    answer,
    told,
    identity,
    version,
    check: () =>
      gate.check(new AbortController().signal).then(
        () => 'passed',
        (thrown: unknown) => problemOf(thrown).code,
      ),
  };
  return scene;
}

describe('identity gate', () => {
  it('takes the first cluster for the right one, and remembers it with its version', async () => {
    const scene = setUp(listOf('a', '100'));

    const result = await scene.check();

    assert.equal(result, 'passed');
    assert.deepEqual(scene.told, ['identified a', 'no problem']);
    assert.deepEqual([scene.identity, scene.version], ['a', '100']);
  });

  it('refuses another cluster, and says once that what was read is void', async () => {
    const scene = setUp(listOf('b', '100'), 'a');

    const results = [await scene.check(), await scene.check()];

    assert.deepEqual(results, ['cluster.identity', 'cluster.identity']);
    assert.equal(scene.told.filter((each) => each === 'voided').length, 1);
    assert.equal(scene.gate.epoch, 1);
    assert.equal(scene.identity, 'a');
  });

  it('passes again when the first cluster is back, or a person has confirmed the other', async () => {
    const scene = setUp(listOf('a', '100'));
    await scene.check();
    scene.answer = listOf('b', '50');
    const other = await scene.check();

    scene.answer = listOf('a', '101');
    const back = await scene.check();
    scene.answer = listOf('b', '50');
    await scene.check();
    scene.identity = 'b';
    scene.version = '0';
    const confirmed = await scene.check();

    assert.deepEqual([other, back, confirmed], ['cluster.identity', 'passed', 'passed']);
    assert.equal(scene.told.at(-1), 'no problem');
  });

  it('says once that the cluster is back, whatever kept it away', async () => {
    const scene = setUp(listOf('a', '100'));
    for (const answer of [new ProblemError('cluster.unreachable', 'gone'), listOf('b', '100')]) {
      scene.answer = listOf('a', '100');
      await scene.check();
      scene.answer = answer;
      await scene.check();
      await scene.check();
    }
    scene.answer = listOf('a', '100');

    await scene.check();
    await scene.check();

    assert.equal(scene.told.filter((each) => each === 'returned').length, 2);
  });

  it('refuses another cluster also when nothing is remembered beyond the process', async () => {
    const scene = setUp(listOf('a', '100'));
    await scene.check();
    scene.identity = undefined;
    scene.answer = listOf('b', '100');

    const result = await scene.check();

    assert.equal(result, 'cluster.identity');
  });

  it('refuses a cluster that went back in time, comparing versions as numbers', async () => {
    const scene = setUp(listOf('a', '99999999999999999999'), 'a', '100000000000000000000');

    const result = await scene.check();

    assert.equal(result, 'cluster.rewound');
    assert.equal(scene.gate.epoch, 1);
    assert.equal(scene.version, '100000000000000000000');
  });

  it('refuses a list of the past, but not one that was merely overtaken', () => {
    const scene = setUp(listOf('a', '1'), 'a', '100');
    const floor = scene.gate.floor();

    scene.gate.admit('130', floor);
    scene.gate.admit('120', floor);

    assert.equal(scene.version, '130');
    assert.throws(() => scene.gate.admit('120', scene.gate.floor()), ProblemError);
  });

  it('compares nothing that is no number', async () => {
    const scene = setUp(listOf('a', 'opaque'), 'a', '100');

    assert.equal(await scene.check(), 'passed');
    assert.equal(scene.version, '100');
  });

  it('knows nothing where the namespace cannot be read, and voids nothing for it', async () => {
    const scene = setUp({ metadata: { resourceVersion: '100' }, items: [] }, 'a');

    const empty = await scene.check();
    scene.answer = new ProblemError('cluster.unreachable', 'no route');
    const unreachable = await scene.check();

    assert.deepEqual([empty, unreachable], ['cluster.incomplete', 'cluster.unreachable']);
    assert.deepEqual(scene.told, ['cluster.incomplete', 'cluster.unreachable']);
    assert.equal(scene.gate.epoch, 0);
  });
});
