/**
 * Objects that carry traffic, in the plan: their making and their companions, beside others of the same mapping.
 */
import assert from 'node:assert/strict';
import { keyText, type SystemName, type TargetKey } from '../model/identity.ts';
import type { Mapping } from '../model/mapping.ts';
import type { Plan } from '../model/plan.ts';
import { problem } from '../model/problems.ts';
import { itemId } from '../model/target-object.ts';
import { makePlan } from './make-plan.ts';
import { have, inputOf, key, mapping, planOf, subnet, want, type World } from './plan.fixture.ts';
import { backend, backends, havePool, itemOf, policy, pool, poolMapping, wantPool } from './pool.fixture.ts';

const steps = ({ changes }: Plan): string[] =>
  changes.map(
    ({ type, key: at, verdict }) => `${type} ${at.kind}: ${verdict.apply ? 'apply' : verdict.hold}`,
  );

describe('a redirect policy in the plan', () => {
  const wanted = (given: Parameters<typeof wantPool>[0]): World => ({
    mappings: [poolMapping()],
    wants: [wantPool(given, policy)],
    haves: [],
  });

  it('is not made before it has a destination', () => {
    assert.deepEqual(steps(planOf(wanted({}))), []);
    assert.deepEqual(steps(planOf(wanted({ out: backends(1, 2) }))), []);
    assert.deepEqual(steps(planOf(wanted({ in: backends(1, 1) }))), [
      'createObject redirectPolicy: apply',
      'addItem redirectPolicy: apply',
    ]);
  });

  it('waits with all its destinations while each lacks what the system demands, and says it', () => {
    const lack = problem('redirect.mac-missing', backend(1));

    const plan = planOf({ ...wanted({ in: backends(1, 1) }), lacks: () => lack });

    assert.deepEqual(steps(plan), [
      'createObject redirectPolicy: incomplete',
      'addItem redirectPolicy: incomplete',
    ]);
    assert.deepEqual(
      plan.findings.map((found) => found.problem),
      [lack],
    );
  });

  it('is made for those that lack nothing', () => {
    const lacking = itemOf(backend(1), policy);

    const plan = planOf({
      ...wanted({ in: backends(1, 2) }),
      lacks: (_, item) => (item.id === lacking ? problem('redirect.mac-missing', item.name) : undefined),
    });

    assert.deepEqual(steps(plan), [
      'createObject redirectPolicy: apply',
      'addItem redirectPolicy: incomplete',
      'addItem redirectPolicy: apply',
    ]);
  });

  it('keeps a destination that is there, whatever it would lack if it were new', () => {
    const plan = planOf({
      ...wanted({ in: backends(1, 1) }),
      haves: [havePool({ enabled: backends(1, 1) }, policy)],
      lacks: () => problem('redirect.mac-missing', backend(1)),
    });

    assert.deepEqual(steps(plan), []);
  });
});

describe('a pool in the plan', () => {
  it('is made before anything is ready', () => {
    const plan = planOf({ mappings: [poolMapping()], wants: [wantPool({ out: backends(1, 1) })], haves: [] });

    assert.deepEqual(steps(plan), ['createObject pool: apply']);
  });

  it('that must exist is missing until it does', () => {
    const wants = [wantPool({ in: backends(1, 1), create: false })];

    const plan = planOf({ mappings: [poolMapping()], wants, haves: [] });

    assert.deepEqual(steps(plan), ['addItem pool: missing']);
  });
});

describe('a health group that is left over', () => {
  const group: TargetKey = { ...policy, kind: 'redirectHealthGroup', name: 'k8s/a_shop_p1' };
  const world = (given: Partial<World> = {}): World => ({
    mappings: [poolMapping()],
    wants: [],
    haves: [{ ...havePool({}, group), foreignChildren: 0 }],
    ...given,
  });

  it('is deleted at once', () => {
    assert.deepEqual(steps(planOf(world())), ['deleteObject redirectHealthGroup: apply']);
  });

  it('is kept while something refers to it', () => {
    const haves = [{ ...havePool({}, group), foreignChildren: 1 }];

    assert.deepEqual(steps(planOf(world({ haves }))), []);
  });

  it('is held in report mode', () => {
    const mappings = [poolMapping({}, 'report')];

    assert.deepEqual(steps(planOf(world({ mappings }))), ['deleteObject redirectHealthGroup: report-mode']);
  });

  it('of a mapping that is gone waits for a person', () => {
    assert.deepEqual(steps(planOf(world({ mappings: [] }))), ['deleteObject redirectHealthGroup: orphan']);
  });
});

