import assert from 'node:assert/strict';
import type { DrainId, Plan } from '../model/plan.ts';
import { changeId } from '../model/plan.ts';
import type { ItemId } from '../model/target-object.ts';
import { lines, planOf, type World } from './plan.fixture.ts';
import {
  backend,
  backends,
  havePool,
  itemOf,
  policy,
  poolMapping,
  poolText,
  rules,
  wantPool,
} from './pool.fixture.ts';

const one = backend(1);
const others = backends(2, 4);
const drainId = `${poolText} ${itemOf(one)}` as DrainId;
const since = (began: number) => (item: DrainId) => (item === drainId ? began : undefined);

/** Four backends, of which the first is alive and to be given no more traffic. */
function leaving(given: Partial<World> = {}): World {
  return {
    mappings: [poolMapping()],
    wants: [wantPool({ in: others, terminating: [one] })],
    haves: [havePool({ enabled: [one, ...others] })],
    departures: { [itemOf(one)]: 'no-longer-qualifies' },
    alive: [itemOf(one)],
    ...given,
  };
}

function draining(connections: number | undefined, given: Partial<World> = {}): World {
  return leaving({ haves: [havePool({ enabled: others, drain: { [one]: connections } })], ...given });
}

const step = ({ changes }: Plan): string[] =>
  changes.map((change) => {
    const verdict = change.verdict.apply ? 'apply' : change.verdict.hold;
    const cut = change.type === 'removeItem' && change.cut ? ' cut' : '';
    return `${change.type}${cut}: ${verdict}`;
  });

