import assert from 'node:assert/strict';
import { keyText, type MappingName, type ShortId } from '../model/identity.ts';
import type { Approval, Explanation, Plan } from '../model/plan.ts';
import { waitingFor } from '../model/approvals.ts';
import { due, have, key, mapping, mark, planOf, subnet, want, type World } from './plan.fixture.ts';

const web = 'web' as MappingName;
const pods = (count: number, from = 0): string[] =>
  Array.from(
    { length: count },
    (_, index) => `10.0.${Math.floor((from + index) / 200)}.${((from + index) % 200) + 1}`,
  );

/** One object that held `before` and of which only `after` is wanted now; nothing explains the difference. */
function shrunk(before: readonly string[], after: readonly string[]): World {
  return {
    mappings: [mapping('web')],
    wants: [want(key('a'), { addresses: after })],
    haves: [have(key('a'), { addresses: before })],
  };
}

const removed = (plan: Plan): number => due(plan).filter(({ type }) => type === 'removeItem').length;
const reasons = (plan: Plan): string[] => [
  ...new Set(plan.changes.flatMap(({ verdict }) => (verdict.apply ? [] : [verdict.hold]))),
];

const details = (plan: Plan): string[] => [
  ...new Set(plan.changes.flatMap(({ verdict }) => (verdict.apply ? [] : [verdict.detail]))),
];

const departed = (addresses: readonly string[], how: Explanation): Record<string, Explanation> =>
  Object.fromEntries(addresses.map((address) => [subnet(address), how]));

/** All that one object held is wanted in another one. */
function moved(count: number): World {
  return {
    mappings: [mapping('web')],
    wants: [want(key('a'), { addresses: [] }), want(key('b'), { addresses: pods(count) })],
    haves: [have(key('a'), { addresses: pods(count) }), have(key('b'), { addresses: [] })],
  };
}

describe('the guard', () => {
  it('lets a few unexplained removals through, and none when they are too many', () => {
    const few = planOf(shrunk(pods(30), pods(20)));
    const many = planOf(shrunk(pods(30), pods(19)));

    assert.deepEqual([removed(few), removed(many)], [10, 0]);
    assert.deepEqual(reasons(many), ['guard']);
  });

  it('measures by the size of the mapping, and never lets more than the limit through', () => {
    const share = planOf(shrunk(pods(200), pods(160)));
    const limit = planOf(shrunk(pods(1000), pods(949)));

    assert.deepEqual([removed(share), removed(limit)], [40, 0]);
  });

  it('counts what was sent within the window', () => {
    const world = shrunk(pods(90), pods(85));
    const sent = pods(16, 500).map((address) => `${keyText(key('a'))} ${subnet(address)}`);

    const plan = planOf({ ...world, window: () => ({ sizeAtStart: 100, removed: new Set(sent) }) });

    assert.deepEqual(reasons(plan), ['guard']);
  });

  it('does not let what one cluster adds make up for what another one lost', () => {
    const other = mark('web', 'cafe0002' as ShortId);
    const lost = pods(11).map((address) => [address, other] as const);
    const world = {
      mappings: [mapping('web')],
      wants: [want(key('a'), { addresses: pods(31, 100) })],
      haves: [have(key('a'), { addresses: [...lost, ...pods(20, 100)] })],
    };

    const plan = planOf(world);

    assert.equal(removed(plan), 0);
    assert.deepEqual(reasons(plan), ['guard']);
  });

  it('does not count twice what was sent, failed and is planned again', () => {
    const world = shrunk(pods(30), pods(20));
    const sent = pods(10, 20).map((address) => `${keyText(key('a'))} ${subnet(address)}`);

    const plan = planOf({ ...world, window: () => ({ sizeAtStart: 30, removed: new Set(sent) }) });

    assert.equal(removed(plan), 10);
  });

  it('does not count what is explained, and lets what comes make up for nothing that merely vanished', () => {
    const explained = Object.fromEntries(pods(30).map((address) => [subnet(address), 'deleted' as const]));

    const gone = planOf({ ...shrunk(pods(30), []), departures: explained });
    const replaced = planOf(shrunk(pods(30), pods(30, 30)));

    assert.deepEqual([removed(gone), removed(replaced)], [30, 0]);
  });

  it('does not take the replacement of what is explained for that of what is not', () => {
    const explained = Object.fromEntries(pods(11).map((address) => [subnet(address), 'deleted' as const]));

    const plan = planOf({ ...shrunk(pods(30), [...pods(8, 22), ...pods(11, 100)]), departures: explained });

    assert.deepEqual([removed(plan), reasons(plan)], [11, ['guard']]);
  });

  it('holds all that would empty an object, however small', () => {
    const plan = planOf(shrunk(pods(3), []));

    assert.deepEqual([removed(plan), reasons(plan)], [0, ['last-item']]);
  });

  it('bounds what leaves by an edit like what merely vanished, and says that it was an edit', () => {
    const edited = departed(pods(30), 'mapping-edited');

    const few = planOf({ ...shrunk(pods(30), pods(20)), departures: edited });
    const many = planOf({ ...shrunk(pods(30), pods(19)), departures: edited });
    const all = planOf({ ...shrunk(pods(3), []), departures: edited });

    assert.deepEqual([removed(few), removed(many), removed(all)], [10, 0, 0]);
    assert.deepEqual(details(many), [
      '11 of 30 addresses would be gone within 60 min, removed by an edit of web; 10 may',
    ]);
    assert.deepEqual(details(all), [
      'all 3 addresses of k8s/calico/a would be gone, removed by an edit of web',
    ]);
  });

  it('bounds what moves by an edit, and keeps both sides of a move where they are', () => {
    const world = moved(11);

    const byCluster = planOf(world);
    const byEdit = planOf({ ...world, departures: departed(pods(11), 'mapping-edited') });
    const approvals = [{ mapping: web, changes: new Set(waitingFor(web, byEdit)) }];
    const approved = planOf({ ...world, departures: departed(pods(11), 'mapping-edited'), approvals });

    assert.deepEqual([byCluster, byEdit, approved].map(removed), [11, 0, 11]);
    assert.deepEqual(reasons(byEdit), ['guard', 'conflict']);
    assert.equal(due(byEdit).filter(({ type }) => type === 'addItem').length, 0);
    assert.equal(due(approved).filter(({ type }) => type === 'addItem').length, 11);
  });

  it('minds one mapping at a time', () => {
    const world = shrunk(pods(30), pods(5));
    const shop = want(key('b'), { mapping: 'shop', addresses: pods(20, 300) });

    const plan = planOf({
      ...world,
      mappings: [...world.mappings, mapping('shop')],
      wants: [...world.wants, shop],
    });

    assert.equal(due(plan).filter(({ mapping: of }) => of === 'shop').length, 21);
  });
});

