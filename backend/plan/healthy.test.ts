import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DrainId, HoldReason, Plan } from '../model/plan.ts';
import type { DesiredObject } from '../model/target-object.ts';
import { have, key, planOf, want, type World } from './plan.fixture.ts';
import {
  backends,
  havePool,
  itemOf,
  policy,
  poolMapping,
  rules,
  wantPool,
  type PoolWish,
} from './pool.fixture.ts';

type MinHealthy = NonNullable<DesiredObject['traffic']>['minHealthy'];

/** A pool in which all of `enabled` are in service now; what is out of service in the wish is alive. */
function world(wish: PoolWish, enabled: readonly string[], minHealthy?: MinHealthy): World {
  const traffic = minHealthy === undefined ? rules : { ...rules, minHealthy };
  const leaving = [...(wish.out ?? []), ...(wish.terminating ?? [])].map((each) => itemOf(each));
  return {
    mappings: [poolMapping()],
    wants: [wantPool({ traffic, ...wish })],
    haves: [havePool({ enabled })],
    departures: Object.fromEntries(leaving.map((each) => [each, 'no-longer-qualifies' as const])),
    alive: leaving,
  };
}

function heldBy(reason: HoldReason, { changes }: Plan): number {
  return changes.filter(({ verdict }) => !verdict.apply && verdict.hold === reason).length;
}

const beginning = ({ changes }: Plan): number =>
  changes.filter(({ type, verdict }) => type === 'updateItem' && verdict.apply).length;