describe('the drain ladder', () => {
  it('begins with the state in which nothing new is given, and the clock starts', () => {
    const plan = planOf(leaving());

    assert.deepEqual(step(plan), ['updateItem: apply']);
    const [change] = plan.changes;
    assert.ok(change?.type === 'updateItem');
    assert.deepEqual([change.item.attributes, change.before], [{ state: 'drain' }, { state: 'enabled' }]);
    assert.deepEqual(plan.drains, [drainId]);
  });

  it('holds the removal while connections are open and there is time', () => {
    const plan = planOf(draining(7, { now: 10_000, drainingSince: since(0) }));

    assert.deepEqual(step(plan), ['removeItem: draining']);
    const [change] = plan.changes;
    assert.ok(change?.verdict.apply === false);
    assert.equal(change.verdict.detail, '20 s left, 7 connections open');
    assert.deepEqual(plan.drains, [drainId]);
  });

  it('holds it as well where connections are not known', () => {
    const plan = planOf(draining(undefined, { now: 10_000, drainingSince: since(0) }));

    assert.deepEqual(step(plan), ['removeItem: draining']);
  });

  for (const state of ['maint', 'offline']) {
    const beyond = (given: Partial<World>): World => {
      const [pool] = leaving().haves;
      const items = new Map(pool!.items);
      items.set(itemOf(one), { ...items.get(itemOf(one))!, attributes: { state }, connections: 7 });
      return leaving({ haves: [{ ...pool!, items }], ...given });
    };

    it(`does not go back from ${state}, where a removal that failed left it`, () => {
      const plan = planOf(beyond({ drainingSince: since(0), now: 60_000 }));

      assert.deepEqual(step(plan), ['removeItem: apply']);
    });

    it(`begins in ${state} where a person put it there`, () => {
      const plan = planOf(beyond({}));

      const [change] = plan.changes;
      assert.deepEqual(plan.drains, [drainId]);
      assert.deepEqual(change?.type === 'updateItem' && change.item.attributes, { state });
    });
  }

  it('ends when the last connection has', () => {
    const plan = planOf(draining(0, { now: 10_000, drainingSince: since(0) }));

    assert.deepEqual(step(plan), ['removeItem: apply']);
  });

  for (const [then, expected] of [
    ['leave', 'removeItem: apply'],
    ['cut', 'removeItem cut: apply'],
  ] as const)
    it(`ends at the deadline, connections or not, and then: ${then}`, () => {
      const traffic = { ...rules, then };
      const wants = [wantPool({ in: others, terminating: [one], traffic })];

      const before = planOf(draining(7, { wants, now: 29_999, drainingSince: since(0) }));
      const after = planOf(draining(7, { wants, now: 30_000, drainingSince: since(0) }));

      assert.deepEqual([...step(before), ...step(after)], ['removeItem: draining', expected]);
    });

  it('runs on until it is gone, so that a removal that fails does not begin it anew', () => {
    const due = draining(7, { now: 30_000, drainingSince: since(0) });

    const sent = planOf(due);
    const backedOff = planOf({
      ...due,
      backOff: () => ({ until: 40_000, problem: { code: 'fabric.refused', detail: 'no' } }),
    });

    assert.deepEqual([sent.drains, backedOff.drains], [[drainId], [drainId]]);
    assert.deepEqual(step(backedOff), ['removeItem: back-off']);
  });

  it('is left by a backend that is wanted again: it goes back up, and its clock is forgotten', () => {
    const plan = planOf({
      ...draining(7, { drainingSince: since(0) }),
      wants: [wantPool({ in: [one, ...others] })],
    });

    assert.deepEqual(step(plan), ['updateItem: apply']);
    const [change] = plan.changes;
    assert.ok(change?.type === 'updateItem');
    assert.deepEqual([change.item.attributes, change.item.leaving], [{ state: 'enabled' }, false]);
    assert.deepEqual(plan.drains, []);
  });

  it('is skipped by what is dead, whose connections are cut', () => {
    const wants = [wantPool({ in: others })];

    const enabled = planOf(leaving({ wants, alive: [], departures: { [itemOf(one)]: 'deleted' } }));
    const onIt = planOf(draining(7, { wants, alive: [], departures: { [itemOf(one)]: 'deleted' } }));

    assert.deepEqual([...step(enabled), ...step(onIt)], ['removeItem cut: apply', 'removeItem cut: apply']);
  });

  it('is climbed too by what an edit takes out while it is alive', () => {
    const departures = { [itemOf(one)]: 'mapping-edited' } as const;

    const plan = planOf(leaving({ wants: [wantPool({ in: others })], departures }));

    assert.deepEqual(step(plan), ['updateItem: apply']);
  });

  it('is climbed when nothing of the pool is wanted any more', () => {
    const all = [one, ...others];
    const departures = Object.fromEntries(all.map((each) => [itemOf(each), 'no-longer-qualifies' as const]));
    const alive = all.map((each) => itemOf(each));

    const plan = planOf(leaving({ wants: [], departures, alive }));

    assert.deepEqual(step(plan), Array(4).fill('updateItem: apply'));
  });

  it('is climbed by what is merely missing: a list that lies must not cut its connections', () => {
    const missing = {
      wants: [wantPool({ in: others })],
      departures: { [itemOf(one)]: 'unexplained' },
    } as const;

    const plan = planOf(leaving({ ...missing, alive: [] }));

    assert.deepEqual(step(plan), ['updateItem: apply']);
  });

  it('leaves nothing in service where the last one goes unexplained while others drain: that is held', () => {
    const world = draining(7, {
      wants: [wantPool({ terminating: [one] })],
      haves: [havePool({ enabled: [backend(2)], drain: { [one]: 7 } })],
      departures: { [itemOf(one)]: 'no-longer-qualifies', [itemOf(backend(2))]: 'unexplained' },
      drainingSince: since(0),
    });

    const plan = planOf(world);

    assert.deepEqual(step(plan), ['removeItem: draining', 'updateItem: last-item']);
  });

  it('is climbed by what left before this process started: it may be alive', () => {
    const world = { wants: [wantPool({ in: others })], departures: {}, alive: [] };

    const fresh = planOf(leaving(world));
    const onIt = planOf(draining(7, { ...world, now: 10_000, drainingSince: since(0) }));

    assert.deepEqual([...step(fresh), ...step(onIt)], ['updateItem: apply', 'removeItem: draining']);
  });

  it('takes no time where the mapping gives none', () => {
    const then = (cut: 'leave' | 'cut'): string[] => {
      const traffic = { ...rules, drainMs: 0, then: cut };
      return step(planOf(leaving({ wants: [wantPool({ in: others, terminating: [one], traffic })] })));
    };

    assert.deepEqual([...then('leave'), ...then('cut')], ['removeItem: apply', 'removeItem cut: apply']);
  });

  describe('starts no clock', () => {
    const stands: readonly [string, Partial<World>, string][] = [
      ['in report mode', { mappings: [poolMapping({}, 'report')] }, 'report-mode'],
      ['on first contact', { hasRun: false }, 'first-contact'],
      ['while all writing is paused', { paused: true }, 'paused'],
      ['while its source is stale', { freshness: () => 'stale' }, 'source-not-synced'],
      [
        'in add-only mode, which takes nothing out of service',
        { mappings: [poolMapping({}, 'add-only')] },
        'add-only',
      ],
    ];
    for (const [what, given, hold] of stands)
      it(what, () => {
        const plan = planOf(leaving(given));

        assert.deepEqual([step(plan), plan.drains], [[`updateItem: ${hold}`], []]);
      });
  });

  it('does not set back a clock that runs when writing is paused', () => {
    const plan = planOf(draining(7, { now: 10_000, drainingSince: since(0), paused: true }));

    assert.deepEqual([step(plan), plan.drains], [['removeItem: paused'], [drainId]]);
  });

  describe('of what nothing explains', () => {
    const gone = backends(1, 11);
    const rest = backends(12, 20);
    const unexplained = Object.fromEntries(gone.map((each) => [itemOf(each), 'unexplained' as const]));
    const alive: ItemId[] = gone.map((each) => itemOf(each));
    const world: World = leaving({
      wants: [wantPool({ in: rest })],
      haves: [havePool({ enabled: [...gone, ...rest] })],
      departures: unexplained,
      alive,
    });

    it('is guarded at its first step', () => {
      const plan = planOf(world);

      assert.deepEqual(step(plan), Array(11).fill('updateItem: guard'));
      assert.deepEqual(plan.drains, []);
    });

    it('says that nothing explains the first step, so that it is counted', () => {
      const plan = planOf(
        leaving({ departures: { [itemOf(one)]: 'unexplained' }, wants: [wantPool({ in: others })] }),
      );

      const [change] = plan.changes;
      assert.equal(change?.type === 'updateItem' && change.explanation, 'unexplained');
    });

    it('is not guarded again at the end: it was approved when it began', () => {
      const haves = [havePool({ enabled: rest, drain: Object.fromEntries(gone.map((each) => [each, 0])) })];

      const plan = planOf({ ...world, haves, drainingSince: () => 0, now: 60_000 });

      assert.deepEqual(step(plan), Array(11).fill('removeItem: apply'));
    });

    for (const connections of [0, 7, undefined])
      it(`is guarded all the same when a person put it there, with ${connections ?? 'unknown'} connections`, () => {
        const drain = Object.fromEntries(gone.map((each) => [each, connections]));

        const plan = planOf({ ...world, haves: [havePool({ enabled: rest, drain })] });

        assert.deepEqual(step(plan), Array(11).fill('updateItem: guard'));
        assert.deepEqual(plan.drains, []);
      });
  });
});