describe('an approval', () => {
  const world = shrunk(pods(30), pods(15));
  const approve = (plan: Plan): Approval[] => [{ mapping: web, changes: new Set(waitingFor(web, plan)) }];

  it('is asked for under a fingerprint of exactly what waits', () => {
    const one = planOf(world);
    const same = planOf({ ...world, haves: world.haves.toReversed() });
    const more = planOf(shrunk(pods(30), pods(14)));

    const [first, second, third] = [one, same, more].map((plan) => plan.mappings[0]?.fingerprint);

    assert.deepEqual([waitingFor(web, one).length, waitingFor(web, more).length], [15, 16]);
    assert.equal(first, second);
    assert.notEqual(first, third);
  });

  it('of a first plan is asked for under a fingerprint of all that it would do', () => {
    const first = (addresses: readonly string[]): Plan =>
      planOf({ ...shrunk(pods(30), addresses), hasRun: false });

    const [one, same, other] = [pods(20), pods(20).toReversed(), pods(19)].map(
      (addresses) => first(addresses).mappings[0]?.firstPlan,
    );
    const [running] = planOf(shrunk(pods(30), pods(20))).mappings;

    assert.equal(typeof one, 'string');
    assert.equal(one, same);
    assert.notEqual(one, other);
    assert.equal(running?.firstPlan, undefined);
  });

  it('releases what it names', () => {
    const plan = planOf({ ...world, approvals: approve(planOf(world)) });

    assert.deepEqual([removed(plan), plan.mappings[0]?.fingerprint], [15, undefined]);
  });

  it('still holds for a set that shrank', () => {
    const plan = planOf({ ...shrunk(pods(30), pods(18)), approvals: approve(planOf(world)) });

    assert.equal(removed(plan), 12);
  });

  it('does not cover what came on top', () => {
    const plan = planOf({ ...shrunk(pods(30), pods(12)), approvals: approve(planOf(world)) });

    assert.deepEqual([removed(plan), waitingFor(web, plan).length], [15, 3]);
  });
});
