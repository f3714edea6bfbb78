import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { InstanceId, MappingName, ShortId, SystemName, TargetKey } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import type { Batch, Outcome } from '../model/outcome.ts';
import { changeId, type AtomId, type Change } from '../model/plan.ts';
import { problem, type ProblemCode } from '../model/problems.ts';
import { itemId } from '../model/target-object.ts';
import { applyChanges, type Target } from './apply-changes.ts';

const mark = { instance: 'test' as InstanceId, mapping: '00000000' as ShortId, source: '-' as const };
const base = { mapping: 'web' as MappingName, verdict: { apply: true } } as const;

function key(name: string): TargetKey {
  return { system: 'dc1' as SystemName, kind: 'externalEpg', name: `k8s/calico/${name}` };
}

function add(object: string, address: string, atom = `${object} ${address}`): Change {
  const id = itemId('subnet', address);
  const item = {
    id,
    kind: 'subnet',
    name: address,
    attributes: {},
    mark,
    address: undefined,
    reasons: [],
    leaving: false,
  };
  return { ...base, type: 'addItem', key: key(object), atom: atom as AtomId, item };
}

function remove(object: string, address: string, atom = `${object} ${address}`): Change {
  const item = itemId('subnet', address);
  return {
    ...base,
    type: 'removeItem',
    key: key(object),
    atom: atom as AtomId,
    item,
    itemKind: 'subnet',
    itemName: address,
    mark,
    address: undefined,
    explanation: 'deleted',
    cut: false,
  };
}

function create(object: string): Change {
  return { ...base, type: 'createObject', key: key(object), atom: object as AtomId, attributes: {}, mark };
}

function elsewhere(change: Change, name: string): Change {
  return { ...change, key: { ...change.key, name }, atom: `${name} ${change.atom}` as AtomId };
}

function relying(change: Change, atom: string): Change {
  return { ...change, dependsOn: atom as AtomId };
}

interface FakeTarget extends Target {
  readonly sent: string[][];
  readonly refreshed: string[][];
}

const accepted: Outcome = { result: 'accepted' };
const refused = (code: ProblemCode = 'fabric.refused'): Outcome => ({
  result: 'refused',
  problem: problem(code, 'no'),
});
const unknown: Outcome = { result: 'unknown', problem: problem('fabric.unknown-outcome', 'no reply') };

/** A system that answers each batch with what `answer` says of its change ids. */
function fakeTarget(answer: (ids: readonly string[]) => Outcome, batchObjects = 1000): FakeTarget {
  const sent: string[][] = [];
  const refreshed: string[][] = [];
  return {
    sent,
    refreshed,
    batchObjects,
    batchBytes: 1 << 20,
    cost: () => ({ objects: 1, bytes: 100 }),
    refresh: (keys) => {
      refreshed.push(keys.map((each) => each.name));
      return Promise.resolve();
    },
    write: ({ changes }: Batch) => {
      const ids = changes.map((change) => changeId(change).replace('dc1|externalEpg|k8s/calico/', ''));
      sent.push(ids);
      return Promise.resolve(answer(ids));
    },
  };
}

const signal = new AbortController().signal;
const results = (applied: { outcomes: readonly { change: Change; outcome: Outcome }[] }): string[] =>
  applied.outcomes.map(
    ({ change, outcome }) => `${changeId(change).split('/').at(-1) ?? ''} ${outcome.result}`,
  );