describe('the drain of a redirect policy', () => {
  const destination = `dc1|redirectPolicy|k8s/web ${itemOf(one, policy)}` as DrainId;
  const world = (given: Partial<World> = {}, drainMs = 30_000): World => ({
    mappings: [poolMapping()],
    wants: [
      wantPool(
        { in: others, terminating: [one], traffic: { ...rules, drainMs, draining: undefined } },
        policy,
      ),
    ],
    haves: [havePool({ enabled: [one, ...others] }, policy)],
    departures: { [itemOf(one, policy)]: 'no-longer-qualifies' },
    alive: [itemOf(one, policy)],
    ...given,
  });

  it('keeps the destination as it is until the deadline', () => {
    const first = planOf(world());
    const before = planOf(world({ drainingSince: () => 0, now: 29_999 }));
    const after = planOf(world({ drainingSince: () => 0, now: 30_000 }));

    assert.deepEqual(
      [...step(first), ...step(before), ...step(after)],
      ['removeItem: draining', 'removeItem: draining', 'removeItem: apply'],
    );
    assert.deepEqual(first.drains, [destination]);
  });

  it('of none removes it at once', () => {
    assert.deepEqual(step(planOf(world({}, 0))), ['removeItem: apply']);
  });

  it('starts no clock in report mode', () => {
    const plan = planOf(world({ mappings: [poolMapping({}, 'report')] }));

    assert.deepEqual([step(plan), plan.drains], [['removeItem: report-mode'], []]);
  });
});

describe('the plan of a pool', () => {
  it('adds nothing that is to be given no traffic', () => {
    const plan = planOf(leaving({ haves: [havePool({ enabled: others })] }));

    assert.deepEqual(plan.changes, []);
  });

  it('takes out of service only after what takes over was added', () => {
    const wants = [wantPool({ in: [...others, backend(9)], terminating: [one] })];

    const plan = planOf(leaving({ wants }));

    assert.deepEqual(plan.changes.map(changeId), [`${poolText} ${itemOf(backend(9))}`, drainId]);
  });

  it('leaves members alone that a person added', () => {
    const haves = [havePool({ enabled: others })];
    const items = new Map(haves[0]!.items);
    items.set(itemOf(one), { ...items.get(itemOf(others[0]!))!, id: itemOf(one), mark: undefined });

    const plan = planOf(leaving({ haves: [{ ...haves[0]!, items }], wants: [wantPool({ in: others })] }));

    assert.deepEqual(lines(plan), []);
  });
});