describe('what stays in service', () => {
  it('is a share of the backends that are alive', () => {
    const plan = planOf(world({ in: backends(1, 2), out: backends(3, 10) }, backends(1, 10)));

    assert.deepEqual([beginning(plan), heldBy('min-healthy', plan)], [5, 3]);
  });

  it('is a number of them, where the mapping gives one', () => {
    const plan = planOf(world({ in: backends(1, 2), out: backends(3, 10) }, backends(1, 10), { count: 3 }));

    assert.deepEqual([beginning(plan), heldBy('min-healthy', plan)], [7, 1]);
  });

  it('says how many there are and how many must stay', () => {
    const { changes } = planOf(world({ out: backends(1, 4) }, backends(1, 4)));

    const held = changes.find(({ verdict }) => !verdict.apply);
    assert.ok(held?.verdict.apply === false);
    assert.equal(held.verdict.detail, '0 of 4 in service, 2 must stay');
  });

  it('survives that all are said to be unready at once, in this plan and the next ones', () => {
    const all = backends(1, 10);
    const first = planOf(world({ out: all }, all));
    const drained = first.changes.flatMap((change) =>
      change.type === 'updateItem' && change.verdict.apply ? [change.item.name.replace(':80', '')] : [],
    );

    const second = planOf({
      ...world({ out: all }, []),
      haves: [
        havePool({
          enabled: all.filter((each) => !drained.includes(each)),
          drain: Object.fromEntries(drained.map((each) => [each, 0])),
        }),
      ],
      drainingSince: () => 0,
    });

    assert.equal(drained.length, 5);
    assert.deepEqual([beginning(second), heldBy('min-healthy', second)], [0, 5]);
    assert.equal(second.changes.filter((each) => each.type === 'removeItem' && each.verdict.apply).length, 5);
  });

  it('is never nothing, whatever the mapping says', () => {
    const plan = planOf(world({ out: backends(1, 1) }, backends(1, 1), { share: 0 }));

    assert.equal(heldBy('min-healthy', plan), 1);
  });

  it('is not what was never there', () => {
    const plan = planOf(world({ in: backends(1, 5), out: backends(6, 6) }, backends(1, 5)));

    assert.deepEqual(plan.changes, []);
  });

  it('counts what comes with the same plan, and not what is held', () => {
    const wish = { in: backends(1, 5), out: backends(6, 10) };
    const coming = planOf(world(wish, backends(6, 10)));
    const held = planOf({
      ...world(wish, backends(6, 10)),
      lacks: () => ({ code: 'redirect.mac-missing', detail: 'no MAC' }) as never,
    });

    assert.deepEqual([beginning(coming), heldBy('min-healthy', coming)], [5, 0]);
    assert.deepEqual([beginning(held), heldBy('min-healthy', held)], [0, 5]);
  });

  it('is not asked of what is on its way out: that does not count among those that could be back', () => {
    const wish = { in: backends(1, 1), out: backends(2, 2), terminating: backends(3, 100) };

    const plan = planOf(world(wish, backends(1, 100)));

    assert.deepEqual([beginning(plan), heldBy('min-healthy', plan)], [99, 0]);
  });

  it('is what terminates, for as long as nothing else is there', () => {
    const all = backends(1, 3);

    const plan = planOf(world({ terminating: all }, all));

    assert.deepEqual([beginning(plan), heldBy('min-healthy', plan)], [0, 3]);
    assert.deepEqual(plan.drains, []);
  });

  it('is not what is dead', () => {
    const all = backends(1, 3);
    const departures = Object.fromEntries(all.map((each) => [itemOf(each), 'deleted' as const]));

    const plan = planOf({ ...world({}, all), departures, alive: [] });

    assert.deepEqual(
      plan.changes.map(({ type, verdict }) => `${type} ${verdict.apply}`),
      Array(3).fill('removeItem true'),
    );
  });

  it('is kept in a redirect policy too, where removal is the only step', () => {
    const all = backends(1, 4);
    const leaving = all.map((each) => itemOf(each, policy));
    const plan = planOf({
      mappings: [poolMapping()],
      wants: [wantPool({ out: all }, policy)],
      haves: [havePool({ enabled: all }, policy)],
      departures: Object.fromEntries(leaving.map((each) => [each, 'no-longer-qualifies' as const])),
      alive: leaving,
    });

    assert.equal(heldBy('min-healthy', plan), 2);
    assert.equal(plan.changes.filter(({ verdict }) => verdict.apply).length, 2);
  });

  it('holds nothing in an external EPG', () => {
    const departures = { 'subnet:10.0.0.1/32': 'deleted' } as const;

    const plan = planOf({
      mappings: [poolMapping()],
      wants: [want(key('a'))],
      haves: [have(key('a'), { addresses: ['10.0.0.1'] })],
      departures,
    });

    assert.equal(heldBy('min-healthy', plan), 0);
  });

  it('never holds a rolling update: pods are added before others terminate', () => {
    const size = 100;
    const surge = 25;
    for (let replaced = 0; replaced <= size; replaced += surge) {
      // So many are replaced; the next ones terminate, and as many new ones start and are not ready yet.
      const old = backends(replaced + 1, size);
      const made = replaced === 0 ? [] : backends(size + 1, size + replaced);
      const terminating = old.slice(0, surge);
      const starting = backends(size + replaced + 1, size + replaced + surge);
      const plan = planOf(
        world({ in: [...old.slice(surge), ...made], terminating, out: starting }, [...old, ...made]),
      );

      assert.equal(heldBy('min-healthy', plan), 0, `${replaced} replaced`);
      assert.equal(beginning(plan), terminating.length);
    }
  });

  it('never holds scaling down', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 199 }), (left) => {
        const plan = planOf(
          world({ in: backends(1, left), terminating: backends(left + 1, 200) }, backends(1, 200)),
        );

        assert.deepEqual([beginning(plan), heldBy('min-healthy', plan)], [200 - left, 0]);
      }),
      { numRuns: 20 },
    ));

  it('is at least what was asked, or all there was, whatever fails', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('in', 'out', 'terminating'), { minLength: 1, maxLength: 12 }),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (states, present, count) => {
          const of = (state: string): string[] =>
            states.flatMap((each, index) => (each === state ? backends(index + 1, index + 1) : []));
          const enabled = states.flatMap((_, index) =>
            present[index] === true ? backends(index + 1, index + 1) : [],
          );
          const plan = planOf(
            world({ in: of('in'), out: of('out'), terminating: of('terminating') }, enabled, { count }),
          );

          const adds = plan.changes.filter(({ type, verdict }) => type === 'addItem' && verdict.apply).length;
          const serving = enabled.length + adds - beginning(plan);
          const couldServe = of('in').length + of('out').filter((each) => enabled.includes(each)).length;
          assert.ok(serving >= Math.min(count, couldServe), `${serving} of ${couldServe}, ${count} asked`);
          if (enabled.length > 0) assert.ok(serving > 0);
          assert.ok(plan.drains.every((each: DrainId) => each.startsWith('dc1|pool|k8s/web member:')));
        },
      ),
      { numRuns: 200 },
    ));
});