describe('applyChanges', () => {
  it('sends everything that is due in one request, freeing before taking and objects before their items', async () => {
    const target = fakeTarget(() => accepted);

    const applied = await applyChanges(
      [add('b', '10.0.0.2'), remove('a', '10.0.0.1'), create('b')],
      target,
      signal,
    );

    assert.deepEqual(target.sent, [['a subnet:10.0.0.1', 'b', 'b subnet:10.0.0.2']]);
    assert.equal(applied.complete, true);
  });

  it('keeps a request within the bound of objects', async () => {
    const target = fakeTarget(() => accepted, 4);
    const changes = Array.from({ length: 10 }, (_, index) => add('a', `10.0.0.${index}`));

    const applied = await applyChanges(changes, target, signal);

    assert.deepEqual(
      target.sent.map((ids) => ids.length),
      [4, 4, 2],
    );
    assert.equal(applied.requests, 3);
  });

  it('splits a refused batch until the culprit stands alone, and everything else is accepted', async () => {
    const target = fakeTarget((ids) => (ids.includes('a subnet:10.0.0.5') ? refused() : accepted));
    const changes = Array.from({ length: 8 }, (_, index) => add('a', `10.0.0.${index}`));

    const applied = await applyChanges(changes, target, signal);

    const bad = applied.outcomes.filter(({ outcome }) => outcome.result === 'refused');
    assert.deepEqual(
      bad.map(({ change }) => changeId(change)),
      ['dc1|externalEpg|k8s/calico/a subnet:10.0.0.5'],
    );
    assert.equal(applied.outcomes.length, 8);
    assert.ok(target.sent.length <= 1 + 2 * 3, 'a bisection, not one request per change');
  });

  it('never parts the two halves of a move', async () => {
    const move = [remove('a', '10.0.0.1', 'move'), add('b', '10.0.0.1', 'move')];
    const others = Array.from({ length: 7 }, (_, index) => add('c', `10.0.1.${index}`));
    const target = fakeTarget((ids) => (ids.includes('b subnet:10.0.0.1') ? refused() : accepted));

    await applyChanges([...move, ...others], target, signal);

    for (const ids of target.sent)
      assert.equal(ids.includes('a subnet:10.0.0.1'), ids.includes('b subnet:10.0.0.1'), ids.join());
  });

  it('does not try the items of an object that could not be created', async () => {
    const target = fakeTarget((ids) => (ids.includes('b') ? refused() : accepted));

    const applied = await applyChanges(
      [create('b'), add('b', '10.0.0.1'), add('c', '10.0.0.2')],
      target,
      signal,
    );

    assert.deepEqual(results(applied).sort(), [
      'b refused',
      'b subnet:10.0.0.1 refused',
      'c subnet:10.0.0.2 accepted',
    ]);
    assert.ok(!target.sent.slice(1).some((ids) => ids.includes('b subnet:10.0.0.1') && !ids.includes('b')));
  });

  it('sends what a change relies on before it, a move included', async () => {
    const target = fakeTarget(() => accepted, 3);
    const move = [remove('a', '10.0.0.1', 'move'), add('b', '10.0.0.1', 'move')];
    const contract = add('b', 'contract', 'contract');

    await applyChanges(
      [...move.map((each) => relying(each, 'contract')), create('b'), contract],
      target,
      signal,
    );

    assert.deepEqual(target.sent.flat(), [
      'b',
      'b subnet:contract',
      'a subnet:10.0.0.1',
      'b subnet:10.0.0.1',
    ]);
  });

  it('does not try what relies on a refused change, in later batches neither', async () => {
    const target = fakeTarget((ids) => (ids.includes('a subnet:contract') ? refused() : accepted), 2);
    const contract = add('a', 'contract', 'contract');
    const addresses = [1, 2, 3].map((index) => relying(add('a', `10.0.0.${index}`), 'contract'));
    const second = relying(add('b', '10.0.0.9'), 'a 10.0.0.3');

    const applied = await applyChanges(
      [...addresses, second, contract, add('c', '10.0.0.4')],
      target,
      signal,
    );

    assert.deepEqual(results(applied).sort(), [
      'a subnet:10.0.0.1 refused',
      'a subnet:10.0.0.2 refused',
      'a subnet:10.0.0.3 refused',
      'a subnet:contract refused',
      'b subnet:10.0.0.9 refused',
      'c subnet:10.0.0.4 accepted',
    ]);
    assert.deepEqual(target.sent, [
      ['a subnet:contract', 'a subnet:10.0.0.1'],
      ['a subnet:contract'],
      ['c subnet:10.0.0.4'],
    ]);
  });

  it('sends changes that rely on each other all the same', async () => {
    const target = fakeTarget(() => accepted);

    const applied = await applyChanges(
      [relying(add('a', '10.0.0.1', 'one'), 'two'), relying(add('a', '10.0.0.2', 'two'), 'one')],
      target,
      signal,
    );

    assert.equal(applied.outcomes.length, 2);
  });

  it('stops after an unknown outcome and leaves the rest for after the next read', async () => {
    const target = fakeTarget(() => unknown, 2);
    const changes = Array.from({ length: 6 }, (_, index) => add('a', `10.0.0.${index}`));

    const applied = await applyChanges(changes, target, signal);

    assert.equal(target.sent.length, 1);
    assert.equal(applied.complete, false);
    assert.equal(applied.outcomes.length, 2);
  });

  it('reads again before it believes a refusal of rights, then splits', async () => {
    const target = fakeTarget((ids) =>
      ids.some((id) => id.startsWith('b')) ? refused('fabric.forbidden') : accepted,
    );

    const applied = await applyChanges([add('a', '10.0.0.1'), add('b', '10.0.0.2')], target, signal);

    assert.deepEqual(target.refreshed, [['k8s/calico/a', 'k8s/calico/b']]);
    assert.deepEqual(results(applied), ['a subnet:10.0.0.1 accepted', 'b subnet:10.0.0.2 refused']);
  });

  it('asks few times where it has no right, and does all the rest', async () => {
    const target = fakeTarget(
      (ids) => (ids.some((id) => id.includes('other/')) ? refused('fabric.forbidden') : accepted),
      100,
    );
    const changes = Array.from({ length: 500 }, (_, index) => {
      const own = add('a', `10.0.${index >> 8}.${index & 255}`);
      return [own, elsewhere(own, 'other/calico/a')];
    });

    const applied = await applyChanges(changes.flat(), target, signal);

    const forbidden = applied.outcomes.filter(({ outcome }) => outcome.result === 'refused');
    assert.equal(applied.outcomes.length, 1000);
    assert.ok(forbidden.every(({ change }) => change.key.name === 'other/calico/a'));
    assert.equal(forbidden.length, 500);
    assert.ok(applied.requests <= 10 + 2 + 7, `${applied.requests} requests`);
  });

  it('does not blame two L3Outs for one change that concerns both', async () => {
    const move = [
      elsewhere(remove('a', '10.0.0.1', 'move'), 'other/calico/a'),
      add('b', '10.0.0.1', 'other/calico/a move'),
    ];
    const target = fakeTarget((ids) =>
      ids.some((id) => id.includes('other/')) ? refused('fabric.forbidden') : accepted,
    );

    const applied = await applyChanges([...move, add('b', '10.0.0.2')], target, signal);

    assert.deepEqual(
      applied.outcomes.map(({ outcome }) => outcome.result),
      ['refused', 'refused', 'accepted'],
    );
  });

  it('gives every change exactly one outcome, whichever of them the system refuses', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(40), { maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        async (bad, bound) => {
          const culprits = new Set(bad.map((index) => `a subnet:10.0.0.${index}`));
          const target = fakeTarget(
            (ids) => (ids.some((id) => culprits.has(id)) ? refused() : accepted),
            bound,
          );
          const changes = Array.from({ length: 41 }, (_, index) => add('a', `10.0.0.${index}`));

          const applied = await applyChanges(changes, target, signal);

          assert.equal(new Set(applied.outcomes.map(({ change }) => changeId(change))).size, 41);
          const refusedIds = applied.outcomes.filter(({ outcome }) => outcome.result === 'refused');
          assert.equal(refusedIds.length, culprits.size);
        },
      ),
      { numRuns: 50 },
    ));
});