describe('one mapping with targets on two systems', () => {
  const f5 = 'f5' as SystemName;
  const poolOnF5: TargetKey = { ...pool, system: f5 };
  const eepg = key('web');
  const gone = backends(1, 11);
  const unexplained = Object.fromEntries(
    gone.flatMap((each) => [
      [subnet(each), 'unexplained' as const],
      [itemOf(each), 'unexplained' as const],
    ]),
  );
  const both: Mapping = {
    ...mapping('web'),
    to: [...mapping('web').to, ...poolMapping({ system: f5, drain: { forMs: 0, then: 'leave' } }).to],
  };
  /** As each of them is planned: with its own objects. */
  const world = (at: TargetKey, given: Partial<World> = {}): World => ({
    mappings: [both],
    wants:
      at === eepg ? [want(eepg, { addresses: backends(12, 20) })] : [wantPool({ in: backends(12, 20) }, at)],
    haves:
      at === eepg
        ? [have(eepg, { addresses: backends(1, 20) })]
        : [havePool({ enabled: backends(1, 20) }, at)],
    departures: unexplained,
    ...given,
  });
  const planned = (at: TargetKey, given?: Partial<World>): Plan =>
    makePlan({ ...inputOf(world(at, given)), system: at.system });

  it('counts for the guard what was removed on the one apart from the other', () => {
    const removed = new Set(backends(21, 30).map((each) => `${keyText(poolOnF5)} ${itemOf(each)}`));
    const few = Object.fromEntries(gone.slice(0, 3).map((each) => [subnet(each), 'unexplained' as const]));
    const wants = [want(eepg, { addresses: backends(4, 20) })];
    const window: World['window'] = (_, on) => (on === f5 ? { sizeAtStart: 20, removed } : undefined);

    const onFabric = planned(eepg, { wants, departures: few, window });
    const onF5 = planned(poolOnF5, { window });

    assert.deepEqual(new Set(steps(onFabric)), new Set(['removeItem externalEpg: apply']));
    assert.ok(steps(onF5).every((each) => each.endsWith('guard')));
  });

  it('gives each its own fingerprint to approve, which says nothing of the other', () => {
    const [onFabric, onF5] = [planned(eepg), planned(poolOnF5)];
    const fingerprints = [onFabric, onF5].map(({ mappings }) => mappings[0]?.fingerprint);

    assert.ok(fingerprints.every((each) => each !== undefined));
    assert.notEqual(fingerprints[0], fingerprints[1]);

    const changes = new Set(
      onFabric.changes.map(({ key: at, ...change }) =>
        change.type === 'removeItem' ? `removeItem ${keyText(at)} ${change.item}` : '',
      ),
    );
    const approvals = [{ mapping: both.name, changes }];
    assert.ok(steps(planned(eepg, { approvals })).every((each) => each.endsWith('apply')));
    assert.ok(steps(planned(poolOnF5, { approvals })).every((each) => each.endsWith('guard')));
  });

  it('counts for each what is present and wanted there', () => {
    const plan = planned(poolOnF5);

    assert.deepEqual(
      plan.mappings.map(({ mapping: of, wanted, present }) => [of, wanted, present]),
      [['web', 9, 20]],
    );
  });

  it('removes from a policy what moved into no other object, though the address stays in an EEPG', () => {
    const address = backend(1);
    const plan = planOf({
      mappings: [{ ...both, to: [...both.to, ...poolMapping({ system: policy.system }).to] }],
      wants: [want(eepg, { addresses: [address] }), wantPool({ in: backends(2, 3) }, policy)],
      haves: [have(eepg, { addresses: [address] }), havePool({ enabled: backends(1, 3) }, policy)],
      departures: { [itemId('destination', address)]: 'no-longer-qualifies' },
    });

    const [change] = plan.changes;
    assert.deepEqual(steps(plan), ['removeItem redirectPolicy: apply']);
    assert.equal(change?.type === 'removeItem' && change.explanation, 'no-longer-qualifies');
  });
});