describe('applyChanges, on what carries traffic', () => {
  const onPool = (change: Change, name = 'web'): Change => ({
    ...change,
    key: { system: 'dc1' as SystemName, kind: 'pool', name: `k8s/${name}` },
    atom: `pool ${change.atom}` as AtomId,
  });
  const draining = (object: string, address: string): Change => {
    const { item, ...rest } = add(object, address) as Extract<Change, { type: 'addItem' }>;
    return { ...rest, type: 'updateItem', item: { ...item, leaving: true }, before: {} };
  };
  const dead = (object: string, address: string): Change => ({
    ...(onPool(remove(object, address)) as Extract<Change, { type: 'removeItem' }>),
    address: address as IpAddress,
  });
  const order = (target: FakeTarget): string[] => target.sent.flat().map((id) => id.replace('dc1|pool|', ''));
  const tenAdds = Array.from({ length: 10 }, (_, index) => add('a', `10.0.0.${index}`));

  it('takes off what is dead in the very first request, whatever else is due', async () => {
    const target = fakeTarget(() => accepted, 5);

    await applyChanges(
      [...tenAdds, create('b'), remove('a', '10.0.9.1'), dead('web', '10.0.0.1')],
      target,
      signal,
    );

    assert.equal(order(target)[0], 'k8s/web subnet:10.0.0.1');
  });

  it('has no such hurry with what carries none, as a reference that gives way to another', async () => {
    const target = fakeTarget(() => accepted, 1);

    await applyChanges([onPool(remove('web', 'tcp80')), dead('web', '10.0.0.1')], target, signal);

    assert.equal(order(target)[0], 'k8s/web subnet:10.0.0.1');
  });

  it('tries nothing else after a refusal of rights where names have no container', async () => {
    const target = fakeTarget(() => refused('loadBalancer.forbidden'), 1);
    const changes = ['web', 'api', 'db'].map((name) => elsewhere(add(name, '10.0.0.1'), name));

    const applied = await applyChanges(changes, target, signal);

    assert.deepEqual([applied.requests, applied.outcomes.length], [1, 3]);
  });

  it('lets drain only after what takes over was added', async () => {
    const target = fakeTarget(() => accepted, 1);

    await applyChanges([onPool(draining('web', '10.0.0.1')), onPool(add('web', '10.0.0.2'))], target, signal);

    assert.deepEqual(order(target), ['k8s/web subnet:10.0.0.2', 'k8s/web subnet:10.0.0.1']);
  });

  it('yields between requests to what is more urgent, and has done at least one', async () => {
    const target = { ...fakeTarget(() => accepted, 4), yields: () => true };

    const applied = await applyChanges(tenAdds, target, signal);

    assert.deepEqual([applied.requests, applied.outcomes.length, applied.complete], [1, 4, true]);
  });

  it('gives what it yielded to the next round, with nothing twice', async () => {
    let urgent = false;
    const target = { ...fakeTarget(() => accepted, 4), yields: () => urgent };
    urgent = true;
    const first = await applyChanges(tenAdds, target, signal);
    const done = new Set(first.outcomes.map(({ change }) => change));
    urgent = false;

    await applyChanges(
      tenAdds.filter((change) => !done.has(change)),
      target,
      signal,
    );

    assert.equal(target.sent.flat().length, 10);
    assert.equal(new Set(target.sent.flat()).size, 10);
  });

  it('sends nothing more once another document is in force, whichever request it came during, in the midst of splitting neither', async () => {
    const culprit = (ids: readonly string[]): Outcome =>
      ids.includes('a subnet:10.0.0.3') ? refused() : accepted;
    const whole = await applyChanges(tenAdds, fakeTarget(culprit, 6), signal);

    for (let during = 1; during < whole.requests; during += 1) {
      const system = fakeTarget(culprit, 6);
      const target = { ...system, isOfThePast: () => system.sent.length >= during };

      const applied = await applyChanges(tenAdds, target, signal);

      assert.deepEqual([system.sent.length, applied.complete], [during, true]);
      assert.deepEqual(applied.outcomes, whole.outcomes.slice(0, applied.outcomes.length));
    }
  });

  it('sends nothing of a place, once the rights there were read again, when another document came meanwhile', async () => {
    const system = fakeTarget(() => refused('fabric.forbidden'));
    const target = { ...system, isOfThePast: () => system.refreshed.length > 0 };

    const applied = await applyChanges([add('a', '10.0.0.1'), add('b', '10.0.0.2')], target, signal);

    assert.deepEqual([applied.requests, applied.outcomes.length], [1, 0]);
  });

  it('yields while it splits too, as soon as a part has its outcome', async () => {
    const system = fakeTarget((ids) => (ids.includes('a subnet:10.0.0.9') ? refused() : accepted));
    const target = { ...system, yields: () => true };

    const applied = await applyChanges(tenAdds, target, signal);

    assert.deepEqual([applied.requests, applied.outcomes.length, applied.complete], [2, 5, true]);
  });

  it('finds the culprit however often it yields', async () => {
    const target = {
      ...fakeTarget((ids) => (ids.includes('a subnet:10.0.0.0') ? refused() : accepted)),
      yields: () => true,
    };
    const outcomes = new Map<Change, Outcome>();

    for (let rounds = 0; outcomes.size < tenAdds.length; rounds += 1) {
      assert.ok(rounds < tenAdds.length, 'a round without an outcome');
      const left = tenAdds.filter((change) => !outcomes.has(change));
      for (const { change, outcome } of (await applyChanges(left, target, signal)).outcomes)
        outcomes.set(change, outcome);
    }

    const blamed = [...outcomes].filter(([, { result }]) => result === 'refused');
    assert.deepEqual(
      blamed.map(([change]) => change),
      tenAdds.slice(0, 1),
    );
  });

  describe('one request for each change', () => {
    const lost = (...which: readonly number[]) => {
      const names = new Set(which.map((index) => `a subnet:10.0.0.${index}`));
      return fakeTarget((ids) => (ids.some((id) => names.has(id)) ? unknown : accepted), 1);
    };

    it('goes on after one got lost, once its object was read again', async () => {
      const target = lost(3);

      const applied = await applyChanges(tenAdds, target, signal);

      assert.equal(applied.outcomes.length, 10);
      assert.equal(applied.outcomes.filter(({ outcome }) => outcome.result === 'unknown').length, 1);
      assert.deepEqual(target.refreshed, [['k8s/calico/a']]);
      assert.equal(applied.complete, true);
    });

    it('goes on as long as fewer than three in a row get lost', async () => {
      const applied = await applyChanges(tenAdds, lost(0, 1, 3, 4, 6, 7, 9), signal);

      assert.deepEqual([applied.outcomes.length, applied.complete], [10, true]);
    });

    it('gives up for now when three in a row get lost', async () => {
      const target = lost(3, 4, 5);

      const applied = await applyChanges(tenAdds, target, signal);

      assert.deepEqual([target.sent.length, applied.outcomes.length, applied.complete], [6, 6, false]);
    });

    it('is not held up by one that is refused', async () => {
      const target = fakeTarget((ids) => (ids.includes('a subnet:10.0.0.3') ? refused() : accepted), 1);

      const applied = await applyChanges(tenAdds, target, signal);

      assert.equal(applied.outcomes.filter(({ outcome }) => outcome.result === 'accepted').length, 9);
    });
  });
});
